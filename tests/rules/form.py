"""What every page keeps to; each fault is one line of text."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.rules.page import ENTRY, HEADINGS, OPTIONAL, PREVIEW, Page, Script

import lora_lint
from lora_lint import Configs, Finding, RuleInfo

EVERYTHING = Configs(adjust=lambda config: config._replace(preview=True))
NO_FIX = "None."
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")
_THREAD = re.compile(r"https://github\.com/(?P<repo>[\w.-]+/[\w.-]+)/(?:issues|pull)/(?P<number>\d+)$")
_PIN = re.compile(r'\b(?P<library>peft|transformers|trl)(?:==|-version = ")(?P<release>[\d.]+)')
_SEEN = re.compile(r"PEFT \d+\.\d+\.\d+.*transformers \d+\.\d+\.\d+", re.DOTALL)


def faults(page: Page, rule: RuleInfo) -> Iterator[str]:
    """Everything that is wrong with a page, but for what its scripts do when they are run."""
    yield from _head(page, rule)
    yield from _sections(page, rule)
    yield from _links(page)
    for script in page.scripts:
        yield from wrong_findings(script)
    yield from _pair(page, rule)


def _head(page: Page, rule: RuleInfo) -> Iterator[str]:
    if page.title != f"{rule.code} {rule.name}":
        yield f"the title is {page.title!r}"
    summary, _, rest = page.summary.partition(" Preview: ")
    if _plain(summary) != _plain(rule.summary):
        yield f"the summary {summary!r} is not the rule's: {rule.summary!r}"
    if (f"Preview: {rest}" if rest else "") != (PREVIEW if rule.preview else ""):
        yield f"the second line must {'be' if rule.preview else 'not be'} {PREVIEW!r}"


def _plain(text: str) -> str:
    return text.replace("`", "").removesuffix(".").lower()


def _sections(page: Page, rule: RuleInfo) -> Iterator[str]:
    wanted = [heading for heading in HEADINGS if heading in page.sections or heading not in OPTIONAL]
    if list(page.sections) != wanted:
        yield f"the headings are {list(page.sections)}, not {wanted}"
        return
    for heading, text in page.sections.items():
        if not text:
            yield f"nothing stands under {heading!r}"
    for heading in ("Example", "Use instead"):
        if len(page.under(heading)) != 1:
            yield f"{heading!r} holds {len(page.under(heading))} scripts, not one"
    if not page.under("Not reported"):
        yield "'Not reported' shows no script"
    if any(rule.name not in {name for *_, name in script.expected} for script in page.under("Example")):
        yield "the example has no mark of the rule"
    if any(script.expected for heading in ("Use instead", "Not reported") for script in page.under(heading)):
        yield "a mark stands under 'Use instead' or 'Not reported'"
    if not _SEEN.search(page.sections["Seen with"]):
        yield "'Seen with' names no release of PEFT and transformers"
    for title in ("as written", "corrected"):
        if not any(shown.startswith(title) for shown in page.listings):
            yield f"'On disk' has no listing titled {title!r}"


def _links(page: Page) -> Iterator[str]:
    for heading, text in page.sections.items():
        for link in _LINK.finditer(text):
            target = link["target"]
            thread = _THREAD.match(target)
            if thread is not None and link["text"] != f"{thread['repo']}#{thread['number']}":
                yield f"the link {link['text']!r} under {heading!r} leads to {target}"
            if "://" not in target and not (page.path.parent / target).is_file():
                yield f"the link to {target} under {heading!r} leads nowhere"


def wrong_findings(script: Script) -> Iterator[str]:
    """The marks of a script against the findings in it."""
    found = sorted((f.filename, f.location.row, f.name) for f in findings(script))
    for filename, row, name in sorted({*found, *script.expected}):
        here = (filename, row, name)
        if found.count(here) != script.expected.count(here):
            how = "is reported" if here in found else "is not reported"
            yield f"{script.heading!r}, script of line {script.row}: {name} {how} at {filename}:{row}"


def findings(script: Script) -> list[Finding]:
    """The findings of all rules in a script and what lies beside it, each with its file as the page names it."""
    return _findings(tuple(sorted(script.files.items())))


@cache
def _findings(files: tuple[tuple[str, str], ...]) -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="page-") as room:
        root = lay_out(dict(files), Path(room))
        result = lora_lint.check_paths([root], EVERYTHING)
        assert not result.problems, result.problems
        return [f._replace(filename=os.path.relpath(f.filename, root)) for f in result.findings]


def releases(files: dict[str, str]) -> dict[str, str]:
    """The releases that a script is for, by library: pins, and settings of a version, in what lies beside it."""
    beside = "\n".join(text for name, text in files.items() if name != ENTRY)
    return {match["library"]: match["release"] for match in _PIN.finditer(beside)}


def corrected(script: Script) -> dict[str, str]:
    """The files of a script as the tool's own fixes make them, unsafe ones as well."""
    with tempfile.TemporaryDirectory(prefix="page-") as room:
        root = lay_out(script.files, Path(room))
        made = lora_lint.fix_paths([root], EVERYTHING, unsafe=True)
        changed = {os.path.relpath(change.path, root): change.after.decode() for change in made.changes}
        return {**script.files, **changed}


def lay_out(files: dict[str, str], root: Path) -> Path:
    """Writes files into a folder that is a project of its own."""
    root = root.resolve()
    (root / ".git").mkdir()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def _pair(page: Page, rule: RuleInfo) -> Iterator[str]:
    """The example, what the page says to write instead, and what the fix makes of it."""
    if not (page.under("Example") and page.under("Use instead") and "Fix" in page.sections):
        return
    example, instead = page.under("Example")[0], page.under("Use instead")[0]
    kinds = _fixes(example, rule)
    told = page.sections["Fix"]
    if rule.fixable and not kinds:
        yield "the rule has a fix, and the example shows none"
    if not kinds and not told.startswith(NO_FIX):
        yield f"'Fix' must begin with {NO_FIX!r}"
    for kind in kinds.union(*(_fixes(script, rule) for script in page.under("Also reported"))):
        if told.startswith(NO_FIX) or not re.search(rf"\| {kind} \|", told):
            yield f"'Fix' has no row for the {kind} fix"
    made = corrected(example)
    if kinds and made != {**example.files, **instead.files}:
        name = next(name for name in made if made[name] != {**example.files, **instead.files}.get(name))
        yield f"'Use instead' is not what the fix makes of the example; {name} would be:\n{made[name]}"


def _fixes(script: Script, rule: RuleInfo) -> set[str]:
    """How safe the rule's own fixes of a script are."""
    return {f.fix.applicability for f in findings(script) if f.name == rule.name and f.fix is not None}
