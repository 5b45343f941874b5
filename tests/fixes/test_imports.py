"""Where a name that a fix needs is imported: with the imports that a script begins with."""

from __future__ import annotations

import pytest

from lora_lint import check_source
from lora_lint.fixes.applying.edited import apply_edits

# `peft` is imported where the model is wrapped only: the correction needs an import of its own
WRAPPED_PERHAPS = """\
model = AutoModelForCausalLM.from_pretrained("gpt2")
if len(sys.argv) > 1:
    import peft
    model = peft.get_peft_model(model, peft.LoraConfig())
model = model.merge_and_unload()
"""
NEW = "from peft import PeftModel\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import sys\n{AUTO}\n", "import sys\n{AUTO}{NEW}\n"),
        ("import sys\n{AUTO}# the base model\n", "import sys\n{AUTO}{NEW}\n# the base model\n"),
        ('"""M."""\nimport sys\n{AUTO}\n\n', '"""M."""\nimport sys\n{AUTO}{NEW}\n\n'),
        ('"""M."""\nif 1:\n    import sys\n    {AUTO}', '"""M."""\n\n{NEW}\nif 1:\n    import sys\n    {AUTO}'),
        ("# merges\nif 1:\n    import sys\n    {AUTO}", "# merges\n{NEW}\nif 1:\n    import sys\n    {AUTO}"),
        ("import sys\r\n{AUTO}\r\n", "import sys\r\n{AUTO}{NEW}\r\n"),
    ],
    ids=["behind the imports", "a comment", "a docstring", "a docstring only", "no import", "line ends"],
)  # fmt: skip
def test_an_import_is_put_behind_those_at_the_top(before: str, after: str) -> None:
    ends = "\r\n" if "\r\n" in before else "\n"

    def script(head: str) -> str:
        words = {"{AUTO}": "from transformers import AutoModelForCausalLM" + ends, "{NEW}": NEW.replace("\n", ends)}
        for word, text in words.items():
            head = head.replace(word, text)
        return head

    body = WRAPPED_PERHAPS.replace("\n", ends)
    [finding] = check_source(script(before) + body)
    assert finding.fix is not None
    made = apply_edits(script(before) + body, finding.fix.edits)
    assert made.startswith(script(after) + body[:40])


def test_a_class_of_peft_goes_into_the_import_of_peft_that_is_there() -> None:
    script = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig()).save_pretrained("adapter")
model = AutoModelForCausalLM.from_pretrained("adapter")
model.merge_and_unload().save_pretrained("out")
"""
    [finding] = check_source(script)
    assert finding.name == "peft-op-on-plain-model"
    assert finding.fix is not None
    first, *_, load, _ = apply_edits(script, finding.fix.edits).splitlines()
    assert first == "from peft import AutoPeftModelForCausalLM, LoraConfig, get_peft_model"
    assert load == 'model = AutoPeftModelForCausalLM.from_pretrained("adapter")'
