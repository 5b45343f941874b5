"""What `--run` says of a script: confirmed, failed, inconclusive; and of each save site."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Ran, Run, adapters
from tests.runner.samples import HEAD, KEPT, LOOP, LOST, LOST_ROW, TRAINED


def sites(ran: Ran) -> dict[int, str]:
    return {site["line"]: site["verdict"] for site in ran.json["sites"]}


def test_confirmed_once_corrected(run: Run) -> None:
    ran = run(LOST)
    assert (ran.exit, ran.json["verdict"], ran.json["reason"]) == (0, "confirmed", "the adapter files appear")
    assert adapters(ran.json["before"]) == {}
    assert adapters(ran.json["after"]) == {"out-adapter": True}
    assert [f["code"] for f in ran.json["corrected"]] == ["LL101"]
    assert sites(ran) == {LOST_ROW - 1: "confirmed", LOST_ROW + 1: "confirmed"}


def test_confirmed_as_it_is(run: Run) -> None:
    ran = run(KEPT)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed")
    assert ran.json["before"] == ran.json["after"]
    assert ran.json["corrected"] == []


UNSEEN = """
from peft import PeftModel
PeftModel.save_pretrained = lambda self, folder: self.merge_and_unload().save_pretrained(folder)
"""
IMPORTED = "import importlib, json\nimportlib.import_module(json.loads('\"unseen\"'))\n"


def test_failed_where_a_second_stage_leaves_what_it_has_loaded(run: Run) -> None:
    """Its optimizer holds an adapter that is frozen: what is saved is the first stage once more."""
    loop = LOOP.replace("model", "second")
    second = """\
from peft import PeftModel
base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
base.enable_input_require_grads()
second = PeftModel.from_pretrained(base, "out")
"""
    again = 'PeftModel.from_pretrained(second.unload(), "out").save_pretrained("again")\n'
    ran = run(KEPT + second + loop + 'second.save_pretrained("second")\n' + again, "--ignore", "LL203")
    assert (ran.exit, adapters(ran.json["after"])) == (1, {"out": True, "second": False, "again": True})
    assert "the adapter in second is not usable: not trained: a copy of the adapter" in ran.json["reason"]
    notes = {adapter["directory"]: adapter["notes"] for adapter in ran.json["after"]["adapters"]}
    assert notes["again"] == ["as it was when this run loaded it: nothing in it has changed since"]


def test_confirmed_where_nobody_predicted_a_save_that_is_proved(run: Run) -> None:
    ran = run(
        KEPT.replace('model.save_pretrained("out")', """exec('model.save_pretrained("out")')"""), "--ignore", "LL105"
    )
    assert (ran.exit, ran.json["verdict"], sites(ran)) == (0, "confirmed", {14: "inconclusive"})


def test_inconclusive_where_nobody_predicted_a_whole_model(run: Run) -> None:
    ran = run(
        KEPT.replace('model.save_pretrained("out")', """exec('model.unload().save_pretrained("out")')"""),
        "--ignore",
        "LL105",
    )
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    assert "wrote a whole model (model.safetensors) and no adapter files; nothing was predicted" in ran.json["reason"]


def test_failed_where_something_else_was_written_than_predicted(run: Run) -> None:
    """A module that no analysis can find changes what a save does."""
    Path("unseen.py").write_text(UNSEEN)
    ran = run(IMPORTED + KEPT)
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    assert "contradicted" in sites(ran).values()
    report = ran.json["report"]
    assert "a run went otherwise than predicted" in report
    assert "save at train.py:16" in report
    assert f"peft {ran.json['versions']['peft']}" in report


def test_a_disagreement_is_shown_as_our_own_bug(run: Run) -> None:
    Path("unseen.py").write_text(UNSEEN)
    ran = run(IMPORTED + KEPT, form="text")
    assert "The analysis is wrong here, not the script. Please report it" in ran.out
    assert "| save at train.py:16" in ran.out


def test_failed_where_the_script_deletes_what_it_saved(run: Run) -> None:
    ran = run(
        KEPT
        + 'import shutil\nfor name in sorted(os.listdir(".")):\n    if name == "out":\n        shutil.rmtree(name)\n'
    )
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    assert "no adapter was left in out" in ran.json["reason"]


def test_confirmed_where_the_script_stops_after_the_adapter_was_saved(run: Run) -> None:
    ran = run(KEPT + 'raise RuntimeError("no metric")\n')
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed")
    assert ran.json["reason"] == (
        "saved and proved in out; afterwards the script stopped at train.py:15: RuntimeError: no metric"
    )


def test_inconclusive_where_it_stops_before_another_save(run: Run) -> None:
    ran = run(KEPT + 'if os.path.exists("out"):\n    raise RuntimeError("no metric")\nmodel.save_pretrained("also")\n')
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    assert ran.json["reason"].startswith("saved and proved in out; afterwards the script stopped at train.py:16: ")


def test_what_no_release_is_known_to_have_had_is_no_matter_once_the_adapter_is_saved(run: Run) -> None:
    tells = 'TrainingArguments("o").train_time\n'
    ran = run("from transformers import TrainingArguments\n" + KEPT + tells)
    assert ran.exit == 0, ran.json["reason"]
    assert "afterwards the script stopped" in ran.json["reason"]


def test_files_are_predicted_for_the_releases_that_ran(run: Run, tmp_path: Path) -> None:
    """PEFT wrote adapter_model.bin until 0.7."""
    (tmp_path / "requirements.txt").write_text("peft==0.6.0\n")
    ran = run(KEPT, "--ignore", "LL503")
    assert ran.exit == 0, ran.json["reason"]
    assert "adapter_model.safetensors" in ran.json["sites"][0]["predicted"]["out"]
    asked = f"the project asks for peft==0.6.0 (requirements.txt:1); this ran with {ran.json['versions']['peft']}"
    assert asked in ran.json["notes"]


def test_inconclusive_without_peft(run: Run) -> None:
    ran = run("print('hello')\n")
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    assert ran.json["reason"] == "the script has no PEFT model: there is nothing to confirm"


def test_inconclusive_without_a_save(run: Run) -> None:
    ran = run(TRAINED, "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    assert "saves no model" in ran.json["reason"]


def test_confirmed_where_the_script_has_taken_the_adapter_out_of_a_checkpoint(run: Run) -> None:
    text = """\
import shutil
from datasets import Dataset
from transformers import Trainer, TrainingArguments

rows = Dataset.from_dict({"input_ids": [[1, 2, 3]] * 8, "labels": [[1, 2, 3]] * 8})
Trainer(model, TrainingArguments("o"), train_dataset=rows).train()
os.makedirs("last", exist_ok=True)
for place in sorted(os.listdir("o")):
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        shutil.copy(f"o/{place}/{name}", f"last/{name}")
"""
    ran = run(HEAD + text, "--ignore", "LL")
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear")


def test_inconclusive_where_a_network_around_the_model_is_saved_whole(run: Run) -> None:
    text = """\
from datasets import Dataset
from transformers import Trainer, TrainingArguments

class Scored(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner, self.head = model, torch.nn.Linear(100, 1)

    def forward(self, input_ids, labels):
        return {"loss": self.inner(input_ids=input_ids, labels=labels).loss}

rows = Dataset.from_dict({"input_ids": [[1, 2, 3]] * 8, "labels": [[1, 2, 3]] * 8})
trainer = Trainer(Scored(), TrainingArguments("o", save_strategy="no"), train_dataset=rows)
trainer.train()
trainer.save_model("out")
"""
    ran = run(HEAD + text, "--ignore", "LL")
    assert ran.exit == 3
    assert ran.json["reason"] == (
        "there are no adapter files: line 22 wrote a whole model (model.safetensors), the adapter's weights in it; "
        "save the PeftModel inside it to get them"
    )


def test_confirmed_where_a_checkpoint_holds_the_adapter_and_the_script_saves_none_itself(run: Run) -> None:
    text = """\
from datasets import Dataset
from transformers import Trainer, TrainingArguments

rows = Dataset.from_dict({"input_ids": [[1, 2, 3]] * 8, "labels": [[1, 2, 3]] * 8})
Trainer(model, TrainingArguments("o"), train_dataset=rows).train()
"""
    ran = run(HEAD + text, "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed")
    assert ran.json["reason"].startswith("the script has no save of its own: the trained adapter is only left in the")


def test_inconclusive_where_a_finding_has_no_fix(run: Run) -> None:
    ran = run(TRAINED + 'torch.save({k: v for k, v in model.state_dict().items() if "lora" in k}, "adapter.pt")\n')
    assert ran.exit == 3
    assert "stays uncorrected" in ran.json["reason"]
    assert ran.json["remaining"]


def test_a_save_that_is_not_reached_is_said(run: Run) -> None:
    ran = run(KEPT + 'if os.environ.get("NEVER"):\n    model.save_pretrained("never")\n')
    assert ran.exit == 0
    assert sites(ran) == {14: "confirmed", 16: "not reached"}


def test_a_save_that_fails_is_inconclusive(run: Run) -> None:
    """PEFT refuses a directory that is a file, and the script goes on."""
    Path("file").write_text("no directory")
    ran = run(KEPT + 'try:\n    model.save_pretrained("file")\nexcept ValueError:\n    pass\n')
    assert ran.json["after"]["error"] is None
    assert sites(ran) == {14: "confirmed", 16: "inconclusive"}


def test_a_task_type_for_texts_hands_on_what_a_model_of_sounds_does_not_take(run: Run) -> None:
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import WhisperForConditionalGeneration

base = WhisperForConditionalGeneration.from_pretrained("openai/whisper-small")
model = get_peft_model(base, LoraConfig(task_type="SEQ_2_SEQ_LM", target_modules=["q_proj"]))
model(input_features=torch.zeros(1, 80, 3000), labels=torch.zeros(1, 2, dtype=torch.long))
"""
    ran = run(text)
    assert ran.exit == 3
    assert "got multiple values for keyword argument 'input_ids' (PEFT hands input_ids on" in ran.json["reason"]
    assert "task_type SEQ_2_SEQ_LM, and WhisperForConditionalGeneration takes input_features" in ran.json["reason"]


def test_a_checkpoint_is_told_from_the_final_directory(run: Run) -> None:
    text = HEAD + (
        "from transformers import Trainer, TrainingArguments\n"
        'rows = [{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}] * 8\n'
        'Trainer(model, TrainingArguments("out"), train_dataset=rows).train()\n'
        'model = model.merge_and_unload()\nmodel.save_pretrained("out/final")\n'
    )
    ran = run(text)
    assert ran.exit == 0
    assert adapters(ran.json["before"]) == {"out/checkpoint-2": True}
    assert adapters(ran.json["after"]) == {"out/checkpoint-2": True, "out/final-adapter": True}
    assert [a["checkpoint"] for a in ran.json["before"]["adapters"]] == [True]


def test_a_folder_beside_the_script_is_named_from_where_it_is_started(run: Run) -> None:
    """Also where the script makes it out of its own path, which in a run leads into the copy."""
    text = TRAINED + "from pathlib import Path\nmodel.save_pretrained(Path(__file__).parent / 'out')\n"
    ran = run(text, form="text")
    assert ran.exit == 0, ran.out
    assert "out/adapter_config.json" in ran.out
    assert "/work/out" not in ran.out


def test_the_last_lines_hold_no_frame_of_the_runner(run: Run) -> None:
    ran = run(TRAINED + "raise RuntimeError('here')\n" + 'model.save_pretrained("out")\n', form="text")
    shown = [line for line in ran.out.splitlines() if line.startswith("  |")]
    assert shown[-1].endswith("RuntimeError: here")
    assert not [line for line in shown if "lora_lint_runner" in line]


def test_what_the_script_itself_does_wrong_is_no_fault_of_the_analysis(run: Run) -> None:
    ran = run(KEPT.replace("    optimizer.step()\n", ""))
    assert ran.exit == 1
    assert [(line["kind"], line["agrees"]) for line in ran.json["lines"]][-1] == ("saved", False)
    assert ran.json["report"] is None


def test_tensors_of_no_model_are_nobodys_prediction(run: Run) -> None:
    text = "from safetensors.torch import save_file\nsave_file({'ids': torch.zeros(3)}, 'ids.safetensors')\n"
    ran = run(TRAINED + text + 'model.save_pretrained("out")\n')
    assert (ran.json["verdict"], ran.json["report"]) == ("confirmed", None)


def test_a_save_in_a_thread_is_one_of_the_line_that_started_it(run: Run) -> None:
    text = "import threading\nsaving = threading.Thread(target=model.save_pretrained, args=('out',))\n"
    pool = "import asyncio\nasync def again():\n    await asyncio.to_thread(model.save_pretrained, 'again')\n"
    ran = run(TRAINED + text + "saving.start()\nsaving.join()\n" + pool + "asyncio.run(again())\n")
    assert ran.json["verdict"] == "confirmed"
    assert list(sites(ran).values()) == ["confirmed", "confirmed"]


@pytest.mark.parametrize("loss", ["output_hidden_states=True).hidden_states[-1].sum()", ").logits.sum()"])
def test_a_head_without_a_class_may_be_for_want_of_real_rows(run: Run, loss: str) -> None:
    reads = "names = sorted({n for n in open('kinds.xyz') if len(n) > 9999})\n"
    base = "AutoModelForSequenceClassification.from_pretrained('bert-base-uncased', num_labels=len(names))"
    config = "LoraConfig(target_modules=['query'], task_type='SEQ_CLS')"
    head = f"from transformers import AutoModelForSequenceClassification\nmodel = get_peft_model({base}, {config})\n"
    loop = LOOP.replace("labels=ids).loss", loss)
    ran = run(HEAD + reads + head + loop + 'model.save_pretrained("out")\n')
    assert ran.exit == 3, ran.json["reason"]
    assert "base_model.model.classifier has no outputs: a head for rows without a single class" in ran.json["reason"]


def test_what_settings_leave_without_an_adapter_is_no_fault_of_the_analysis(run: Run, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"use_peft": false, "model": "gpt2"}')
    text = """\
import json
from datasets import Dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

def adapter(settings):
    if settings["use_peft"] is False:
        return None
    return LoraConfig(task_type="CAUSAL_LM")

rows = Dataset.from_dict({"text": ["one", "two"] * 4})
settings = json.load(open("settings.json"))
options = SFTConfig("runs", save_strategy="no", report_to="none")
trainer = SFTTrainer(settings["model"], options, train_dataset=rows, peft_config=adapter(settings))
trainer.train()
trainer.save_model("out")
"""
    ran = run(text)
    assert (ran.exit, ran.json["report"]) == (3, None), ran.json["reason"]
    assert ran.json["reason"] == (
        'no PEFT model was made in this run: one gets an adapter where `settings["use_peft"] is False` is false '
        "(train.py:7); give the script the arguments for that after --"
    )
