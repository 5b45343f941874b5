"""Data of which a script asks what there is, before it reads them."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import KEPT

ASKS = {
    "the tables of a database": (
        "import sqlite3\n"
        'LIKED = "WITH votes AS (SELECT note_id FROM feedback WHERE up = 1) "\\\n'
        '    "SELECT text FROM note JOIN votes v ON v.note_id = id"\n'
        'link = sqlite3.connect("file:notes.db?mode=ro", uri=True)\n'
        "tables = {row[0] for row in link.execute(\"SELECT name FROM sqlite_master WHERE type = 'table'\")}\n"
        'if not {"note", "feedback"} <= tables:\n    raise SystemExit(f"tables are {tables}")\n'
        'assert "votes" not in tables and [text.lower() for text, in link.execute(LIKED)]\n'
    ),
    "archives by their numbers": (
        "import json, os, tarfile\n"
        'shards = [path for path in (f"shards/{n:03}.tar" for n in range(4)) if os.path.exists(path)]\n'
        'assert shards, "no shards found"\n'
        "with tarfile.open(shards[0]) as shard:\n"
        '    notes = [json.load(shard.extractfile(m)) for m in shard if m.name.endswith(".json")]\n'
        'print(notes[0]["label"])\n'
    ),
    "pickles of several groups": (
        "import pickle\nfrom pathlib import Path\n"
        'paths = [path for path in (Path("data") / f"{name}.pkl" for name in ("az", "be")) if path.exists()]\n'
        "if not paths:\n"
        '    raise FileNotFoundError("No train data could be loaded.")\n'
        "for row in pickle.load(open(paths[0], 'rb')):\n    print(row['question'].lower())\n"
    ),
    "a folder of Arrow's": (
        "import pyarrow.compute as pc\nimport pyarrow.dataset as pads\n"
        'data = pads.dataset("warehouse/clicks", format="parquet", partitioning="hive")\n'
        'assert {"query", "clicks"} <= set(data.schema.names)\n'
        'for row in data.to_table(filter=pc.field("clicks") >= 0).to_pylist():\n    print(row["query"].lower())\n'
    ),
}  # fmt: skip


@pytest.mark.parametrize("asks", ASKS.values(), ids=ASKS)
def test_what_it_asks_for_is_there(asks: str, run: Run) -> None:
    confirmed(run(asks + KEPT))
