"""Tensors that a script picks out of a state dict by key, without the modules that its adapter trains whole."""

from __future__ import annotations

import pytest
from tests.changed import changed

from lora_lint import Finding, check_source

SCRIPT = """\
import pickle
import numpy as np
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import (
    AutoModelForImageClassification,
    AutoModelForSequenceClassification,
    Trainer,
    TrainingArguments,
)


def fresh():
    net = AutoModelForImageClassification.from_pretrained("google/vit-base-patch16-224-in21k", num_labels=3)
    return get_peft_model(net, LoraConfig(target_modules=["query"], modules_to_save=["classifier"]))


model = fresh()
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)
for batch in batches():
    model(**batch).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
torch.save({k: v for k, v in model.state_dict().items() if "lora_" in k}, "small.pt")
again = fresh()
again.load_state_dict(torch.load("small.pt"), strict=False)
print(again(**row()).logits)
"""
PICK = '{k: v for k, v in model.state_dict().items() if "lora_" in k}'
SAVE = f'torch.save({PICK}, "small.pt")'
CONFIG = 'modules_to_save=["classifier"]'
STEPS = "for batch in batches():\n    model(**batch).loss.backward()\n    optimizer.step()\n    optimizer.zero_grad()\n"


def found(*changes: tuple[str, str]) -> list[Finding]:
    return [finding for finding in check_source(changed(SCRIPT, *changes)) if finding.code == "LL108"]


def test_a_trained_head_that_the_filter_leaves_out_is_lost() -> None:
    (finding,) = found()
    assert finding.message.startswith("classifier (modules_to_save) is trained, and the filter by key leaves it out")
    assert finding.severity == "error"


OF_TEXTS = ("AutoModelForImageClassification.from", "AutoModelForSequenceClassification.from")
TRAINER = "Trainer(model, TrainingArguments('out', save_strategy='no')).train()\n"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(SAVE, SAVE.replace("torch.save", "save_file"))], id="as safetensors"),
        pytest.param([(PICK, "{'lora': " + PICK + ", 'epochs': 3}")], id="in a larger dict"),
        pytest.param([(STEPS, TRAINER)], id="trained by a trainer that leaves no checkpoints"),
        pytest.param([OF_TEXTS], id="of texts"),
        pytest.param([(PICK, PICK.replace('"lora_" in k', '"lora_A" in k or "lora_B" in k'))], id="in other words"),
        pytest.param([OF_TEXTS, (CONFIG, 'task_type="SEQ_CLS"')], id="by the type of the task"),
    ],
)
def test_so_it_is_however_it_is_trained_and_written(changes: list[tuple[str, str]]) -> None:
    assert len(found(*changes)) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((PICK, PICK.replace('"lora_" in k', '"lora_" in k or "modules_to_save" in k')), id="named too"),
        pytest.param((PICK, PICK.replace('"lora_" in k', '"lora_" in k or "classifier" in k')), id="by its own name"),
        pytest.param((PICK, PICK.replace('"lora_" in k', "wanted(k)")), id="a filter that is not seen"),
        pytest.param((PICK, "get_peft_model_state_dict(model)"), id="all that PEFT saves"),
        pytest.param(
            (SAVE, SAVE + '\ntorch.save(model.classifier.state_dict(), "head.pt")'), id="the head in a file of its own"
        ),
        pytest.param(
            (
                SAVE,
                SAVE + '\nhead = {k: v for k, v in model.state_dict().items() if "classifier" in k}\n'
                'torch.save(head, "head.pt")',
            ),
            id="picked out for a file of its own",
        ),
        pytest.param(
            (
                SAVE,
                SAVE + '\nhead = model.base_model.model.classifier.modules_to_save["default"].weight\n'
                'torch.save(head, "head.pt")',
            ),
            id="one tensor of it",
        ),
        pytest.param(
            (SAVE, SAVE + '\nwith open("head.pkl", "wb") as file:\n    pickle.dump(model.classifier, file)'),
            id="pickled",
        ),
        pytest.param(
            (SAVE, SAVE + '\nnp.save("head.npy", model.classifier.weight.detach().cpu().numpy())'), id="as an array"
        ),
        pytest.param((PICK, "{'lora': " + PICK + ", 'head': model.classifier.state_dict()}"), id="beside the layers"),
        pytest.param(
            (SAVE, f"state = {PICK}\nstate.update(head_of(model))\n" + SAVE.replace(PICK, "state")), id="added"
        ),
        pytest.param((SAVE, SAVE + '\nmodel.save_pretrained("out")'), id="saved by PEFT as well"),
        pytest.param((SAVE, SAVE + "\nupload(model)"), id="handed to code that is not seen"),
        pytest.param((CONFIG, 'bias="none"'), id="no such module"),
        pytest.param((CONFIG, 'modules_to_save=["pooler"]'), id="none that the model is known to have"),
        pytest.param((CONFIG, "modules_to_save=named()"), id="not known which"),
        pytest.param(
            (
                "[p for p in model.parameters() if p.requires_grad]",
                '[p for n, p in model.named_parameters() if "lora_" in n]',
            ),
            id="not trained",
        ),
        pytest.param(("optimizer = ", "model.classifier.requires_grad_(False)\noptimizer = "), id="frozen"),
    ],
)
def test_what_is_kept_or_not_trained_or_not_known_is_passed_over(change: tuple[str, str]) -> None:
    assert not [finding for finding in found(change) if "leaves" in finding.message]
