"""Files of JSON, and pickles, in which something is found by a name: of a row in another file, of a file, a number."""

from __future__ import annotations

import json
import os
import pickle
import re
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any

from ....context import Run
from ....reading.files.json_tables import JsonTable
from ..cells import kinds
from ..suffixes import PICTURES, SOUNDS
from . import contents, forms

PICKLES = (".pkl", ".pickle")
COUNTED = ("int", "label", "float")
NAMES = 3  # in a record that may have any
NAMELESS = "name"  # of rows, before it is known by which names the script asks for them
PLACES = re.compile(r"(2|_to_|_)(id|idx|index|indices|count|label_map)s?$", re.I)


def table_of(run: Run, path: str) -> JsonTable | None:
    """What is known of such a file: by what the script does with it, or by what stopped an earlier attempt."""
    name = os.path.basename(path)
    if not name.lower().endswith((".json", *PICKLES)):
        return None
    found = next((t for pattern, t in run.hints.json_tables.items() if fnmatch(name, pattern)), None)
    learned = run.spec.learned.get("keyed")
    if found is None and learned is not None and not run.hints.of_files.of(name):
        return JsonTable(record=learned == "record")
    known = found is not None and learned is not None
    return found._replace(record=learned == "record", open=False) if known and found is not None else found


def named(run: Run, path: str) -> dict[str, Any] | None:
    """The names below which a file has rows, or one row each, as an attempt has learned them."""
    found: dict[str, Any] | None = run.spec.learned.get("named", {}).get(os.path.basename(path))
    return found


def write_named(run: Run, path: str, table: dict[str, Any]) -> None:
    """Writes such a file: rows of its own below each name."""
    names, name = table["names"] or [NAMELESS], os.path.basename(path)
    rows = contents.rows_of(run, contents.COUNT * len(names), name)
    each = {name: rows[place :: len(names)] for place, name in enumerate(names)}
    _hold(path, {name: rows[0] for name, rows in each.items()} if table["each"] == "record" else each)


def write(run: Run, path: str, table: JsonTable, names: Iterable[str]) -> None:
    """Writes it; `names` are those of the other files that are made up."""
    parts = run.hints.name_parts
    stems = [os.path.splitext(name)[0] for name in names]
    words = [word for stem in stems for word in (stem.split(parts.separator) if parts.separator else ())]
    cells = [cell for column in sorted(table.columns) for cell in contents.cells_of(run, column)]
    asked = [*cells, *names, *stems, *words, *range(contents.COUNT)]
    if run.spec.learned.get("numbered"):
        asked = [*range(contents.COUNT)]
    media = [name for name in names if name.lower().endswith((*PICTURES, *SOUNDS))]
    if media and run.spec.learned.get("keyed by files"):
        asked = media
    pickled = path.lower().endswith(PICKLES)  # which has numbers for keys, too
    asked = [*run.spec.learned.get("keys below", {}).get(os.path.basename(path), ()), *asked]
    keys = list(dict.fromkeys(asked if pickled else map(str, asked)))
    run.met.keyed.update(map(str, keys))
    run.met.keyed_files[os.path.basename(path)] = {*map(str, keys)}
    rows = contents.rows_of(run, len(keys), name=os.path.basename(path)) if table.record and not table.open else []
    if table.open:
        rows = [{kinds.text(n + more, "name"): kinds.text(n + more) for more in range(NAMES)} for n in range(len(keys))]
    stem = os.path.splitext(os.path.basename(path))[0]
    kind = kinds.by_name(stem.removesuffix("s"))
    values: list[Any] = list(range(len(keys))) if PLACES.search(stem) else [kinds.text(n) for n in range(len(keys))]
    if kind in COUNTED:  # `folds.pkl`
        values = [kinds.KINDS[kind](stem, n) for n in range(len(keys))]
    _hold(path, dict(zip(keys, rows or values)))


def _hold(path: str, held: dict[Any, Any]) -> None:
    forms.written(path)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "wb") as file:
        file.write(pickle.dumps(held) if path.lower().endswith(PICKLES) else json.dumps(held).encode())
