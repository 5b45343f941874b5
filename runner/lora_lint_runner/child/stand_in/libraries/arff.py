"""A small liac-arff: tables of ARFF as it gives them."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from ...context import Run
from ..arff import parse


def load(fp: Iterable[str], *args: Any, **options: Any) -> dict[str, Any]:
    """Of a file that is open."""
    attributes, rows = parse(fp)
    told = [(each.name, list(each.words) if each.kind == "nominal" else each.kind.upper()) for each in attributes]
    return {"description": "", "relation": "", "attributes": told, "data": rows}


def fill(module: ModuleType, run: Run) -> None:
    """What scripts use of it."""
    module.__dict__.update(
        load=load, loads=lambda s, *args, **options: load(s.splitlines()), ArffException=ValueError, DENSE=0, LOD=2
    )
