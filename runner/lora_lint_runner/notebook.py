"""A notebook as a script: its code cells one after the other, magics taken out, and which row is of which cell."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

MAGIC = re.compile(r"^(\s*)(%|!|\?)")
COMMAND = re.compile(r"^(cd|ls|mkdir|pip|conda|cat|cp|mv|rm)\s+[~/.\w-]")
ASSIGNED = re.compile(r"^(\s*)[\w, ]+=\s*[%!]")
# a shell whose commands and magics do nothing
PREAMBLE = """\
class _Shell: __getattr__ = lambda self, name: lambda *args, **options: None
def get_ipython(): return _Shell()
def display(*args, **options): print(*args)
"""


class NotANotebook(Exception):
    """A file that cannot be read as a notebook; the text says why."""


class Script(NamedTuple):
    """The text of a notebook as a script; `origins` gives the cell (from 1) and the row in it of each row."""

    text: str
    origins: list[tuple[int | None, int]]

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
    """The code cells of a notebook's JSON. Raises NotANotebook."""
    try:
        found = json.loads(text)
        cells = found["cells"]
    except ValueError as error:
        raise NotANotebook(f"is no notebook: {error}") from None
    except (KeyError, TypeError):
        raise NotANotebook("is no notebook: it has no cells") from None
    rows = PREAMBLE.splitlines()
    origins: list[tuple[int | None, int]] = [(None, i) for i in range(1, len(rows) + 1)]
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        source = "".join(source) if isinstance(source, list) else str(source)
        for row, line in enumerate(_plain(source).splitlines(), 1):
            rows.append(line)
            origins.append((number, row))
    return Script("\n".join(rows) + "\n", origins)


def _plain(source: str) -> str:
    """A cell without what only IPython understands; every row stays where it is."""
    if source.lstrip().startswith("%%"):
        first = source.lstrip().split("\n", 1)[0]
        if not first.startswith(("%%time", "%%capture", "%%timeit")):
            return "\n".join("# " + line for line in source.split("\n"))
        source = source.replace("%%", "# %%", 1)
    try:
        source = _without_commands(source, ast.parse(source))
    except SyntaxError:
        source = "\n".join(_without_magics(source.split("\n")))
    return re.sub(r"^(\s*)await ", r"\1", source, flags=re.M)


def _without_commands(source: str, tree: ast.Module) -> str:
    """A cell without commands that IPython knows by their names alone: `cd /home/me` is a division to Python."""
    lines = source.split("\n")
    for node in tree.body:
        if isinstance(node, ast.Expr) and COMMAND.match(lines[node.lineno - 1]):
            lines[node.lineno - 1] = f"pass  # {lines[node.lineno - 1]}"
    return "\n".join(lines)


def _without_magics(lines: list[str]) -> Iterator[str]:
    """A command that goes on in the next line takes that line with it."""
    goes_on = False
    for line in lines:
        yield "# " + line if goes_on else _without_magic(line)
        command = goes_on or MAGIC.match(line) is not None or ASSIGNED.match(line) is not None
        goes_on = command and line.rstrip().endswith("\\")


def _without_magic(line: str) -> str:
    found = MAGIC.match(line)
    if found:
        return f"{found.group(1)}pass  # {line.strip()}"
    found = ASSIGNED.match(line)
    if found:
        name = line.split("=", 1)[0].strip()
        return f"{found.group(1)}{name} = []  # {line.strip()}"
    return re.sub(r"^(\s*)([\w.\[\]]+)\?+\s*$", r"\1pass  # \2?", line)
