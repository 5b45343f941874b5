"""Lists to which something is added behind a test: it is perhaps there, and nothing else is."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
import torch
from elsewhere import batches, chosen, more
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("gpt2")
wide = [p for p in base.parameters() if p.ndim > 1]
narrow = [p for p in base.parameters() if p.ndim < 2]
model = get_peft_model(base, LoraConfig())
groups = [{{"params": wide}}]
{added}
optimizer = torch.optim.AdamW(groups, lr=1e-4)
for batch in batches():
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""


def found(added: str) -> list[str]:
    return [finding.name for finding in check_source(SCRIPT.format(added=added))]


@pytest.mark.parametrize(
    "added",
    [
        'if narrow:\n    groups.append({"params": narrow})',
        'if chosen.decay:\n    groups.append({"params": narrow, "weight_decay": 0.0})',
        'if narrow:\n    groups.append({"params": narrow})\ngroups.append({"params": wide})',
    ],
)
def test_an_optimizer_of_the_base_alone(added: str) -> None:
    assert found(added) == ["optimizer-before-wrap"]


@pytest.mark.parametrize(
    "added",
    [
        'if chosen.all:\n    groups.append({"params": model.parameters()})',
        'if chosen.all:\n    groups.append({"params": more})',
        "if chosen.all:\n    groups.extend(more)",
        'if wide:\n    groups.append({"params": narrow})\nif more:\n    groups.append({"params": model.parameters()})',
        'if narrow:\n    groups.append({"params": narrow})\ngroups = list(groups) + [{"params": more}]',
        'if narrow:\n    groups.append({"params": narrow})\nmore(groups)',
        'if chosen.all:\n    groups.insert(0, {"params": model.parameters()})',
    ],
)
def test_one_that_may_hold_the_adapter(added: str) -> None:
    assert found(added) == []
