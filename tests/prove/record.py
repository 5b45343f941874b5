"""Writes what a page shows as it was made and seen: the correction that the tool makes, the listings of the runs."""

from __future__ import annotations

from pathlib import Path

from tests.prove.listing import listing
from tests.prove.script import Wanted
from tests.prove.workers import Results
from tests.rules import form, page

import lora_lint
from lora_lint.registry import page_path


def write_corrections(names: list[str]) -> None:
    """Puts the tool's own correction of each example under "Use instead", where the tool has one."""
    for rule in lora_lint.rules():
        path = page_path(rule.name)
        if not path.exists() or (names and not any(part in rule.name for part in names)):
            continue
        found = page.read(path)
        example = found.under("Example")[0]
        made = form.corrected(example)[page.ENTRY]
        fixed = any(f.name == rule.name and f.fix is not None for f in form.findings(example))
        for shown in found.under("Use instead") if fixed else ():
            if shown.text != made:
                _replace(path, shown.row, len(shown.text.splitlines()), made)


def write_listings(wanted: Wanted, results: Results) -> None:
    """Puts what was seen in the place of every listing that a page has, and adds those that it lacks."""
    seen: dict[str, dict[str, str]] = {}
    for script, claims in wanted.items():
        result = results.known[script.digest]
        for claim in claims:
            if claim.title is not None and result["after"] is not None:
                seen.setdefault(claim.rule, {}).setdefault(claim.title, listing(result))
    for rule, listings in seen.items():
        path = page_path(rule)
        for title, shown in sorted(listings.items(), key=lambda item: item[0].startswith("corrected")):
            known = {block.title: block for block in page.read(path).blocks if block.heading == "On disk"}
            if title not in known:
                _add(path, ["", f'```text title="{title}"', *shown.splitlines(), "```"])
            elif known[title].text != shown:
                _replace(path, known[title].row, len(known[title].text.splitlines()), shown)


def _replace(path: Path, row: int, count: int, text: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[row - 1 : row - 1 + count] = text.splitlines()
    _write(path, lines)


def _add(path: Path, new: list[str]) -> None:
    """Adds lines at the end of what stands under "On disk"."""
    lines = path.read_text(encoding="utf-8").splitlines()
    heads = [n for n, line in enumerate(lines) if line.startswith("## ")]
    at = heads[heads.index(lines.index("## On disk")) + 1]
    while not lines[at - 1]:
        at -= 1
    lines[at:at] = new
    _write(path, lines)


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{path.name}: written")
