"""Data sets that a script puts together: real ones would have their columns in one form, made-up ones have what each of
them alone is known by (the turns of a chat in one, a text in the other)."""

from __future__ import annotations

from typing import Any

from ...context import Run

MIXERS = ("concatenate_datasets", "interleave_datasets")


def install(run: Run, data: Any) -> None:
    """For what puts several in one."""

    @run.patches.after("datasets.combine")
    def mixers(module: Any) -> None:
        for name in MIXERS:
            run.patches.replace(module, name, lambda real: _mixing(run, data, real))


def _mixing(run: Run, data: Any, real: Any) -> Any:
    def mix(sets: Any, *args: Any, **options: Any) -> Any:
        found = list(sets)
        if data.made_up and run.code.asks():
            found = alike(run, found)
        return real(found, *args, **options)

    return mix


def alike(run: Run, sets: list[Any]) -> list[Any]:
    """The data sets, with the columns that they have in several forms in the richest of these."""
    if not all(hasattr(one, "column_names") and hasattr(one, "__len__") for one in sets):
        return sets  # streams have no length
    for column in dict.fromkeys(name for one in sets for name in one.column_names):
        having = [one for one in sets if column in one.column_names and len(one)]
        if not having:
            continue
        best = max(having, key=lambda one: _depth(one.features[column]))
        form = best.features[column]
        if all(one.features[column] == form for one in having):
            continue
        cells = best[column][:]
        run.neutral(f"column {column}: made up alike in all data sets that are put together")
        sets = [
            one
            if column not in one.column_names or one.features[column] == form
            else one.remove_columns(column).add_column(
                column, [cells[place % len(cells)] for place in range(len(one))], feature=form
            )
            for one in sets
        ]
    return sets


def _depth(feature: Any) -> int:
    """How much a form says: a text nothing, a list of texts something, turns of a chat more."""
    inner = getattr(feature, "feature", feature)
    if inner is not feature:
        return 1 + _depth(inner)
    parts = list(feature.values()) if isinstance(feature, dict) else feature if isinstance(feature, list) else []
    return 1 + max(map(_depth, parts), default=0) if parts else 0
