"""Workbooks of the user's own, where the package that pandas reads them with is not installed."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.runner.conftest import Run, absent, confirmed
from tests.runner.samples import KEPT

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets><sheet name="told" r:id="r1"/></sheets></workbook>'
NAMED = '<c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>label</t></is></c>'
SAID = '<c r="A2" t="s"><v>1</v></c><c r="C2"><v>3</v></c>'
PARTS = {
    "xl/workbook.xml": BOOK,
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/one.xml"/></Relationships>',
    "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>text</t></si><si><r><t>good </t></r><r><t>day</t></r></si></sst>",
    "xl/worksheets/one.xml": (
        f"<worksheet {MAIN}><sheetData><row>{NAMED}</row><row>{SAID}</row></sheetData></worksheet>"
    ),
}


@absent("openpyxl")
def test_the_sheets_of_a_workbook_are_read(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "told.xlsx", "w") as book:
        for name, text in PARTS.items():
            book.writestr(name, text)
    text = """\
import pandas

table = pandas.read_excel("told.xlsx", sheet_name="told", usecols=["text", "label"])
assert table.to_dict("records") == [{"text": "good day", "label": 3}]
assert list(pandas.read_excel("told.xlsx", sheet_name=None)) == ["told"]
"""
    confirmed(run(text + KEPT))
