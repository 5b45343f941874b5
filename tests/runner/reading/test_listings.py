"""What is kept of the names in a folder that the script lists."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from lora_lint_runner.child.reading.files.listings import Kept, inside_each, kept

JPG = Kept("", (".jpg",), False)


@pytest.mark.parametrize(
    ("text", "held", "found"),
    [
        ('a = sorted(n for n in os.listdir(d) if n.endswith(".jpg"))', {}, JPG),
        ("a = [p for p in folder.iterdir() if p.suffix.lower() in KINDS]", {"KINDS": {".jpg"}}, JPG),
        ("a = [n for n in os.listdir(d) if os.path.splitext(n)[1] == '.jpg' and not n.endswith('.png')]", {}, JPG),
        ("for n in os.listdir(d):\n if not n.endswith('.jpg'):\n  continue\n use(n)", {}, JPG),
        ("for p in d.iterdir():\n if p.suffix not in {'.jpg'}:\n  continue\n use(p)", {}, JPG),
        ("for p in d.iterdir():\n if p.suffix in {'.png'}:\n  continue\n use(p)", {}, Kept("", (), False)),
        ("for n in os.listdir(d):\n if n.endswith('.png'):\n  continue\n use(n)", {}, Kept("", (), False)),
        ("a = [d for d in os.listdir(r) if d.startswith('id') and os.path.isdir(d)]", {}, Kept("id", (), True)),
        ("for d in r.iterdir():\n if not d.is_dir() or d.name == 'good':\n  continue\n", {}, Kept("", (), True)),
        ("a = os.listdir(d)", {}, Kept("", (), False)),
    ],
)
def test_the_names_that_a_statement_keeps(text: str, held: dict[str, Any], found: Kept) -> None:
    assert kept(ast.parse(text).body[0], held) == found


EACH = [
    'for day in sorted(root.iterdir()):\n read(day / "a.csv")\n read(root / day / "b.csv")',
    'for day in os.listdir(root):\n read(os.path.join(root, day, "a.csv"))\n open(os.path.join(root, day, "b.csv"))',
]


@pytest.mark.parametrize("text", EACH)
def test_the_files_that_are_read_in_each_folder(text: str) -> None:
    assert inside_each(ast.parse(text).body[0]) == ["a.csv", "b.csv"]
    assert inside_each(ast.parse(text.replace(".csv", "")).body[0]) == []
