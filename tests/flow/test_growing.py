"""Values that double with every line: what is kept of them is bounded."""

from __future__ import annotations

import pytest

import lora_lint

DOUBLED = {
    "a text": ("text = input()\n", "text = f'{text}/{text}'\n"),
    "a text handed on": ("text = input()\n", "text = clean(f'{text}-', f'-{text}')\n"),
    "a constant": ("text = 'ab'\n", "text = f'{text}{text}'\n"),
    "a path": ("import os\ntext = input()\n", "text = os.path.join(text, text)\n"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", DOUBLED)
def test_a_value_that_doubles_again_and_again(kind: str) -> None:
    start, step = DOUBLED[kind]
    assert lora_lint.analyze_source(f"import peft\n{start}{step * 40}").notes == []
