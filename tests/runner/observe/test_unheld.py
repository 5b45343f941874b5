"""Adapters that gradients come to and that no optimizer holds: they are trained in vain, whatever the rows."""

from __future__ import annotations

from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import HEAD, ODD

FIRST = HEAD.replace("base, ", 'base, adapter_name="first", peft_config=')
BY_TASK = """\
import json


class Learner:
    def __init__(self, encoder):
        self.encoder = encoder
        self.optimizer = torch.optim.AdamW([p for p in encoder.parameters() if p.requires_grad], lr=1e-3)

    def start(self, task):
        if task not in self.encoder.peft_config:
            self.encoder.add_adapter(task, self.encoder.peft_config["first"])
        self.encoder.set_adapter(task)

    def fit(self):
        for step in range(4):
            ids = torch.randint(0, 100, (2, 8))
            self.encoder(input_ids=ids, labels=ids).loss.backward()
            self.optimizer.step()
            self.optimizer.zero_grad()


learner = Learner(model)
with open("tasks.json", "w") as file:
    json.dump(["first", "second"], file)
for task in json.load(open("tasks.json")):
    learner.start(task)
    learner.fit()
learner.encoder.save_pretrained("out")
"""
ACTIVE = "        self.encoder.set_adapter(task)\n"
ITS_OWN = '[p for n, p in self.encoder.named_parameters() if ".second." in n]'
GIVEN = f"""\
        if task == "second":
            self.optimizer.add_param_group({{"params": {ITS_OWN}}})
"""
RESERVED = f"""\
        if task == "second":
            self.later = torch.optim.AdamW({ITS_OWN})
"""


def test_the_adapters_of_later_tasks_are_not_in_the_optimizer_of_the_first(run: Run) -> None:
    ran = run(FIRST + BY_TASK)
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    why = "all 4 lora_B are zero, as at the start: it had gradients, and no optimizer holds it"
    assert ran.json["reason"] == f"the adapter in out/second is not usable: not trained: {why}"


def test_what_the_optimizer_is_given_later_is_trained(run: Run) -> None:
    ran = run(FIRST + BY_TASK.replace(ACTIVE, ACTIVE + GIVEN))
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear")


def test_another_optimizer_may_have_its_turn_after_more_steps_than_these(run: Run) -> None:
    ran = run(FIRST + BY_TASK.replace(ACTIVE, ACTIVE + RESERVED))
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear, but nothing has moved in out/second")


def test_an_adapter_that_nobody_uses_has_no_gradients(run: Run) -> None:
    """That is said of it; where the linter says that it was to be trained, too, it is a failure."""
    ran = run(FIRST + BY_TASK.replace(ACTIVE, ""), "--ignore", "LL")
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear, but nothing has moved in out/second")
    ran = run(FIRST + BY_TASK.replace(ACTIVE, ""))
    why = "all 4 lora_B are zero, as at the start: no gradient ever came to it"
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    assert ran.json["reason"] == f"the adapter in out/second is not usable: not trained: {why}"


ROWS = """\
import pandas

count = len(pandas.read_csv("rows.csv"))
head = torch.nn.Linear(model.config.vocab_size, 2)
optimizer = torch.optim.AdamW([*model.parameters(), *head.parameters()], lr=1e-3)
for step in range(min(count, 3)):
    {around}:
        hidden = model(input_ids=torch.randint(0, 100, (2, 8))).logits[:, -1]
    torch.nn.functional.cross_entropy(head(hidden), torch.tensor([0, 1])).backward()
    {each}
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out")
torch.save(head.state_dict(), "head.pt")
"""


def test_no_gradient_comes_to_what_answers_without_any(run: Run) -> None:
    """That is no matter of rows, so it fails also with rows that are made up."""
    ran = run(HEAD + ROWS.format(around="with torch.no_grad()", each="pass"))
    assert (ran.exit, ran.json["verdict"]) == (1, "failed"), ran.json["reason"]
    assert "no gradient ever came to it" in str(ran.json["after"]["adapters"])


def test_what_real_rows_may_move_is_an_open_question(run: Run) -> None:
    still = "[p.grad.zero_() for p in model.parameters() if p.grad is not None]"
    ran = run(HEAD + ROWS.format(around="if True", each=still))
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive"), ran.json["reason"]


def test_what_was_passed_over_may_be_what_gradients_come_by(run: Run) -> None:
    cut = ROWS.format(around="if True", each="pass").replace("[:, -1]\n", "[:, -1].data\n")
    assert run(HEAD + cut).json["verdict"] == "failed"
    ran = run(HEAD + ODD + cut)
    assert any(PASSED_OVER in text for text in lacking(ran))
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive"), ran.json["reason"]


def test_gradients_that_come_to_a_head_beside_the_adapter_are_not_its_own(run: Run) -> None:
    head = HEAD.replace('task_type="CAUSAL_LM"', 'task_type="CAUSAL_LM", modules_to_save=["lm_head"]')
    frozen = """\
for name, parameter in model.named_parameters():
    if os.environ.get("FROZEN", ".layers.") in name:
        parameter.requires_grad_(False)
"""
    ran = run(head + frozen + ROWS.format(around="if True", each="pass"))
    assert (ran.exit, ran.json["verdict"]) == (1, "failed"), ran.json["reason"]
    assert "no gradient ever came to it" in str(ran.json["after"]["adapters"])
