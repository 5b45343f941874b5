"""What every fix keeps, on all bad scripts at hand, written in whatever way people write files."""

from __future__ import annotations

import ast
import codecs
import itertools
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lora_lint
from lora_lint import Config, Corrected, fix_text
from lora_lint.fixes.applying.edited import apply_edits

DATA = Path(__file__).parent.parent / "data"
SCRIPTS = sorted([*DATA.glob("cases/*/bad*.py"), *DATA.glob("variants/*_bad.py"), *DATA.glob("twins/**/*_bad.py")])
EVERYTHING = Config(preview=True)
MARK = re.compile(r"[ \t]*# (expect|or): .*$", re.MULTILINE)


class Style(NamedTuple):
    """How a file is written."""

    newline: str = "\n"
    tabs: bool = False
    bom: bool = False
    remarks: bool = False
    last_newline: bool = True

    def write(self, text: str) -> bytes:
        """The text in this style, as a file holds it."""
        lines = MARK.sub("", text).splitlines()
        if self.tabs:
            lines = _tabbed(lines)
        if self.remarks:
            lines = [f"{line}  # remark {n}" if _takes_a_remark(line) else line for n, line in enumerate(lines)]
        joined = self.newline.join(lines) + (self.newline if self.last_newline else "")
        return (codecs.BOM_UTF8 if self.bom else b"") + joined.encode()


def _tabbed(lines: list[str]) -> list[str]:
    """The same with a tab a level; as it was where that would mix both in one block."""
    made = [re.sub("^(    )+", lambda found: "\t" * (len(found[0]) // 4), line) for line in lines]
    try:
        ast.parse("\n".join(made))
    except SyntaxError:
        return lines
    return made


def _takes_a_remark(line: str) -> bool:
    """A line that is a whole statement by itself."""
    try:
        ast.parse(line.strip())
    except SyntaxError:
        return False
    return bool(line.strip()) and '"""' not in line and "#" not in line


styles = st.builds(
    Style,
    newline=st.sampled_from(["\n", "\r\n"]),
    tabs=st.booleans(),
    bom=st.booleans(),
    remarks=st.booleans(),
    last_newline=st.booleans(),
)


def corrected(folder: Path, data: bytes) -> tuple[bytes, Corrected]:
    """What --fix --unsafe-fixes makes of a file."""
    made = fix_text(folder / "train.py", data, EVERYTHING, unsafe=True)
    return (made.changes[0].after if made.changes else data), made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("project")
    (made / "lora-lint.toml").touch()
    return made


@given(script=st.sampled_from(SCRIPTS), style=styles)
@settings(max_examples=120)
def test_what_a_fix_keeps(folder: Path, script: Path, style: Style) -> None:
    before = style.write(script.read_text(encoding="utf-8"))
    after, made = corrected(folder, before)
    ast.parse(after.decode("utf-8-sig"))
    assert after.startswith(codecs.BOM_UTF8) is style.bom
    if style.newline == "\r\n":
        assert b"\n" not in after.replace(b"\r\n", b"")
    else:
        assert b"\r" not in after
    kept = {line for line in before.splitlines() if line.lstrip().startswith(b"#")}
    assert kept <= set(after.splitlines())
    assert not [finding for finding in made.remaining if finding.fix is not None], "a fix is left unmade"
    again, _ = corrected(folder, after)
    assert again == after


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fix_removes_its_finding_and_touches_only_its_own_lines(script: Path) -> None:
    text = Style().write(script.read_text(encoding="utf-8")).decode()
    before = lora_lint.check_source(text, "train.py", EVERYTHING)
    for finding in before:
        if finding.fix is None:
            continue
        edits = sorted(finding.fix.edits, key=lambda e: (e.location, e.end_location))
        assert all(a.end_location <= b.location for a, b in itertools.pairwise(edits)), "editors refuse such edits"
        made = apply_edits(text, edits)
        assert made != text
        rows = {row for e in edits for row in range(e.location.row, e.end_location.row + 1)}
        untouched = [line for row, line in enumerate(text.splitlines(), 1) if row not in rows]
        assert _in_order(untouched, made.splitlines())
        after = Counter(f.code for f in lora_lint.check_source(made, "train.py", EVERYTHING))
        rest = Counter(f.code for f in before)
        rest[finding.code] -= 1
        assert after <= rest, "the fix leaves its finding, or brings another one"


def _in_order(wanted: list[str], lines: list[str]) -> bool:
    """Do all these lines stand in a text, one after the other?"""
    rest = iter(lines)
    return all(line in rest for line in wanted)
