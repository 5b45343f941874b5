"""Adapters of one PeftModel that are merged one after the other: the first merge takes the layers of all."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import copy
import sys
from peft import PeftModel
from transformers import AutoModelForCausalLM

NAMES = sys.argv[1:]


def load():
    base = AutoModelForCausalLM.from_pretrained("gpt2")
    model = PeftModel.from_pretrained(base, "adapters/law", adapter_name="law")
    model.load_adapter("adapters/medicine", adapter_name="medicine")
    return model


model = load()
{body}
"""
LOOP = """\
for name in NAMES:
    model.set_adapter(name)
    merged = model.merge_and_unload()
    merged.save_pretrained(f"merged/{name}")
"""
IN_A_ROW = """\
model.set_adapter("law")
model.merge_and_unload().save_pretrained("merged/law")
model.set_adapter("medicine")
model.merge_and_unload().save_pretrained("merged/medicine")
"""
SET, MERGE = "model.set_adapter(name)", "model.merge_and_unload()"


def found(body: str) -> list[tuple[str, int]]:
    findings = lora_lint.check_source(SCRIPT.format(body=body), config=lora_lint.Config(preview=True))
    before = SCRIPT[: SCRIPT.index("{body}")].count("\n")
    merges = [finding for finding in findings if finding.name == "merges-add-up"]
    return [(finding.name, finding.location.row - before) for finding in merges]


@pytest.mark.parametrize(
    ("body", "row"),
    [
        pytest.param(LOOP, 3, id="names of the command line"),
        pytest.param(LOOP.replace("NAMES", '["law", "medicine"]'), 3, id="names that are written down"),
        pytest.param(LOOP.replace("NAMES", "model.peft_config"), 3, id="all that it has"),
        pytest.param(
            LOOP.replace(f"    {SET}\n", "").replace("unload()", "unload(adapter_names=[name])"), 2, id="by the merge"
        ),
        pytest.param(IN_A_ROW, 4, id="without a loop"),
    ],
)
def test_what_the_second_merge_gives_is_the_model_of_the_first(body: str, row: int) -> None:
    assert found(body) == [("merges-add-up", row)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(LOOP.replace("model.merge", "copy.deepcopy(model).merge"), id="each into a copy"),
        pytest.param(LOOP.replace(SET, f"model = load()\n    {SET}"), id="loaded anew"),
        pytest.param(
            LOOP.replace(SET, f"if name != sys.argv[-1]:\n        continue\n    {SET}"), id="one round may go on"
        ),
        pytest.param(LOOP + "    break\n", id="one round goes on"),
        pytest.param(
            LOOP.replace(f"merged = {MERGE}", "model.merge_adapter()").replace(
                "merged.save_pretrained", "model.unmerge_adapter()\n    print"
            ),
            id="merged in place, and unmerged",
        ),
        pytest.param(
            f"{SET.replace('name', chr(34) + 'law' + chr(34))}\nmerged = {MERGE}\nmerged = {MERGE}\n", id="twice"
        ),
        pytest.param(IN_A_ROW.replace("medicine", "law"), id="the same adapter"),
        pytest.param(
            IN_A_ROW.replace('"law"', "NAMES[0]").replace('"medicine"', "NAMES[0]"), id="the same, whichever it is"
        ),
        pytest.param(IN_A_ROW.replace('model.set_adapter("medicine")', "model = load()"), id="another model"),
    ],
)
def test_what_is_merged_once_or_anew_is_what_it_is_called(body: str) -> None:
    assert found(body) == []
