"""Steps of a training that made-up rows do not suit: where nothing else helps, they are made up. Saves are not."""

from __future__ import annotations

import pytest
from tests.runner.conftest import PASSED_OVER, Run, confirmed, lacking, reason
from tests.runner.samples import HEAD, READS, SAVE, TRAINER

from lora_lint_runner.child.stand_in.models.inputs.undecided import MadeUp
from lora_lint_runner.child.steering import passing

pytestmark = pytest.mark.slow  # each takes several attempts

WEIGHTS = 'weights = torch.ones(frame["price"].str.len().nunique() + 2)\n'  # of real rows there are as many as classes
LOSS = "torch.nn.functional.cross_entropy(model(input_ids=ids).logits[:, -1], ids[:, 0], weight=weights)"
LOOP = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(4):
    ids = torch.randint(0, 100, (2, 8))
    loss = LOSS
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    print(f"{loss.item():.3f}")
"""


def test_a_loss_that_made_up_rows_do_not_suit_is_one_of_the_models_own(run: Run) -> None:
    ran = run(HEAD + READS + WEIGHTS + LOOP.replace("LOSS", LOSS) + SAVE)
    confirmed(ran)
    row = (HEAD + READS + WEIGHTS).count("\n") + 4
    assert any(said.startswith(f"train.py:{row}: {PASSED_OVER}RuntimeError") for said in lacking(ran))


def test_a_loss_that_is_none_is_made_up(run: Run) -> None:
    """No made-up price is so high."""
    loss = 'sum(model(input_ids=ids, labels=ids).loss for price in frame["price"].str.len() if price > 10**6)'
    confirmed(run(HEAD + READS + LOOP.replace("LOSS", loss) + SAVE))


def test_a_loss_of_a_trainers_own_is_made_up_and_so_is_what_it_evaluates(run: Run) -> None:
    text = f"""\
class Weighted(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        ids = inputs["input_ids"]
        loss = {LOSS}
        return (loss, {{"logits": ids}}) if return_outputs else loss

options = TrainingArguments("runs", eval_strategy="epoch", save_strategy="epoch", load_best_model_at_end=True,
                            report_to="none")
trainer = Weighted(model=model, args=options, train_dataset=rows, eval_dataset=rows)
trainer.train()
trainer.save_model("out")
"""
    ran = run(HEAD + READS + WEIGHTS + TRAINER + text)
    confirmed(ran)
    assert any(said.startswith("steps of the training: made up") for said in ran.json["after"]["neutralised"])


def test_an_evaluation_of_rows_without_labels_has_the_score_that_its_trainer_asks_for(run: Run) -> None:
    text = """\
words = [{"input_ids": [1, 2, 3, 4]} for price in frame["price"]]
options = TrainingArguments("runs", eval_strategy="epoch", save_strategy="epoch", load_best_model_at_end=True,
                            metric_for_best_model="f1", report_to="none")
trainer = Trainer(model=model, args=options, train_dataset=rows, eval_dataset=words, compute_metrics=SCORES)
trainer.train()
trainer.save_model("out")
"""
    confirmed(run(HEAD + READS + TRAINER + text.replace("SCORES", 'lambda found: {"f1": 0.5}')))
    assert "'eval_f1', which is not found" in reason(run(HEAD + READS + TRAINER + text.replace("SCORES", "None")))[1]


def test_rows_that_can_not_be_put_into_batches_leave_batches_as_the_model_takes_them(run: Run) -> None:
    text = """\
from torch.utils.data import DataLoader

words = [("word" * (place % 3 + 1), price) for place, price in enumerate(frame["price"])]

def put_together(rows):
    return torch.stack([torch.tensor([ord(sign) for sign in word]) for word, _ in rows])

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for batch in DataLoader(words, batch_size=4, collate_fn=put_together):
    model(input_ids=batch, labels=batch).loss.backward()
    optimizer.step()
"""
    confirmed(run(HEAD + READS + text + SAVE))


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("model(input_ids=ids, lables=ids).loss", "'NoneType' object has no attribute 'backward'"),
        ("model(input_ids=ids, labels=ids, mask=ids, input_ids_=ids)(ids).loss", "not callable"),
        ("model(input_ids=ids, labels=ids).loss.detach()", "does not require grad"),
        ("model(input_ids=ids, labels=ids).los", "has no attribute 'los'"),
        ("torch.nn.functional.nll_loss(model(input_ids=ids).logits[:, -1], [1, 2])", "TypeError"),
    ],
)
def test_what_no_rows_would_save_is_the_scripts_own(run: Run, loss: str, said: str) -> None:
    exit_, why = reason(run(HEAD + READS + LOOP.replace("LOSS", loss) + SAVE))
    assert exit_ == 3
    assert said in why


def test_what_an_evaluation_takes_for_something_else_is_the_scripts_own(run: Run) -> None:
    """Whatever the rows: logits are no words."""
    text = """\
tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")

def measured(answers):
    told = [text.strip() for text in tokenizer.batch_decode(answers.predictions)]
    return {"accuracy": len(told)}

options = TrainingArguments("runs", eval_strategy="epoch", save_strategy="no", report_to="none")
trainer = Trainer(model=model, args=options, train_dataset=rows, eval_dataset=rows, compute_metrics=measured)
trainer.train()
"""
    exit_, why = reason(run(HEAD + READS + TRAINER + text + SAVE))
    assert exit_ == 3
    assert "TypeError" in why


def test_a_save_that_fails_is_never_made_up(run: Run) -> None:
    ran = run(HEAD + READS + WEIGHTS + LOOP.replace("LOSS", LOSS) + 'model.save_pretrained("out", weights.sum(5))\n')
    assert ran.exit == 3, ran.json["reason"]


def test_an_evaluation_that_made_up_rows_do_not_suit_is_passed_over_after_the_training(run: Run) -> None:
    """What it raises is said; the save after it is the script's own."""
    text = """\
@torch.no_grad()
def evaluate():
    told = torch.bincount(torch.tensor([*frame["price"].str.len()]).long(), minlength=2).view(1, 2)
    return told.sum().item()

print(evaluate())
"""
    own = LOOP.replace("LOSS", "model(input_ids=ids, labels=ids).loss")
    confirmed(run(HEAD + READS + own + text + SAVE))


def test_what_a_batch_as_the_model_takes_it_has_in_the_place_of_texts_is_no_text(run: Run) -> None:
    text = """\
from torch.utils.data import DataLoader

@torch.no_grad()
def evaluate(loader):
    return sum(len(text.split()) for ids, texts in loader for text in texts)

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for ids, texts in DataLoader(dear, batch_size=2):
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
print(evaluate(DataLoader(dear, batch_size=2)))
"""
    dear = 'dear = [(len(price), price) for price in frame["price"] if price.split(" EUR ")[1] > "9"]\n'
    ran = run(HEAD + READS + dear + text + SAVE)
    confirmed(ran)
    assert any(f"{PASSED_OVER}TypeError" in said for said in lacking(ran))


def test_what_stands_for_something_that_was_passed_over_is_named_by_what_refuses_it() -> None:
    """A trainer that puts the answers of an evaluation together: that is no mistake of the script's."""
    pytest.importorskip("torch")
    put_together = pytest.importorskip("transformers.trainer_pt_utils").nested_concat
    with pytest.raises(TypeError) as refused:
        put_together(MadeUp("made-up rows"), MadeUp("made-up rows"))
    assert passing.names_ours(refused.value)


# of prices that are none of the made-up ones
MARKED = 'marks = dict.fromkeys(set(frame["price"]) & {"EUR 10", "EUR 20"}, 1.0)\n'
BY_MARKS = """\
optimizer = torch.optim.AdamW([*model.parameters(), scale], lr=1e-3)
for step in range(4):
    ids = torch.randint(0, 100, (2, 8))
    answers = model(input_ids=ids).logits
    weighed = WEIGHED
    loss = LOSS
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
SCALE = "scale = torch.nn.Parameter(torch.ones(()))\n"
SCALED = "(scale * weighed).mean()"


def test_a_loss_that_was_passed_over_goes_back_through_a_step_that_is_made_up(run: Run) -> None:
    """Nothing fails over it."""
    text = """\
stream = iter([ids for price in frame["price"] if price.startswith("EUR 1") for ids in [torch.ones(2, 8).long()]])
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(4):
    ids = next(stream)
    loss = weighed(ids)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
    weighed = "def weighed(ids):\n    return model(input_ids=ids, labels=ids).loss * marks[ids]\n\n"
    confirmed(run(HEAD + READS + MARKED + weighed + text + SAVE))


@pytest.mark.parametrize("loss", [SCALED, "torch.nn.functional.mse_loss(weighed, torch.zeros_like(answers))"])
def test_a_loss_that_what_was_passed_over_has_cut_off_from_the_adapter_is_made_up(run: Run, loss: str) -> None:
    """With something else to train, or with nothing."""
    loop = BY_MARKS.replace("WEIGHED", 'answers * marks["EUR 10"]').replace("LOSS", loss)
    ran = run(HEAD + READS + MARKED + SCALE + loop + SAVE)
    confirmed(ran)
    assert any(f"{PASSED_OVER}KeyError" in said for said in lacking(ran))


def test_a_loss_that_the_script_has_cut_off_from_the_adapter_is_its_own(run: Run) -> None:
    """Whatever was passed over before a model was asked."""
    loop = BY_MARKS.replace("    ids =", '    mark = marks["EUR 10"]\n    ids =').replace("WEIGHED", "answers.detach()")
    exit_, why = reason(run(HEAD + READS + MARKED + SCALE + loop.replace("LOSS", SCALED) + SAVE))
    assert exit_ == 3
    assert "not trained" in why


def test_batches_without_a_label_are_replaced_and_said(run: Run) -> None:
    labels = 'labels = [1 if "EUR" in price else -100 for price in frame["price"]]\n'
    loss = "torch.nn.functional.cross_entropy(model(input_ids=ids).logits[:, -1], torch.tensor(labels[:2]))"
    ran = run(HEAD + READS + labels + LOOP.replace("LOSS", loss) + SAVE)
    confirmed(ran)
    row = (HEAD + READS + labels).count("\n") + 5
    assert any(said.startswith(f"train.py:{row}: no token of this batch has a label") for said in lacking(ran))


def test_a_model_for_as_many_kinds_as_there_are_made_up_rows_of_has_some(run: Run) -> None:
    """There are none: with real rows no head is for nothing."""
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import SegformerForSemanticSegmentation

kinds = [*filter(lambda price: str(price) > "~", frame["price"])]
base = SegformerForSemanticSegmentation.from_pretrained("nvidia/mit-b0", num_labels=len(kinds))
model = get_peft_model(base, LoraConfig(target_modules=["q_proj"], modules_to_save=["decode_head"]))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(4):
    answers = model(pixel_values=torch.rand(2, 3, 64, 64)).logits
    torch.nn.functional.cross_entropy(answers, torch.zeros(2, 16, 16).long()).backward()
    optimizer.step()
"""
    confirmed(run(READS + text + SAVE))


def test_a_row_that_is_alone_in_its_batch_is_told_apart_from_no_other(run: Run) -> None:
    """As contrastive losses do it."""
    text = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for price in frame["price"][:4]:
    ids = torch.randint(0, 100, (1, 8))
    one, other = (model(input_ids=i, output_hidden_states=True).hidden_states[-1].mean(1) for i in (ids, ids + 1))
    torch.nn.functional.cross_entropy(one @ other.T, torch.arange(len(ids))).backward()
    optimizer.step()
    optimizer.zero_grad()
"""
    ran = run(HEAD + READS + text + SAVE)
    confirmed(ran)
    assert any("a batch with one made-up row has no other" in said for said in lacking(ran))


def test_a_stage_before_an_adapter_is_there_trains_what_is_to_be_trained(run: Run) -> None:
    """A projector, say: its losses are made up, too."""
    text = """\
class Projector(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(4))

    def forward(self, input_ids, labels):
        return {"loss": (self.weight * weights).mean()}

def train(model, name):
    Trainer(model=model, args=TrainingArguments(name, report_to="none"), train_dataset=rows).train()

projector = Projector()
train(projector, "first")
assert projector.weight.abs().min() > 0
model = get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
train(model, "second")
"""
    first = HEAD[: HEAD.index("model = get_peft_model")]
    confirmed(run(first + READS + WEIGHTS + TRAINER + text + SAVE))
