"""Where following ends: deep calls, conditions within conditions, long modules. Nothing wrong is said beyond."""

from __future__ import annotations

import libcst as cst
import pytest

import lora_lint
from lora_lint.flow.interpreter import PARTS
from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import Module
from lora_lint.flow.values import Gate, Sym, Value, const
from lora_lint.flow.worlds import paths
from lora_lint.flow.worlds.terms import gate
from lora_lint.knowledge.tables import Knowledge
from lora_lint.source.sketch.parsed import Parsed

HEAD = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=8))
model.train()
for batch in rows:
    model(**batch).loss.backward()
"""


def merged_by(helpers: int) -> str:
    """A script that merges in a helper of a helper of a helper."""
    text = HEAD + "def merged0(model):\n    return model.merge_and_unload()\n\n"
    for n in range(1, helpers):
        text += f"def merged{n}(model):\n    return merged{n - 1}(model)\n\n"
    return text + f'model = merged{helpers - 1}(model)\nmodel.save_pretrained("out")\n'


@pytest.mark.parametrize(("helpers", "found"), [(1, ["LL101"]), (14, ["LL101"]), (15, []), (200, [])])
def test_fourteen_calls_deep_a_model_is_followed_and_no_deeper(helpers: int, found: list[str]) -> None:
    analysis = lora_lint.analyze_source(merged_by(helpers))
    assert [finding.code for finding in analysis.findings] == found
    assert (len(analysis.notes), analysis.faults) == (0 if found else 1, [])


def test_a_value_that_hangs_on_more_than_three_tests_is_not_known() -> None:
    value: Value = const("rank 4")
    for n in range(3):
        value = gate(("met", f"test {n}"), const(f"rank {n}"), value, "where they meet")
        assert isinstance(value, Gate)
    assert isinstance(gate(("met", "one more"), const("rank 64"), value, "where they meet"), Sym)


def test_what_is_imported_gives_steps_up_to_a_limit() -> None:
    machine = Machine(PARTS, Knowledge({}))
    given = []
    for lines in (1_000, 1_000, 2_000, 100_000):
        before = machine.budget
        machine.follow(Module("m", "m.py", Parsed("\n" * lines, cst.Module([]))))
        given.append(machine.budget - before)
    script, *imported = given
    assert script == 1_000 * paths.STEPS_A_LINE
    assert imported == [2_000, 4_000, paths.MOST_OF_IMPORTS - 6_000]


@pytest.mark.parametrize(
    "line", ['print(int(float("inf")) if rows else 0)', "for _ in range(10**30):\n    print(rows)"]
)
def test_a_number_too_large_for_python_is_not_known(line: str) -> None:
    text = HEAD + line + '\nmodel = model.merge_and_unload()\nmodel.save_pretrained("out")\n'
    assert [finding.code for finding in lora_lint.check_source(text)] == ["LL101"]
