"""What the linter says of the marked scripts: how many of the marks of a rule it meets, and what it reports besides."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from tests.facts import case
from tests.rules import form, page
from tests.sets.marks import Found, faults, read

import lora_lint
from lora_lint.registry import page_path

PREVIEW = lora_lint.Config(preview=True)


class Caught(NamedTuple):
    """By rule: the marks that are met, all marks, and false alarms."""

    met: Counter[str]
    wanted: Counter[str]
    false: Counter[str]


def in_cases(cases: list[case.Case]) -> Caught:
    """A mark counts for the rule that its case is named after: another rule may be as right on its line."""
    caught = Caught(Counter(), Counter(), Counter())
    for known in cases:
        rule = known.folder.name.partition("--")[0]
        for path in sorted(known.folder.glob("*.py")):
            marked = read({path.name: path.read_text(encoding="utf-8")})
            findings = lora_lint.check_source(marked.texts[path.name], path.name, PREVIEW)
            found: list[Found] = [(path.name, f.location.row, f.name) for f in findings]
            missed, false = faults(marked, found)
            wanted = sum(map(len, marked.wanted.values()))
            caught.wanted[rule] += wanted
            caught.met[rule] += wanted - len(missed)
            caught.false.update(name for _, _, name in false)
    return caught


def in_pages(rules: list[lora_lint.RuleInfo]) -> Caught:
    """The marks of the pages' scripts, each for the rule that it names."""
    caught = Caught(Counter(), Counter(), Counter())
    for rule in rules:
        for script in page.read(page_path(rule.name)).scripts:
            found = Counter((f.filename, f.location.row, f.name) for f in form.findings(script))
            wanted = Counter(script.expected)
            caught.wanted.update(name for *_, name in wanted.elements())
            caught.met.update(name for *_, name in (wanted & found).elements())
            caught.false.update(name for *_, name in (found - wanted).elements())
    return caught
