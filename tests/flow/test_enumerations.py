"""Members of an enumeration are themselves: their names, their values, and what the class defines on them."""

from __future__ import annotations

import pytest

import lora_lint

CLASSES = """\
import enum
import os


class Keep(enum.Enum):
    ADAPTER = "adapter"
    MERGED = "merged"
    USUAL = "adapter"

    @property
    def plain(self):
        return self is Keep.MERGED

    def save(self, model):
        SAVERS[self](model)


class Stage(enum.IntEnum):
    TRAINED = 1
    MERGED = 2


class Kind(enum.Enum):
    ADAPTER = enum.auto()
    MERGED = enum.auto()
"""

TRAINED = f"""\
{CLASSES}
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def as_it_is(model):
    model.save_pretrained("out")


def merged(model):
    model.merge_and_unload().save_pretrained("out")


SAVERS = {{Keep.ADAPTER: as_it_is, Keep.MERGED: merged}}
model = get_peft_model(AutoModelForCausalLM.from_pretrained("base"), LoraConfig())
optimizer = torch.optim.AdamW(model.parameters())
for batch in batches:
    model(**batch).loss.backward()
    optimizer.step()
"""

ADAPTER = (
    'Keep.ADAPTER.name == "ADAPTER"',
    'Keep.ADAPTER.value == "adapter"',
    "Keep.USUAL is Keep.ADAPTER",
    'Keep("adapter") is Keep.ADAPTER',
    'Keep["USUAL"] is Keep.ADAPTER',
    "not Keep.ADAPTER.plain",
    "isinstance(Keep.ADAPTER, Keep)",
    "not isinstance(Keep.ADAPTER, str)",
    'Keep.ADAPTER != "adapter"',
    "Stage.TRAINED < Stage.MERGED",
    "Stage.TRAINED == 1",
    "isinstance(Stage.TRAINED, int)",
    "Kind.ADAPTER is not Kind.MERGED",
)


@pytest.mark.parametrize("test", ADAPTER)
def test_what_holds_of_a_member_leads_one_way(test: str) -> None:
    names: dict[str, object] = {}
    exec(CLASSES, names)
    assert eval(test, names)  # Python says so, too
    assert lora_lint.check_source(f"{TRAINED}if {test}:\n    as_it_is(model)\nelse:\n    merged(model)\n") == []


def test_a_member_calls_what_a_table_has_for_it() -> None:
    assert lora_lint.check_source(f"{TRAINED}Keep.ADAPTER.save(model)\n") == []
    assert [f.name for f in lora_lint.check_source(f"{TRAINED}Keep.MERGED.save(model)\n")] == ["save-after-merge"]


def test_a_member_made_of_a_text_that_is_not_known_is_that_text() -> None:
    asked = f'{TRAINED}text = os.environ["KEEP"]\nkeep = Keep(text)\n'
    kept = 'if keep is Keep.MERGED:\n    model.save_pretrained("adapter")\n'
    end = 'if text == "merged":\n    merged(model)\nelse:\n    as_it_is(model)\n'
    assert lora_lint.check_source(asked + kept + end) == []
    assert [f.name for f in lora_lint.check_source(asked + end)] == ["save-after-merge"]
