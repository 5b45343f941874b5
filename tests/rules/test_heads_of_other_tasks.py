"""New heads that the task type of the config does not cover: of reward models, and of classifiers of sounds."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
import torch
from elsewhere import batches
from peft import LoraConfig, PeftConfig, TaskType, get_peft_model
from transformers import {cls}

model = {cls}.from_pretrained({load})
config = LoraConfig({config})
model = get_peft_model(model, config)
optimizer = torch.optim.AdamW(model.parameters())
for batch in batches():
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""


def found(cls: str, load: str, config: str) -> list[str]:
    script = SCRIPT.format(cls=cls, load=load, config=config)
    return [f.message for f in check_source(script) if f.name == "head-not-saved"]


REWARD = "AutoModelForSequenceClassification", '"Qwen/Qwen2.5-0.5B", num_labels=1'


@pytest.mark.parametrize("task", ['"CAUSAL_LM"', "TaskType.CAUSAL_LM", '"SEQ_2_SEQ_LM"', '"FEATURE_EXTRACTION"'])
def test_a_task_that_knows_no_head_leaves_it_alone(task: str) -> None:
    (message,) = found(*REWARD, f"task_type={task}")
    assert message.endswith(f'task_type="SEQ_CLS" covers it ({task.strip(chr(34)).rpartition(".")[2]} leaves it alone)')


@pytest.mark.parametrize("config", ['task_type="CAUSAL_LM", modules_to_save=["score"]', 'task_type="SEQ_CLS"'])
def test_a_head_that_is_named_is_covered(config: str) -> None:
    assert found(*REWARD, config) == []


def test_a_task_that_the_script_computes_may_cover_it() -> None:
    assert found(*REWARD, "task_type=batches.task") == []


TWO = 'modules_to_save=["classifier", "projector"] covers it'


@pytest.mark.parametrize(
    "name",
    ["facebook/wav2vec2-base", "facebook/wav2vec2-base-960h", "microsoft/wavlm-base-plus", "openai/whisper-base"],
)
@pytest.mark.parametrize("config", ["", 'modules_to_save=["classifier"]', 'task_type="SEQ_CLS"'])
def test_a_classifier_of_sounds_has_a_projector_before_it(name: str, config: str) -> None:
    (message,) = found("AutoModelForAudioClassification", f'"{name}", num_labels=4', config)
    assert TWO in message or 'modules_to_save=["projector"] covers it (task_type covers classifier alone)' in message


@pytest.mark.parametrize(
    ("cls", "name", "config"),
    [
        ("AutoModelForAudioClassification", "facebook/wav2vec2-base", 'modules_to_save=["projector", "classifier"]'),
        ("Wav2Vec2ForSequenceClassification", "facebook/wav2vec2-base", 'modules_to_save=["projector", "classifier"]'),
        ("AutoModelForAudioClassification", "MIT/ast-finetuned-audioset-10-10-0.4593", ""),  # has a head of its own
        ("AutoModelForAudioClassification", "superb/wav2vec2-base-superb-ks", ""),
        ("AutoModelForAudioClassification", "facebook/mms-lid-126", ""),
        ("Wav2Vec2ForSequenceClassification", "./my-base", 'modules_to_save=["classifier"]'),  # may have its projector
    ],
)
def test_what_is_named_or_may_be_there_is_not_missed(cls: str, name: str, config: str) -> None:
    assert found(cls, f'"{name}", num_labels=4', config) == []
