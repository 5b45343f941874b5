"""What a script demands of scores and steps that a small model on made-up rows never comes to."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, lacking
from tests.runner.samples import HEAD, LOOP, READS, TRAINED

BEST = """\
best = 0.0
for epoch in range(2):
    score = float(torch.zeros(1))
    if score > best:
        best = score
        keep(model)
"""


@pytest.mark.slow
def test_a_save_that_waits_for_a_better_score_is_made_once(run: Run) -> None:
    """Where no other is: with one at the end, that is the one to look at."""
    keep = 'def keep(model):\n    model.save_pretrained("best")\n'
    ran = run(TRAINED + keep + BEST)
    assert ran.exit == 0, ran.json["reason"]
    row = (TRAINED + keep + BEST).splitlines().index("    if score > best:") + 1
    assert ran.json["reason"].endswith(f"with stand-ins for what is not here: train.py:{row}: a better score, once")
    ran = run(TRAINED + keep + BEST + 'model.save_pretrained("out")\n')
    assert [site["verdict"] for site in ran.json["sites"]] == ["not reached", "confirmed"]


def test_a_save_that_waits_is_made_where_its_adapter_is_loaded_afterwards(run: Run) -> None:
    keep = 'from peft import AutoPeftModelForCausalLM\n\ndef keep(model):\n    model.save_pretrained("best")\n\n'
    ran = run(TRAINED + keep + BEST + 'AutoPeftModelForCausalLM.from_pretrained("best")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert "a better score, once" in ran.json["reason"]


@pytest.mark.slow
def test_a_save_that_waits_is_made_where_its_weights_are_loaded_afterwards(run: Run) -> None:
    """Weights that are nowhere else are no more looked for where rows are made up."""
    keep = 'def keep(model):\n    torch.save(get_peft_model_state_dict(model), "best.pt")\n\n'
    begin = "from peft import get_peft_model_state_dict, set_peft_model_state_dict\n" + READS + TRAINED + keep + BEST
    ran = run(begin + 'set_peft_model_state_dict(model, torch.load("best.pt"))\nmodel.save_pretrained("out")\n')
    assert [site["verdict"] for site in ran.json["sites"]] == ["confirmed", "confirmed"]
    assert any("a better score, once" in said for said in lacking(ran))


def test_a_name_that_a_better_score_was_to_bind_is_bound(run: Run) -> None:
    keep = "kept, epochs = copy.deepcopy(model.state_dict()), epoch + 1"
    text = "import copy\n" + TRAINED + BEST.replace("keep(model)", keep)
    ran = run(text + 'model.save_pretrained("out")\nprint(epochs)\n')
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "a better score, once" in ran.json["reason"]


def test_the_best_state_that_is_put_back_before_the_save_is_a_trained_one(run: Run) -> None:
    """Where only an adapter as it was at first would be saved otherwise."""
    begin = "import copy\nfrom peft import get_peft_model_state_dict, set_peft_model_state_dict\n"
    begin += HEAD + "best, state = 0.0, copy.deepcopy(get_peft_model_state_dict(model))\n" + LOOP
    keep = "best, state = score, copy.deepcopy(get_peft_model_state_dict(model))"
    text = begin + BEST.partition("\n")[2].replace("best = score\n        keep(model)", keep)
    text += 'set_peft_model_state_dict(model, state)\nmodel.save_pretrained("out")\n'
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    row = text.splitlines().index("    if score > best:") + 1
    assert f"train.py:{row}: a better score, once" in ran.json["reason"]


def test_a_save_before_the_training_is_not_the_one_that_waits_for_a_better_score(run: Run) -> None:
    text = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
batch = torch.arange(16).reshape(2, 8)
best = float("inf")
for step in range(10_000):
    if step % 500 == 0:
        score = float(torch.ones(1))
        if score < best:
            best = score
            model.save_pretrained("best")
    model(input_ids=batch, labels=batch).loss.backward()
    optimizer.step()
"""
    ran = run(HEAD + text)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any("a better score, once" in said for said in lacking(ran))


LOOKED_UP = """\
import json

best = 0.0
metrics = json.loads('{"eval_loss": 0.5}')
score = metrics.get("eval_f1", 0.0)
if score > best:
    best = score
    model.save_pretrained("best")
"""


NAMED = LOOKED_UP.replace("best = 0.0", 'best, wanted = 0.0, "eval_f1"').replace(
    'metrics.get("eval_f1"', "(metrics or {}).get(wanted"
)


@pytest.mark.parametrize("looked_up", [LOOKED_UP, NAMED])
def test_a_score_that_is_looked_up_by_a_wrong_name_never_comes(run: Run, looked_up: str) -> None:
    ran = run(TRAINED + looked_up)
    row = (TRAINED + looked_up).splitlines().index("if score > best:") + 1
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    told = f"train.py:{row}: a save waits for a score that is not there: metrics has no 'eval_f1' but 'eval_loss'"
    assert ran.json["reason"] == f"no save site was reached in the few steps of this run: {told}"


DEMANDING = """\
learned = float(torch.zeros(1))
if learned < 0.5 or learned > 2:
    raise SystemExit("it did not learn")
assert learned > 0.75, "it did not learn"
assert abs(learned - 1) < 1e-3, "not the same"
"""


@pytest.mark.slow
def test_a_demand_of_a_score_is_taken_for_met(run: Run) -> None:
    """After the training; that two numbers agree is not for a small model to be let off."""
    ran = run(TRAINED + DEMANDING)
    assert "AssertionError: not the same" in ran.json["reason"]
    ran = run(TRAINED + DEMANDING.rpartition("assert")[0] + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    row = len(TRAINED.splitlines()) + 2
    assert f"train.py:{row}: taken for met: a small model on made-up rows learns little" in ran.json["reason"]


OF_A_GPU = """\
model.to("cuda")
where = next(model.parameters()).device
assert where.type == "cuda", "no GPU"
if not next(model.parameters()).is_cuda or "cuda" not in str(model.device):
    raise RuntimeError("no GPU")
"""


def test_what_a_script_puts_on_a_gpu_is_there_for_its_own_tests(run: Run) -> None:
    ran = run(HEAD + OF_A_GPU + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert "CUDA: a test of where a model or a tensor lies is answered as on a GPU" in ran.json["after"]["neutralised"]


def test_a_save_that_waits_for_a_later_step_is_made_once(run: Run) -> None:
    """Where the rows were made up: more of them would have come to it."""
    rows = 'rows = DataLoader(load_dataset("imdb", split="train"), batch_size=64)\n'
    loop = LOOP.replace("step in range(20)", "step, _ in enumerate(rows)")
    loop += '    if step > 0 and step % 5000 == 0:\n        model.save_pretrained("at-5000")\n'
    text = "from datasets import load_dataset\nfrom torch.utils.data import DataLoader\n" + HEAD + rows + loop
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    row = text.count("\n") - 1
    said = f"train.py:{row}: as if the step for a save had come, once"
    assert ran.json["reason"].endswith(f"with stand-ins for what is not here: {said}")


@pytest.mark.parametrize("loss", [1, 0])
def test_a_score_that_can_not_be_better_than_what_is_begun_with_is_not(run: Run, loss: int) -> None:
    """And what it is held against is told: a loss is not below nought."""
    keep = 'def keep(model):\n    model.save_pretrained("best")\n'
    ran = run(TRAINED + keep + BEST.replace("best = 0.0", 'best = float(os.environ.get("BEST", "inf"))'))
    assert ran.exit != 0
    text = (TRAINED + BEST).replace("keep(model)", 'model.save_pretrained("best")')
    text = text.replace("score > best", f"{loss} + score < best")
    ran = run(text)
    row = text.splitlines().index(f"    if {loss} + score < best:") + 1
    told = f"train.py:{row}: a save waits for a score that never comes: {loss} is not below 0, with which it begins"
    assert (ran.exit, ran.json["reason"]) == (3, f"no save site was reached in the few steps of this run: {told}")


def test_a_score_of_made_up_rows_that_is_no_number_is_taken_for_better_once(run: Run) -> None:
    text = (TRAINED + BEST).replace("keep(model)", 'model.save_pretrained("best")')
    text = text.replace("best = 0.0", 'best = float("-inf")').replace("torch.zeros(1)", "torch.zeros(1) / 0")
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
