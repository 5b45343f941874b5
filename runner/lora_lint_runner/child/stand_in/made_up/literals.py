"""Made-up texts that the script reads as a list or a record (`ast.literal_eval(cell)`, `json.loads(cell)`)."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from ...context import Run
from . import rows
from .cells import kinds

RECORD = re.compile(r"dict|json|map|meta|info|record|arguments|schema", re.I)


class Record(dict):  # type: ignore[type-arg]
    """Has whatever it is asked for, as text."""

    def __missing__(self, key: Any) -> str:
        return kinds.text(0, str(key))

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key] if default is None else default


def install(run: Run) -> None:
    """What fails on a cell that was made up as a text, and on nothing else, gives what its column's name stands for."""

    def reading(real: Any) -> Any:
        def read(text: Any, *args: Any, **options: Any) -> Any:
            try:
                return real(text, *args, **options)
            except (ValueError, SyntaxError):
                column = run.met.cells.get(text) if isinstance(text, str) else None
                if column is None:
                    raise
            kind = "a record" if RECORD.search(column) else "a list"
            run.neutral(f"column {column}: read as {kind}, as the script does")
            return Record() if RECORD.search(column) else _list(run, column)

        return read

    run.patches.replace(ast, "literal_eval", reading)
    run.patches.replace(json, "loads", reading)


def _list(run: Run, column: str) -> list[Any]:
    cells = [rows.value(column, place, rows.by_script(run, column)) for place in range(4)]
    return cells[0] if isinstance(cells[0], list) else cells
