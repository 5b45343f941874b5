"""What was predicted to happen to models against what a run saw, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, LOOP, LOST, SAVE, TRAINED, TRAINER

from lora_lint_runner.verdict.agreeing import agree


def test_two_modules_of_one_name_are_two_files(run: Run) -> None:
    """Both save on their second line: one the adapter, one the merged model. Each is held against its own."""
    for folder, save in (("first", "model.save_pretrained"), ("second", "model.merge_and_unload().save_pretrained")):
        Path(folder).mkdir()
        Path(folder, "train.py").write_text(f'def finish(model):\n    {save}("{folder}-out")\n')
    calls = "from first import train\nfrom second import train as other\ntrain.finish(model)\nother.finish(model)\n"
    ran = run(TRAINED + calls)
    assert ran.exit == 0, ran.json["reason"]
    seen = {Path(s["filename"]).parent.name: (s["verdict"], s["observed"]) for s in ran.json["sites"]}
    assert {folder: verdict for folder, (verdict, _) in seen.items()} == {"first": "confirmed", "second": "confirmed"}
    assert {folder: set(observed) for folder, (_, observed) in seen.items()} == {
        "first": {"first-out"}, "second": {"second-out"},
    }  # fmt: skip
    assert all(line["agrees"] for line in ran.json["lines"])
    assert {Path(line["filename"]).parent.name for line in ran.json["lines"]} >= {"first", "second"}


def test_line_by_line_prediction_and_run_agree(run: Run) -> None:
    lines = run(LOST).json["lines"]
    assert [(line["kind"], line["agrees"]) for line in lines] == [
        ("created", True), ("wrapped", True), ("trained", True), ("saved", True), ("merged", True), ("saved", True),
    ]  # fmt: skip


def test_a_loop_over_a_compiled_model_is_seen_as_predicted(run: Run) -> None:
    ran = run(HEAD + "model = torch.compile(model)\n" + LOOP + 'model._orig_mod.save_pretrained("out")\n')
    assert [line for line in ran.json["lines"] if line["agrees"] is False] == []


def test_what_happens_in_code_that_is_not_followed_was_left_open(run: Run) -> None:
    inner = "".join(f"    {line}\n" for line in LOOP.splitlines())
    ran = run(HEAD + f"import random\ndef fit(model):\n{inner}random.sample([fit], 1)[0](model)\n" + SAVE)
    assert [line for line in ran.json["lines"] if line["agrees"] is False] == []


def test_a_save_before_the_first_step_of_a_loop_is_no_disagreement(run: Run) -> None:
    loop = LOOP.replace("    optimizer.step()\n", "    if step % 4 == 3:\n        optimizer.step()\n")
    ran = run(HEAD + loop + '    model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert [line for line in ran.json["lines"] if line["agrees"] is False] == []


def test_a_frozen_model_that_helps_is_not_what_trains(run: Run) -> None:
    """Its answer is asked for with gradients, after that of the model that trains."""
    teacher = 'teacher = AutoModelForCausalLM.from_pretrained("gpt2")\nteacher.requires_grad_(False)\n'
    loop = LOOP.replace(
        "    model(input_ids=ids, labels=ids).loss.backward()\n",
        "    loss = model(input_ids=ids, labels=ids).loss\n    teacher(input_ids=ids)\n    loss.backward()\n",
    )
    ran = run(HEAD + teacher + loop + 'model.save_pretrained("out")\n')
    trained = [line for line in ran.json["lines"] if line["kind"] == "trained"]
    assert [(line["observed"], line["agrees"]) for line in trained] == [("PeftModel · default: untrained", True)]


HELD = """\
from torch import nn
from transformers import TrainerCallback

from parts.keeping import Best

class Holder(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, input_ids, labels):
        return self.inner(input_ids=input_ids, labels=labels)

holder = Holder(model)
args = TrainingArguments("o", save_strategy="no", eval_strategy="epoch", learning_rate=1e-2)
Trainer(model=holder, args=args, train_dataset=rows, eval_dataset=rows, callbacks=[Best(holder)]).train()
"""
BEST = """\
from transformers import TrainerCallback

class Best(TrainerCallback):
    def __init__(self, holder):
        self.holder = holder

    def on_evaluate(self, args, state, control, metrics=None, **options):
        if metrics is not None:
            self.holder.inner.save_pretrained("best")
"""


def test_what_a_callback_saves_is_predicted_in_a_project_that_only_its_repository_marks(run: Run) -> None:
    """The copy that is run has none. A trainer trains what a module of the script's own holds."""
    for folder in (".git/refs/heads", "bin", "parts"):
        Path(folder).mkdir(parents=True)
    Path("parts/__init__.py").touch()
    Path("parts/keeping.py").write_text(BEST)
    path = 'import sys\nsys.path.insert(0, ".")\n'
    # its state dict, as it is no model's
    save = 'trainer = Trainer(holder, TrainingArguments("w"))\ntrainer.save_model("whole")\n'
    ran = run(path + HEAD + TRAINER + HELD + save, name="bin/train.py")
    assert ran.exit == 0, ran.json["reason"]
    found = {Path(site["filename"]).name: site["observed"] for site in ran.json["sites"]}
    assert found.keys() == {"keeping.py", "train.py"}
    assert found["train.py"] == {"whole": ["model.safetensors", "training_args.bin"]}
    assert all(line["agrees"] for line in ran.json["lines"])


def test_an_adapter_that_is_loaded_again_from_a_computed_place_may_be_that_of_the_script() -> None:
    told = {"name": "default", "origin": "loaded", "trained": "no"}
    seen = {"name": "default", "origin": "created", "trained": True, "as_loaded": True}
    model = {"kind": "PeftModel", "form": {"what": "peft", "wrappers": [], "known": True}}
    place = {"filename": "train.py", "cell": None, "row": 3, "end_row": 3}
    foreseen = {"events": [{"kind": "merged", **place, "model": {**model, "adapters": [told]}}]}

    def agrees(adapter: dict[str, Any]) -> bool | None:
        event = {"kind": "merged", "filename": "train.py", "row": 3, "model": {**model, "adapters": [adapter]}}
        return agree(foreseen, [event], lambda filename, cell, row: (filename, row))[0].agrees

    assert agrees(seen) is True
    assert agrees({**seen, "as_loaded": False}) is False


def test_a_merge_of_a_model_that_no_name_holds_is_seen_as_predicted(run: Run) -> None:
    more = """\
from peft import PeftModel
base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
merged = PeftModel.from_pretrained(base, "out").merge_and_unload()
merged.save_pretrained("merged")
"""
    ran = run(KEPT + more)
    assert [line for line in ran.json["lines"] if line["agrees"] is False] == []
    assert [m["holds"] for m in ran.json["after"]["merged"]] == [True]


def test_adapters_of_several_names_are_trained_when_they_are_loaded_again(run: Run) -> None:
    """Each lies in a folder of its own below the one that was named."""
    again = """
from peft import PeftModel

again = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B"), "out/first")
again.set_adapter("default")
"""
    ran = run(
        HEAD.replace("base, LoraConfig(", 'base, adapter_name="first", peft_config=LoraConfig(') + LOOP + SAVE + again
    )
    assert "out/first" in [adapter["directory"] for adapter in ran.json["after"]["adapters"]]
    assert [line for line in ran.json["lines"] if line["agrees"] is False] == []
