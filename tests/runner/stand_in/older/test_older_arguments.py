"""Arguments of trainers under their older names, and those that are gone."""

from __future__ import annotations

import json
from pathlib import Path

from tests.runner.conftest import Run, carried, reason
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE, TRAINER


def test_arguments_of_older_releases_are_taken_as_they_were_meant(run: Run) -> None:
    text = (
        HEAD + TRAINER + 'args = TrainingArguments("o", evaluation_strategy="no", warmup_ratio=0.1, logging_dir="l")\n'
    )
    why = carried(run(text + "Trainer(model, args, train_dataset=rows, tokenizer=None).train()\n" + SAVE))
    assert why.startswith("train.py:12: TrainingArguments of transformers ")
    assert why.endswith("has no evaluation_strategy; now eval_strategy (and 3 more of the kind)")


def test_arguments_of_a_class_that_the_script_makes_of_the_trainers(run: Run) -> None:
    text = """\
from dataclasses import dataclass

@dataclass
class Own(TrainingArguments):
    share: float = 0.5

Trainer(model, Own("o", share=0.1, warmup_ratio=0.1), train_dataset=rows).train()
"""
    assert "Own of transformers" in (said := carried(run(HEAD + TRAINER + text + SAVE)))
    assert "has no warmup_ratio; now warmup_steps" in said


def test_a_setting_that_is_gone_stands_where_it_stood_for_a_trainer_of_the_scripts_own(run: Run) -> None:
    text = """\
from dataclasses import dataclass

@dataclass
class Own(TrainingArguments):
    share: float = 0.5

class Mine(Trainer):
    def _save(self, output_dir=None, state_dict=None):
        self.model.save_pretrained(output_dir, safe_serialization=self.args.save_safetensors)

trainer = Mine(model, Own("o"), train_dataset=rows)
trainer.train()
trainer.save_model("out")
"""
    ran = run(HEAD + TRAINER + text)
    code, why = reason(ran)
    assert code == 3  # there, it stops between its training and its save
    assert "TrainingArguments of transformers" in why
    assert "has no save_safetensors" in why
    assert [a["usable"] for a in ran.json["after"]["adapters"] if a["directory"] == "out"] == [True]


def test_arguments_that_are_gone_are_no_columns_of_the_rows(run: Run) -> None:
    text = """\
from dataclasses import dataclass
from datasets import load_dataset

@dataclass
class Own(TrainingArguments):
    share: float = 0.5

answers = load_dataset("company/answers", split="train")
settings = {"output_dir": "o", "share": 0.1, "warmup_ratio": 0.1}
args = Own(**settings)
answers.filter(lambda row: row["reward"] > args.share)
Trainer(model, args, train_dataset=rows).train()
"""
    assert "has no warmup_ratio; now warmup_steps" in carried(run(HEAD + TRAINER + text + SAVE))


def test_older_arguments_in_a_file_of_settings_are_left_out_and_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"output_dir": "o", "warmup_ratio": 0.1, "overwrite_output_dir": true}')
    text = """\
from transformers import HfArgumentParser

(arguments,) = HfArgumentParser(TrainingArguments).parse_json_file("run.json")
Trainer(model, arguments, train_dataset=rows).train()
"""
    why = carried(run(HEAD + TRAINER + text + SAVE))
    assert "overwrite_output_dir (now nothing: it is no longer needed), warmup_ratio (now warmup_steps" in why


def test_an_older_name_in_a_file_of_settings_is_taken_for_the_new_one_where_others_hang_on_it(
    run: Run, tmp_path: Path
) -> None:
    settings = {"output_dir": "o", "evaluation_strategy": "steps", "save_strategy": "steps", "eval_steps": 1}
    (tmp_path / "run.json").write_text(json.dumps({**settings, "save_steps": 1, "load_best_model_at_end": True}))
    text = """\
from transformers import HfArgumentParser

(arguments,) = HfArgumentParser(TrainingArguments).parse_json_file("run.json")
Trainer(model, arguments, train_dataset=rows, eval_dataset=rows).train()
"""
    assert carried(run(HEAD + TRAINER + text + SAVE)).endswith("have no evaluation_strategy (now eval_strategy)")


def test_a_word_in_a_file_of_settings_that_no_release_knew_may_be_a_mistake(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"output_dir": "o", "warmup_ration": 0.1}')
    text = """\
from transformers import HfArgumentParser

(arguments,) = HfArgumentParser(TrainingArguments).parse_json_file("run.json")
Trainer(model, arguments, train_dataset=rows).train()
"""
    code, why = reason(run(HEAD + TRAINER + text + SAVE))
    assert code == 3
    assert "not used by the HfArgumentParser: ['warmup_ration']" in why


def test_all_older_arguments_of_a_file_are_learned_at_once(run: Run, tmp_path: Path) -> None:
    text = """\
from transformers import Trainer, TrainingArguments
from transformers.models.whisper.english_normalizer import BasicTextNormalizer

plain = BasicTextNormalizer()
arguments = TrainingArguments("runs", evaluation_strategy="no", save_strategy="no", run_name=plain("A"))
Trainer(model, arguments, train_dataset=[{"input_ids": [1, 2], "labels": [1, 2]}] * 8, tokenizer=None).train()
model.save_pretrained("out")
if not model:
    plain(text="B")
"""
    ran = run(HEAD + text, "--keep", "kept")
    assert ran.exit == 0, ran.json["reason"]
    assert len(list(tmp_path.glob("kept/*/after*"))) == 2


def test_an_argument_that_the_script_and_the_library_have_is_said_to_both(run: Run) -> None:
    text = """\
from dataclasses import dataclass
from transformers import HfArgumentParser

@dataclass
class Mine:
    use_cache: bool = False

mine, arguments = HfArgumentParser((Mine, TrainingArguments)).parse_args_into_dataclasses()
assert mine.use_cache and arguments.use_cache
"""
    text += "Trainer(model, arguments, train_dataset=rows).train()\n"
    why = carried(run(HEAD + TRAINER + text + SAVE, "--", "--use_cache", "True", "--output_dir", "o"))
    assert "has use_cache, too" in why


def test_a_field_of_the_scripts_own_for_the_file_of_its_settings_is_left_to_trls_parser(run: Run) -> None:
    text = """
from dataclasses import dataclass
from trl import TrlParser

@dataclass
class Own:
    out: str = "out"
    config: str = None

(own,) = TrlParser((Own,)).parse_args_and_config()
assert (own.out, own.config) == ("out", None)
"""
    assert "TrlParser of trl" in carried(run(text + KEPT))


def test_an_argument_that_trl_has_got_since_is_taken_twice_by_trls_own_parser(run: Run) -> None:
    text = """
from dataclasses import dataclass
from trl import SFTConfig, TrlParser

@dataclass
class Own:
    trust_remote_code: bool = True

own, args = TrlParser((Own, SFTConfig)).parse_args_and_config(["--output_dir", "out"])
assert own.trust_remote_code == args.trust_remote_code
"""
    assert "SFTConfig of trl" in carried(run(text + KEPT))


def test_a_mask_is_made_as_older_releases_made_it(run: Run) -> None:
    text = """\
from transformers.masking_utils import create_causal_mask

words, places = torch.zeros(1, 4, 16), torch.arange(4)
create_causal_mask(base.config, input_embeds=words, attention_mask=None, cache_position=places, past_key_values=None)
"""
    assert "create_causal_mask of transformers" in carried(run(HEAD + text + LOOP + SAVE))


def test_what_only_a_trainers_own_config_has_now_reaches_it_beside_arguments_by_their_place(run: Run) -> None:
    text = """\
from trl import SFTTrainer

texts = Dataset.from_dict({"input": ["some words"] * 8})
SFTTrainer(model, TrainingArguments("o"), train_dataset=texts, dataset_text_field="input").train()
"""
    assert "has no dataset_text_field; now an argument of SFTConfig" in carried(run(HEAD + TRAINER + text + SAVE))


def test_what_a_copy_of_training_arguments_had_it_has(run: Run) -> None:
    text = """\
import argparse
from transformers import TrainingArguments

args = argparse.Namespace(**vars(TrainingArguments("runs")), rank=8)
assert os.path.basename(args.logging_dir) == "runs"
"""
    assert "have no logging_dir, and so has no copy of their fields" in carried(run(HEAD + text + LOOP + SAVE))
