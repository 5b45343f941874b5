"""Weights that each load draws anew: whether a file holds them, and whether a checkpoint had them."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import LOOP


def test_what_each_load_draws_anew_and_no_file_holds_is_named(run: Run) -> None:
    """DeBERTa's checkpoint has no pooler, and PEFT 0.21 saves only the classifier of what is new."""
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

base = AutoModelForSequenceClassification.from_pretrained("microsoft/deberta-v3-base", num_labels=3)
model = get_peft_model(base, LoraConfig(task_type="SEQ_CLS", target_modules=["query_proj"]))
"""
    loop = LOOP.replace("labels=ids", "labels=ids[:, 0] % 3")
    ran = run(text + loop + 'model.save_pretrained("out")\n', "--ignore", "LL")
    assert ran.exit == 1
    assert ran.json["reason"].endswith("pooler.dense is drawn anew at each load (name it in modules_to_save)")


def test_a_name_that_no_module_has_is_told_where_a_new_one_is_missed(run: Run) -> None:
    """Layers get other names with releases: PEFT passes over what it does not find."""
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

base = AutoModelForSequenceClassification.from_pretrained("microsoft/deberta-v3-base", num_labels=3)
saved = ["classifier", "pooler.0.dense"]
model = get_peft_model(base, LoraConfig(task_type="SEQ_CLS", target_modules=["query_proj"], modules_to_save=saved))
"""
    loop = LOOP.replace("labels=ids", "labels=ids[:, 0] % 3")
    ran = run(text + loop + 'model.save_pretrained("out")\n', "--ignore", "LL")
    assert ran.exit == 1
    assert ran.json["reason"].endswith("(modules_to_save names pooler.0.dense, as no module is called)")


def test_what_somebody_has_trained_a_checkpoint_for_may_be_in_it(run: Run) -> None:
    """The name goes on behind that of the published model: its checkpoint may have the pooler."""
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

name = "someone/deberta-v3-base-prompt-injection"
base = AutoModelForSequenceClassification.from_pretrained(name, num_labels=3)
model = get_peft_model(base, LoraConfig(task_type="SEQ_CLS", target_modules=["query_proj"]))
"""
    loop = LOOP.replace("labels=ids", "labels=ids[:, 0] % 3")
    ran = run(text + loop + 'model.save_pretrained("out")\n', "--ignore", "LL")
    assert ran.exit == 0, ran.json["reason"]
    unread = ran.json["after"]["adapters"][0]["unread"]
    assert unread == "it goes well only where the real checkpoint has pooler.dense"


def test_the_head_that_a_checkpoint_has_is_not_drawn_anew(run: Run) -> None:
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

name = "distilbert-base-uncased-finetuned-sst-2-english"
base = AutoModelForSequenceClassification.from_pretrained(name, num_labels=2)
model = get_peft_model(base, LoraConfig(target_modules=["q_lin"]))
"""
    loop = LOOP.replace("labels=ids", "labels=ids[:, 0] % 2")
    assert run(text + loop + 'model.save_pretrained("out")\n', "--ignore", "LL").exit == 0
