"""The id of a model that nobody gave, of a script that goes by the words in it: `if "llama" in args.model: ...`, and
refuses all others."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from ....context import Run
from ....stand_in.ids import MODEL_ID
from ....stand_in.models import model_names
from ..learning import Learned, conditions, held_by, statement, value_of


def worded(run: Run, error: BaseException) -> Learned | None:
    """One with the first of these words that tells of an architecture."""
    filler, known = run.filler, run.spec.learned.get("values", {})
    if filler is None or not isinstance(statement(run, error), (ast.Raise, ast.Expr)):
        return None
    given = [n for n in filler.given if n not in known and filler.options.get(n) == MODEL_ID]
    held = held_by(run, error) if given else {}
    words = (word for test in (conditions(run, error) if given else ()) for word in _sought(test, held))
    word = next((w for w in words if model_names.by_name(w) is not None), None)
    return {"values": {**known, **dict.fromkeys(given, f"{MODEL_ID}-{word}")}} if word is not None else None


def _sought(test: ast.expr, held: Mapping[str, Any]) -> Iterator[str]:
    """The words that a test seeks in the id."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            word = value_of(node.left, held)
            names = [n for n in ast.walk(node.comparators[0]) if isinstance(n, (ast.Name, ast.Attribute))]
            if isinstance(word, str) and any(_is_id(value_of(n, held)) for n in names):
                yield word.strip("-/_").lower()


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value.lower() in (MODEL_ID, MODEL_ID.rpartition("/")[2])
