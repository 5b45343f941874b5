"""What is put around a statement leaves its text alone, and uses only names that are there when the script runs."""

from __future__ import annotations

from textwrap import dedent

import pytest

from lora_lint import check_source
from lora_lint.fixes.applying.edited import apply_edits

PLAIN = "from peft import LoraConfig, get_peft_model\n"
SCRIPT = """\
import sys
{imports}
from transformers import AutoModelForCausalLM


def go(flag):
    model = AutoModelForCausalLM.from_pretrained("gpt2")
    if flag:
        model = get_peft_model(model, LoraConfig())
{body}


go(len(sys.argv) > 1)
"""


def corrected(imports: str, body: str) -> tuple[str, str]:
    """The corrected script, and how sure the fix is."""
    script = SCRIPT.format(imports=imports.rstrip(), body=body.rstrip())
    [finding] = check_source(script)
    assert finding.name == "missing-type-check"
    assert finding.fix is not None
    return apply_edits(script, finding.fix.edits), finding.fix.applicability


MERGE = "    model = model.merge_and_unload()\n"


def test_a_name_for_type_checkers_is_imported_for_the_run() -> None:
    made, sure = corrected(
        f"from typing import TYPE_CHECKING\n{PLAIN}if TYPE_CHECKING:\n    from peft import PeftModel\n", MERGE
    )
    assert "\nfrom peft import LoraConfig, PeftModel, get_peft_model\n" in made
    assert sure == "safe"


def test_where_peft_may_be_missing_nothing_is_imported_without_a_try() -> None:
    made, sure = corrected(
        "try:\n    from peft import LoraConfig, get_peft_model\nexcept ImportError:\n    pass\n", MERGE
    )
    assert "try:\n    from peft import LoraConfig, PeftModel, get_peft_model\nexcept" in made
    assert sure == "unsafe"


def test_a_text_of_several_lines_is_as_it_was_inside_of_the_guard() -> None:
    made, _ = corrected(PLAIN, '    model.create_or_update_model_card("""out\ndir""")\n')
    assert '\n        model.create_or_update_model_card("""out\ndir""")\n' in made


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_call_of_several_lines_keeps_its_shape(newline: str) -> None:
    call = dedent("""\
        merged = model.merge_and_unload(
                # careful
                progressbar=True,
            )
            print(merged.num_parameters())
    """)
    script = SCRIPT.format(imports=PLAIN.rstrip(), body=f"    {call}".rstrip()).replace("\n", newline)
    [finding] = check_source(script)
    assert finding.fix is not None
    expected = "(\n        # careful\n        progressbar=True,\n    ) if isinstance(model, PeftModel) else model\n"
    assert expected.replace("\n", newline) in apply_edits(script, finding.fix.edits)
