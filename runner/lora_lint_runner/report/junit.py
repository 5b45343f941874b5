"""Outcomes as JUnit XML: a suite a script, a case a save site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from lora_lint_runner.outcome import Outcome
from lora_lint_runner.report.where import where

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def render(outcomes: Sequence[Outcome]) -> str:
    """The XML text."""
    root = ElementTree.Element("testsuites", name="lora-lint --run")
    for outcome in outcomes:
        _suite(root, outcome)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, outcome: Outcome) -> None:
    sites = outcome.sites
    failures = sum(s.verdict == "contradicted" for s in sites) + (outcome.verdict.word == "failed")
    skipped = sum(s.verdict in ("not reached", "inconclusive") for s in sites) + (
        outcome.verdict.word == "inconclusive"
    )
    suite = ElementTree.SubElement(
        root, "testsuite", name=_clean(str(outcome.script)), tests=str(len(sites) + 1), failures=str(failures),
        errors="0", skipped=str(skipped), time=f"{outcome.seconds:.2f}",
    )  # fmt: skip
    whole = ElementTree.SubElement(
        suite, "testcase", classname=_clean(outcome.script.name), name="adapter files", time=f"{outcome.seconds:.2f}"
    )
    if outcome.verdict.word == "failed":
        ElementTree.SubElement(whole, "failure", message=_clean(outcome.verdict.reason))
    elif outcome.verdict.word == "inconclusive":
        ElementTree.SubElement(whole, "skipped", message=_clean(outcome.verdict.reason))
    for site in sites:
        case = ElementTree.SubElement(
            suite, "testcase", classname=_clean(outcome.script.name),
            name=f"save at {where(outcome, site.filename, site.cell, site.row)}", time="0",
        )  # fmt: skip
        if site.verdict == "contradicted":
            ElementTree.SubElement(case, "failure", message=_clean(site.why or "")).text = _clean(
                f"{site.predicted} / {site.observed}"
            )
        elif site.verdict != "confirmed":
            ElementTree.SubElement(case, "skipped", message=_clean(site.why or site.verdict))


def _clean(text: str) -> str:
    """Text without the characters that XML has no place for."""
    return NOT_IN_XML.sub("", text)
