"""The tables of docs/facts.md, and that every page of docs/ that the code names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "facts.md"
LAYER = "model.layers.0.self_attn.q_proj."


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the table under a heading, row by row."""
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip(" `") for cell in line.strip("|").split("|")]


@pytest.mark.slow
def test_what_isinstance_answers(models: dict[str, Any]) -> None:
    import peft
    import torch
    import transformers

    homes = (torch.nn, peft, transformers, transformers.utils)
    table = dict(rows("What isinstance answers"))
    assert table.keys() == models.keys()
    names = {name for told in table.values() for name in told.split()}
    classes = {name: next(getattr(home, name) for home in homes if hasattr(home, name)) for name in names}
    for kind, told in table.items():
        assert told.split() == sorted(name for name, cls in classes.items() if isinstance(models[kind], cls)), kind


@pytest.mark.slow
def test_keys_of_a_state_dict(models: dict[str, Any]) -> None:
    for kind, before, behind in rows("Keys of a state dict"):
        keys = [key for key in models[kind].state_dict() if LAYER in key]
        assert keys == [f"{before}{LAYER}{end}" for end in behind.split()], kind


@pytest.mark.parametrize("folder", ["rules", "lsp", "runner", "tests", "bench"])
def test_pages_that_the_code_names_are_there(folder: str) -> None:
    named = {
        page: path.relative_to(ROOT)
        for path in (ROOT / folder).rglob("*.py")
        for page in re.findall(r"\bdocs/[\w-]+\.md\b", path.read_text(encoding="utf-8"))
    }
    assert [f"{path} names {page}" for page, path in sorted(named.items()) if not (ROOT / page).is_file()] == []
