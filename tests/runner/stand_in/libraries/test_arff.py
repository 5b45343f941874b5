"""Tables in ARFF: as they are made up, and as scipy and liac-arff give them where these are not installed."""

from __future__ import annotations

import io
import math
from pathlib import Path

import pytest
from tests.runner.conftest import Run, absent, confirmed
from tests.runner.samples import KEPT

from lora_lint_runner.child.stand_in import arff
from lora_lint_runner.child.stand_in.libraries import arff as liac
from lora_lint_runner.child.stand_in.libraries.scipy.arff import loadarff

ROWS = [
    {"age": 41, "share": 0.5, "said": "It's late, is it?", "left": "yes"},
    {"age": 28, "share": None, "said": "No.", "left": "no"},
]
KEPT_FORM = """\
% told by hand
@RELATION bills
@attribute 'last paid' REAL
@ATTRIBUTE plan {basic, "pro plus"}
@data
12.5, basic
?, ?
"""


def test_texts_are_words_that_are_told_and_what_is_not_known_is_a_mark() -> None:
    """scipy (1.17) and liac-arff (2.5) read the file so."""
    assert (
        arff.text(ROWS)
        == """\
@relation made_up
@attribute age numeric
@attribute share numeric
@attribute said {'It s late, is it?','No.'}
@attribute left {'yes','no'}
@data
41,0.5,'It s late, is it?','yes'
28,?,'No.','no'
"""
    )


def test_scipy_gives_bytes_and_what_is_told_of_columns(tmp_path: Path) -> None:
    path = tmp_path / "rows.arff"
    path.write_text(arff.text(ROWS))
    found, meta = loadarff(path)
    assert found["left"].tolist() == [b"yes", b"no"]
    assert found["age"].tolist() == [41, 28]
    assert math.isnan(found["share"][1])
    assert (meta.names(), meta.types()[-1]) == (["age", "share", "said", "left"], "nominal")
    assert (meta["left"], meta["age"]) == (("nominal", ("yes", "no")), ("numeric", None))


def test_liac_arff_gives_lists() -> None:
    found = liac.load(io.StringIO(KEPT_FORM))
    assert found["attributes"] == [("last paid", "REAL"), ("plan", ["basic", "pro plus"])]
    assert found["data"] == [[12.5, "basic"], [None, None]]


@pytest.mark.slow
@absent("scipy", "arff")
def test_a_script_reads_rows_of_one_that_is_not_here(run: Run) -> None:
    text = """\
import arff
import pandas as pd
from scipy.io import arff as of_scipy

found, meta = of_scipy.loadarff("bills.arff")
frame = pd.DataFrame(found)
frame["left"] = frame["left"].str.decode("utf-8")
assert set(frame["left"]) == {"yes", "no"} and meta["left"][0] == "nominal", set(frame["left"])
with open("bills.arff") as file:
    assert len(arff.load(file)["data"]) == len(frame)
rows = [f"{row['left'] == 'yes'}" for row in frame.to_dict("records")]
"""
    confirmed(run(text + KEPT))
