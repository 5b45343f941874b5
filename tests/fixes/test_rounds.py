"""Fixes in rounds, with a linter of words: each `bad` is a finding whose fix makes it `good`, `rotten` one that makes
it `bad`; of `stuck` the fix changes nothing, and that of `bomb` leaves a file that can no longer be read."""

from __future__ import annotations

import pytest

from lora_lint.finding import Edit, Finding, Fix, Location
from lora_lint.fixes.applying.edited import apply_edits
from lora_lint.fixes.applying.held import Change, Held
from lora_lint.fixes.applying.rounds import Rounds, choose_fixes

FIXES = {"bad": "good", "rotten": "bad", "stuck": "stuck", "bomb": "("}


def findings_in(text: str) -> list[Finding] | None:
    if "(" in text:
        return None
    found = []
    for row, line in enumerate(text.splitlines(), 1):
        for column, word in enumerate(line.split(" ")):
            if word in FIXES:
                start = Location(row, 1 + sum(map(len, line.split(" ")[:column])) + column)
                end = Location(row, start.column + len(word))
                fix = Fix("safe", "", (Edit("a.py", FIXES[word], start, end),))
                found.append(Finding(word, word, word, "a.py", start, end, "error", "high", fix, "", ()))
    return found


def corrected(text: str) -> tuple[list[Change], list[str], list[str]]:
    """The changed file, what was corrected, and what was refused."""
    files = {"a.py": text.encode()}
    held = Held(files.__getitem__, files.update, lambda: findings_in(files["a.py"].decode()))
    rounds = Rounds(findings_in(text) or [])
    rounds.run(held)
    refused = [finding.code for finding in rounds.findings if rounds.refused(finding)]
    return held.changes(), [finding.code for finding in rounds.applied], refused


@pytest.mark.parametrize(
    ("before", "after", "applied", "refused"),
    [
        ("fine", None, [], []),
        ("bad\nbad", "good\ngood", ["bad", "bad"], []),
        ("rotten", "good", ["rotten", "bad"], []),
        ("bad\nstuck", "good\nstuck", ["bad"], ["stuck"]),
        ("bad\nbomb\nrotten", "good\nbomb\ngood", ["bad", "rotten", "bad"], ["bomb"]),
        ("bomb", None, [], ["bomb"]),
    ],
    ids=[
        "nothing",
        "two in one go",
        "a fix that uncovers another finding",
        "one that stays",
        "one that breaks",
        "only it",
    ],
)
def test_what_is_corrected(before: str, after: str | None, applied: list[str], refused: list[str]) -> None:
    """A change is from what the file held at first to what it holds at last, however many rounds lie between."""
    changes = [Change("a.py", before.encode(), after.encode())] if after is not None else []
    assert corrected(before) == (changes, applied, refused)


def test_a_like_finding_that_is_left_is_another_one() -> None:
    """Two findings say the same, and their edits touch: a round makes one of them."""
    assert corrected("bad bad") == ([Change("a.py", b"bad bad", b"good good")], ["bad", "bad"], [])
    side_by_side = "badbad"

    def found(text: str) -> list[Finding]:
        return [
            finding._replace(location=at, end_location=end, fix=Fix("safe", "", (Edit("a.py", "good", at, end),)))
            for finding in findings_in("bad") or []
            for start in range(len(text))
            if text.startswith("bad", start)
            for at, end in [(Location(1, start + 1), Location(1, start + 4))]
        ]

    assert len(choose_fixes(found(side_by_side))) == 1
    files = {"a.py": side_by_side.encode()}
    rounds = Rounds(found(side_by_side))
    rounds.run(Held(files.__getitem__, files.update, lambda: found(files["a.py"].decode())))
    assert (files["a.py"], len(rounds.applied), rounds.findings) == (b"goodgood", 2, [])


def test_of_several_edits_in_one_place_the_last_comes_first() -> None:
    here = Location(1, 2)
    assert apply_edits("ab", [Edit("a.py", "1", here, here), Edit("a.py", "2", here, here)]) == "a21b"
