"""Dates are made up in the form in which a script reads them, and numbers with the mark that it says."""

from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lora_lint_runner.child.met import Met
from lora_lint_runner.child.reading import hints
from lora_lint_runner.child.reading.cells.dates import date_forms
from lora_lint_runner.child.stand_in.made_up.files import contents, tables


@pytest.mark.parametrize(
    ("script", "forms"),
    [
        ('pd.to_datetime(frame["day"], format="%d.%m.%Y")', {"day": "%d.%m.%Y"}),
        ('FORM = "%Y%m%d"\ndatetime.strptime(row["day"].strip(), FORM)', {"day": "%Y%m%d"}),
        (
            'pd.to_datetime(frame["day"] + " " + frame["hour"], format="%d/%m/%y %H:%M")',
            {"day": "%d/%m/%y", "hour": "%H:%M"},
        ),
        (
            'pd.read_csv("a.csv", parse_dates=["day", "at"], date_format="%d.%m.%Y")',
            dict.fromkeys(("day", "at"), "%d.%m.%Y"),
        ),
        ('pd.read_csv("a.csv", parse_dates=["at"], dayfirst=True)', {"at": "%d.%m.%Y %H:%M"}),
        ('pd.to_datetime(frame["day"])', {}),
        ('pd.to_datetime(frame["day"], format="ISO8601")', {}),
        ('datetime.strptime("01.02.2024", "%d.%m.%Y")', {}),
    ],
)
def test_the_form_of_a_column(script: str, forms: dict[str, str]) -> None:
    assert date_forms([ast.parse(script)]) == forms


READS = """\
import pandas as pd

frame = pd.read_csv("load.csv", sep=";", decimal=",", parse_dates=["at"], dayfirst=True)
frame = frame.set_index("at")
print(frame["price"].astype(float).resample("h").mean())
"""


def run_of(script: str, folder: Path) -> Any:
    path = folder / "train.py"
    path.write_text(script)
    found = hints.read(str(path), str(folder))
    spec = SimpleNamespace(learned={}, box=str(folder), cwd=str(folder), work=str(folder))
    return SimpleNamespace(hints=found, spec=spec, met=Met(), made_up=True)


def test_each_date_has_it(tmp_path: Path) -> None:
    cells = [row["at"] for row in contents.rows_of(run_of(READS, tmp_path))]
    dates = [datetime.strptime(cell, "%d.%m.%Y %H:%M") for cell in cells]
    assert dates == sorted(dates)
    assert len(dates) > 1000


def test_a_table_has_numbers_with_the_mark_that_its_reader_is_told(tmp_path: Path) -> None:
    run = run_of(READS, tmp_path)
    tables.write_rows(run, str(tmp_path / "load.csv"))
    first, *_ = (tmp_path / "load.csv").read_text().splitlines()[1:]
    assert "," in first
    assert "0.0" not in first


METERS = """\
import pandas as pd

series = {}
for meter, rows in pd.read_parquet("meters.parquet").groupby("meter"):
    load = rows.set_index("at")["load"].sort_index().asfreq("1h")
    if load.notna().sum() > 1000:
        series[meter] = load.to_numpy(dtype="float64")
"""


def test_what_is_counted_in_hours_is_a_series_for_each_group(tmp_path: Path) -> None:
    """Of columns whose names tell nothing; parquet keeps dates as such."""
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "meters.parquet"
    tables.write_rows(run_of(METERS, tmp_path), str(path))
    groups = [rows.set_index("at")["load"] for _, rows in pandas.read_parquet(path).groupby("meter")]
    assert len(groups) > 1
    assert all(load.sort_index().asfreq("1h").notna().sum() > 2000 for load in groups)


def test_sounds_that_are_resampled_are_no_series(tmp_path: Path) -> None:
    script = 'for row in rows:\n    sound = row["audio"].resample(16000)\n'
    assert run_of(script, tmp_path).hints.columns["audio"].kind != "float"
