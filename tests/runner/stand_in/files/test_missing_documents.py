"""Documents that the script finds by a pattern are made up in the form that their names say."""

from __future__ import annotations

from tests.runner.conftest import Run, confirmed
from tests.runner.samples import KEPT


def test_xml_has_many_names(run: Run) -> None:
    text = """\
import glob
import xml.etree.ElementTree as ET

units = [unit for path in glob.glob("memory/*.tmx") for _, unit in ET.iterparse(path) if unit.tag == "tu"]
assert len([unit.findtext("seg") for unit in units]) > 1
"""
    confirmed(run(text + KEPT))


def test_texts_of_any_kind_are_texts(run: Run) -> None:
    text = """\
from pathlib import Path

papers = [path.read_text() for path in sorted(Path("papers").glob("*.tex"))]
assert len(papers) > 1 and all(papers)
"""
    confirmed(run(text + KEPT))
