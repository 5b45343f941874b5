"""Tables of made-up rows that pandas joins: a column that both have and that is no key is the left one's, as nothing
tells which of them the script means; and keys that nowhere meet are made to."""

from __future__ import annotations

from typing import Any

from ....context import Run

ENDS = ("_x", "_y")
KEYS = ("on", "left_on", "right_on", "left_index", "right_index")
UNIQUE = {  # on which side a key is to be there once (pandas 3.1, `DataFrame.merge`, `validate`)
    **dict.fromkeys(("one_to_one", "1:1"), ("left", "right")),
    **dict.fromkeys(("one_to_many", "1:m"), ("left",)),
    **dict.fromkeys(("many_to_one", "m:1"), ("right",)),
}
PLACES = ("how", "on", "left_on", "right_on", "left_index", "right_index", "sort", "suffixes")


def install(run: Run) -> None:
    """Looks at what pandas is asked to join."""

    @run.patches.after("pandas")
    def pandas(module: Any) -> None:
        table = module.DataFrame
        for owner in (table, module):
            run.patches.replace(owner, "merge", lambda real: _merging(run, real, table))
        run.patches.replace(table, "join", lambda real: _joining(run, real, table))


def _merging(run: Run, real: Any, table: Any) -> Any:
    def merge(left: Any, right: Any, *args: Any, **options: Any) -> Any:
        given: dict[str, Any] = {**dict(zip(PLACES, args)), **options}
        if not run.made_up or not isinstance(left, table) or not isinstance(right, table):
            return real(left, right, **given)
        if not any(given.get(key) is not None and given.get(key) is not False for key in KEYS):
            return real(left, right, **given)
        sides = [_names(given.get("on") if given.get(key) is None else given[key]) for key in ("left_on", "right_on")]
        pairs = list(zip(*sides))
        right = _without_twins(run, left, right, {second for _, second in pairs}, given.get("suffixes") or ENDS)
        if any(not _meet(left, right, *pair) for pair in pairs):
            right = _meeting(run, left, right, pairs)
        once = UNIQUE.get(given.get("validate") or "", ())
        left = _once(left, [first for first, _ in pairs]) if "left" in once else left
        right = _once(right, [second for _, second in pairs]) if "right" in once else right
        joined: Any = real(left, right, **given)
        if len(joined) or not len(left) or not len(right) or not pairs:
            return joined
        met = _meeting(run, left, right, pairs)
        return real(left, _once(met, [second for _, second in pairs]) if "right" in once else met, **given)

    return merge


def _joining(run: Run, real: Any, table: Any) -> Any:
    def join(self: Any, other: Any, *args: Any, **options: Any) -> Any:
        if run.made_up and isinstance(other, table) and not {"lsuffix", "rsuffix"} & set(options):
            other = _without_twins(run, self, other, set(), ())
        return real(self, other, *args, **options)

    return join


def _names(keys: Any) -> list[Any]:
    return list(keys) if isinstance(keys, (list, tuple)) else [] if keys is None else [keys]


def _without_twins(run: Run, left: Any, right: Any, keys: set[Any], ends: Any) -> Any:
    """The right table without what the left one has, too, but for columns that the script asks for with an end."""
    asked = run.hints.strings | run.hints.attributes
    both = [c for c in right.columns if c in left.columns and c not in keys]
    return right.drop(columns=[c for c in both if not any(end and f"{c}{end}" in asked for end in ends)])


def _once(table: Any, keys: list[Any]) -> Any:
    """The first row of each key only."""
    return table.drop_duplicates(keys) if keys and all(key in table.columns for key in keys) else table


def _meet(left: Any, right: Any, first: Any, second: Any) -> bool:
    """Is a key of the left table one of the right?"""
    if first not in left.columns or second not in right.columns:
        return True
    return not len(left) or not len(right) or bool(left[first].isin(right[second]).any())


def _meeting(run: Run, left: Any, right: Any, pairs: list[tuple[Any, Any]]) -> Any:
    """The right table with keys of the left one."""
    run.neutral(f"keys of joined tables, {', '.join(str(second) for _, second in pairs)}: made to meet")
    known = [(a, b) for a, b in pairs if a in left.columns and b in right.columns]
    return right.assign(**{str(b): [left[a].iloc[place % len(left)] for place in range(len(right))] for a, b in known})
