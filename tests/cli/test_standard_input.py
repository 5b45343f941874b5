"""What is linted from standard input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, Said

Lint = Callable[..., Said]


def test_standard_input_may_be_empty(folder: Path, program: Lint) -> None:
    (folder / "broken.py").write_text("def f(:\n")
    assert program("-") == (0, "No findings in 1 file.\n", "")
    assert program("-", "--stdin-filename", "broken.py") == (0, "No findings in 1 file.\n", "")


def test_a_story_on_standard_input_shows_its_own_lines(folder: Path, program: Lint) -> None:
    (folder / "-").write_text("another file\n" * 20)
    assert '15 | model.save_pretrained("out")\n' in program("-", stdin=BAD.encode()).out
    program("-", "--write-baseline", "known.json", stdin=BAD.encode())
    [known] = json.loads((folder / "known.json").read_text())["findings"]
    assert known["line"] == 'model.save_pretrained("out")'


@pytest.mark.parametrize("way", [[], ["--fix"]])
def test_markdown_on_standard_input_is_linted_as_markdown_on_disk_is(
    folder: Path, program: Lint, way: list[str]
) -> None:
    page = f"```python\n{BAD}```\n".encode()
    said = program(*way, "--stdin-filename", "page.md", stdin=page)
    assert (said.code, said.err) == (2, "lora-lint: page.md: Markdown is only linted with --markdown\n")
    assert said.out == (page.decode() if way else "")
    assert program(*way, "--stdin-filename", "page.md", "--markdown", stdin=page).out != said.out
