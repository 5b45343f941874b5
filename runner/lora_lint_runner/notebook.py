"""A notebook as a script: its code cells one after the other, magics taken out, and which row is of which cell.

A cell that is not Python is left out, as the linter leaves it out: Jupyter stops there, and its user goes on below it.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

import lora_lint

COMMAND = re.compile(r"^(cd|ls|mkdir|pip|conda|cat|cp|mv|rm)\s+[~/.\w-]|^(cd|ls|ll|pwd)\s*$")
# a shell whose commands and magics do nothing, and print nothing
PREAMBLE = """\
class _Shell(list): __getattr__ = lambda self, name: self; __call__ = lambda self, *args, **options: None
def get_ipython(): return _Shell()
def display(*args, **options): print(*args)
"""


class Script(NamedTuple):
    """The text of a notebook as a script; `origins` gives the cell (from 1) and the row in it of each row.

    `left_out` are the cells that are not Python: each with the row of its fault, and the fault.
    """

    text: str
    origins: list[tuple[int | None, int]]
    left_out: list[tuple[int, int, str]]

    def row_of(self, cell: int | None, row: int) -> int:
        """The row of the script where a row of a cell is."""
        for place, origin in enumerate(self.origins, 1):
            if origin == (cell, row):
                return place
        return row

    def cell_of(self, row: int) -> tuple[int | None, int]:
        """The cell of a row of the script, and the row in it."""
        return self.origins[row - 1] if 0 < row <= len(self.origins) else (None, row)


def script_of(text: str) -> Script:
    """The code cells of a notebook's JSON. Raises lora_lint.Unreadable."""
    rows = PREAMBLE.splitlines()
    origins: list[tuple[int | None, int]] = [(None, i) for i in range(1, len(rows) + 1)]
    left_out: list[tuple[int, int, str]] = []
    for cell in lora_lint.cells_of(text):
        source = _without_commands(lora_lint.without_magics(lora_lint.unindented(cell.text)[0]))
        fault = _fault(source)
        if fault is not None:
            left_out.append((cell.number, *fault))
            source = "\n".join(f"# {line}" for line in source.split("\n"))
        for row, line in enumerate(source.split("\n"), 1):
            rows.append(line.rstrip("\r"))
            origins.append((cell.number, row))
    return Script("\n".join(rows) + "\n", origins, left_out)


def _fault(source: str) -> tuple[int, str] | None:
    """What Python has against a cell, and the row."""
    try:
        lora_lint.python_tree(source)
    except SyntaxError as error:
        return error.lineno or 1, f"{type(error).__name__}: {error.msg}"
    except (ValueError, RecursionError) as error:
        return 1, f"{type(error).__name__}: {error}"
    return None


def _without_commands(source: str) -> str:
    """A cell without commands that IPython knows by their names alone: to Python `cd /home/me` is a division, `ls` a
    name."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    lines = source.split("\n")
    for node in tree.body:
        if isinstance(node, ast.Expr) and COMMAND.match(lines[node.lineno - 1]):
            lines[node.lineno - 1] = f"pass  # {lines[node.lineno - 1]}"
    return "\n".join(lines)
