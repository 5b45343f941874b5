"""Speech models with letters of the script's own: which saves PEFT breaks off, and whose head is new."""

from __future__ import annotations

import pytest

import lora_lint
from lora_lint import Config

HEAD = """\
import os
import sys
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCTC, AutoProcessor, Trainer, TrainingArguments, Wav2Vec2CTCTokenizer
from transformers import Wav2Vec2ForCTC

tokenizer = Wav2Vec2CTCTokenizer("vocab.json")
"""
BASE = '"facebook/wav2vec2-xls-r-300m"'
LOAD = f"model = Wav2Vec2ForCTC.from_pretrained({BASE}, vocab_size=len(tokenizer))\n"
WRAP = 'model = get_peft_model(model, LoraConfig(target_modules=["q_proj"], modules_to_save=["lm_head"]))\n'
TRAIN = "model(**batch).loss.backward()\noptimizer.step()\n"
SAVE = 'model.save_pretrained("out")\n'


def found(body: str, **versions: str) -> list[tuple[str, int]]:
    settings = Config(versions=tuple(versions.items()), preview=True)
    findings = lora_lint.check_source(HEAD + body, config=settings)
    return [(finding.name, finding.location.row - HEAD.count("\n")) for finding in findings]


def breaks(*lines: int) -> list[tuple[str, int]]:
    return [("vocabulary-breaks-save", line) for line in lines]


def test_each_save_that_is_not_told_breaks() -> None:
    told = 'model.save_pretrained("told", save_embedding_layers=False)\n'
    unknown = 'model.save_pretrained("maybe", save_embedding_layers=options.embeddings)\n'
    asked = 'model.save_pretrained("asked", save_embedding_layers=True)\n'
    pushed = 'model.push_to_hub("me/letters")\n'
    assert found(LOAD + WRAP + TRAIN + SAVE + told + unknown + asked + pushed) == breaks(5, 8, 9)


def test_an_auto_class_gives_such_a_model_and_a_text_model_has_an_embedding() -> None:
    assert found(LOAD.replace("Wav2Vec2ForCTC", "AutoModelForCTC") + WRAP + TRAIN + SAVE) == breaks(5)
    assert found(LOAD.replace("Wav2Vec2ForCTC", "AutoModelForCausalLM") + WRAP + TRAIN + SAVE) == []


SAME = {
    "the size that it has at first": LOAD.replace("len(tokenizer)", "32"),
    "none": LOAD.replace("len(tokenizer)", "None"),
    "not said": LOAD.replace(", vocab_size=len(tokenizer)", ""),
    "its own processor": f"processor = AutoProcessor.from_pretrained({BASE})\n"
    + LOAD.replace("tokenizer", "processor.tokenizer"),
    "its own processor, by a given name": "name = sys.argv[1]\nprocessor = AutoProcessor.from_pretrained(name)\n"
    + LOAD.replace("tokenizer", "processor.tokenizer").replace(BASE, "name"),
    "kept offline": 'os.environ["HF_HUB_OFFLINE"] = "1"\n' + LOAD,
    "of a class that has an embedding": "class Own(Wav2Vec2ForCTC):\n    def get_input_embeddings(self):\n"
    f"        return self.lm_head\n{LOAD.replace('Wav2Vec2ForCTC', 'Own')}",
    "given an embedding": LOAD + "model.get_input_embeddings = lambda: model.lm_head\n",
}


@pytest.mark.parametrize("load", SAME.values(), ids=SAME)
def test_nothing_breaks_where_sizes_are_the_same_or_nobody_asks(load: str) -> None:
    assert found(load + WRAP + TRAIN + SAVE) == []


def test_a_processor_of_another_name_has_other_letters() -> None:
    other = 'processor = AutoProcessor.from_pretrained("./letters")\n'
    assert found(other + LOAD.replace("tokenizer", "processor.tokenizer") + WRAP + TRAIN + SAVE) == breaks(6)


def test_releases_that_compare_no_sizes_save_it() -> None:
    assert found(LOAD + WRAP + TRAIN + SAVE, peft="0.7.1") == []
    assert found(LOAD + WRAP + TRAIN + SAVE, peft="0.8.0") == breaks(5)


def test_a_trainer_stops_at_its_first_checkpoint() -> None:
    """What is behind it is not reached; without checkpoints it is the save that raises."""
    train = 'trainer = Trainer(model, TrainingArguments("runs"), train_dataset=rows)\ntrainer.train()\n'
    ends = 'trainer.save_model("out")\n' + SAVE
    without = train.replace('"runs"', '"runs", save_strategy="no"')
    assert found(LOAD + WRAP + train + ends) == breaks(4)
    assert found(LOAD + WRAP + without + ends) == breaks(5, 6)


def test_only_a_peft_model_can_be_told() -> None:
    added = 'model.add_adapter(LoraConfig(target_modules=["q_proj"], modules_to_save=["lm_head"]))\n'
    settings = Config(preview=True)
    whole = lora_lint.fix_source(HEAD + LOAD + WRAP + TRAIN + SAVE, config=settings).text
    assert 'model.save_pretrained("out", save_embedding_layers=False)' in whole
    assert found(LOAD + added + TRAIN + SAVE) == breaks(5)
    assert lora_lint.fix_source(HEAD + LOAD + added + TRAIN + SAVE, config=settings).text.endswith(SAVE)


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("facebook/wav2vec2-xls-r-300m", True),
        ("facebook/w2v-bert-2.0", True),
        ("microsoft/wavlm-base-plus", True),
        ("facebook/wav2vec2-base-960h", False),
        ("facebook/mms-1b-all", False),
        ("me/wav2vec2-base", False),
    ],
)
def test_letters_are_new_where_a_model_was_pretrained_only(name: str, new: bool) -> None:
    load = f'model = AutoModelForCTC.from_pretrained("{name}")\n'
    body = load + WRAP.replace(', modules_to_save=["lm_head"]', "") + TRAIN + SAVE
    assert found(body) == ([("head-not-saved", 2)] if new else [])
