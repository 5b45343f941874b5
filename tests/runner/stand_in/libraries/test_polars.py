"""A small polars answers as the real one does (each answer here is that of polars 2.1)."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lora_lint_runner.child.stand_in.libraries import polars

TABLE = "id,text,rating,cat\n1,Hello there,5,x\n2,bye,2,y\n3,  Good one ,4,x\n4,,3,y\n"


@pytest.fixture
def pl() -> Any:
    module: Any = ModuleType("polars")
    polars.fill(module, None)  # type: ignore[arg-type]
    return module


@pytest.fixture
def table(pl: Any, tmp_path: Path) -> Any:
    (tmp_path / "rows.csv").write_text(TABLE)
    return pl.scan_csv(tmp_path / "rows.csv").collect()


def test_rows_are_kept_by_what_is_in_them(pl: Any, table: Any) -> None:
    long = pl.col("text").is_not_null() & (pl.col("text").str.len_chars() > 3)
    assert table.filter(long)["id"].to_list() == [1, 3]
    assert table.filter(~pl.col("cat").is_in(["x"]), pl.col("rating") < 3)["id"].to_list() == [2]
    assert table.filter(table["rating"] > 3, cat="x").height == 2
    assert table.drop_nulls(subset=["text"]).sort("rating", descending=True)["id"].to_list() == [1, 3, 2]


def test_columns_are_made_of_others(pl: Any, table: Any) -> None:
    made = table.with_columns(
        (pl.col("rating") >= 4).cast(pl.Int64).alias("label"),
        (pl.col("cat") + ": " + pl.col("text").fill_null("").str.strip_chars()).alias("full"),
        pl.when(pl.col("rating") > 4).then(pl.lit("good")).otherwise(pl.lit("bad")).alias("word"),
        pl.format("{}/{}", pl.col("id"), "cat").alias("place"),
    )
    assert made["label"].to_list() == [1, 0, 1, 0]
    assert made["full"].to_list() == ["x: Hello there", "y: bye", "x: Good one", "y: "]
    assert made.select("word", "place").rows()[:2] == [("good", "1/x"), ("bad", "2/y")]


def test_tables_are_joined_and_grouped(pl: Any, table: Any) -> None:
    names = pl.DataFrame({"cat": ["x", "y"], "name": ["Ex", "Why"]})
    assert table.join(names, on="cat", how="left").to_dicts()[1]["name"] == "Why"
    found = table.group_by("cat").agg(pl.len().alias("n"), pl.col("rating").mean().alias("mean"), pl.col("id"))
    assert found.sort("cat").to_dicts()[0] == {"cat": "x", "n": 2, "mean": 4.5, "id": [1, 3]}
    assert [(key, len(rows)) for (key,), rows in table.group_by("cat")] == [("x", 2), ("y", 2)]


def test_what_comes_of_a_table_is_plain(table: Any) -> None:
    assert table.select(["text", "rating"]).to_dict(as_series=False)["text"] == [
        "Hello there",
        "bye",
        "  Good one ",
        None,
    ]
    assert next(table.iter_rows(named=True)) == {"id": 1, "text": "Hello there", "rating": 5, "cat": "x"}
    assert (table["rating"].mean(), table.shape, table[1:3]["id"].to_list()) == (3.5, (4, 4), [2, 3])
