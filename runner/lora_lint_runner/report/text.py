"""An outcome on a terminal."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Sequence

import lora_lint
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.report import bug
from lora_lint_runner.report.paint import Paint
from lora_lint_runner.report.table import is_wrong, rows, size, taken, written
from lora_lint_runner.report.where import where
from lora_lint_runner.verdict.comparing import Site
from lora_lint_runner.verdict.observed import Observed

VERDICTS = {
    "confirmed": ("green", "Confirmed"),
    "failed": ("red", "Failed"),
    "inconclusive": ("yellow", "Inconclusive"),
}


def render(outcomes: Sequence[Outcome], *, color: bool, width: int = 100) -> str:
    """All outcomes; several end with a line that counts them."""
    paint = Paint(color)
    parts = [_one(outcome, paint, width) for outcome in outcomes]
    if len(outcomes) > 1:
        counts = {word: sum(o.verdict.word == word for o in outcomes) for word in VERDICTS}
        parts.append(", ".join(f"{n} {word}" for word, n in counts.items() if n) + f" of {len(outcomes)} scripts\n")
    return "\n".join(parts)


def _one(outcome: Outcome, paint: Paint, width: int) -> str:
    lines = [_head(outcome, paint)]
    lines += _table(outcome, paint)
    if outcome.remaining:
        lines += ["", *(_remaining(outcome, f, paint) for f in outcome.remaining)]
    lines += ["", *_verdict(outcome, paint, width)]
    lines += _sites(outcome, paint)
    ran = outcome.after
    if ran is not None and len(ran.lacking) > 1:
        lines += ["  what is not here:", *(f"    {lack.text}" for lack in ran.lacking)]
    if ran is not None and ran.error is not None and ran.output and outcome.verdict.word != "confirmed":
        lines += [paint("  its last lines:", "dim"), *(paint(f"  | {line}", "dim") for line in ran.output[-6:])]
    lines += [paint(f"  {text}", "dim") for text in _memory(outcome)]
    lines += _neutralised(ran, paint, width)
    lines += [paint(f"  note: {note}", "dim") for note in outcome.notes]
    return "\n".join(lines) + "\n"


def _head(outcome: Outcome, paint: Paint) -> str:
    count = len(outcome.applied)
    name = os.path.relpath(outcome.script) if outcome.script.is_relative_to(os.getcwd()) else str(outcome.script)
    codes = ", ".join(sorted({f.code for f in outcome.applied}))
    what = f"{count} finding{'s' if count != 1 else ''}, corrected: {codes}" if count else "nothing to correct"
    ran = outcome.after
    what = what if ran is not None else "not run"
    how = f"{outcome.mode} run"
    if ran is not None:
        models = (re.match(r"model .*? random (?:parts of an? )?(\w+)", text) for text in ran.neutralised)
        how += next((f": {model.group(1)} stand-in" for model in models if model), "")
        how += f", {ran.steps} step{'s' if ran.steps != 1 else ''}"
        how += f", {ran.processes} processes" if ran.processes > 1 else ""
    return f"{paint(name + ':', 'bold')} {what}{'  ' + paint(f'({how}, {outcome.seconds:.1f} s)', 'dim')}"


def _memory(outcome: Outcome) -> list[str]:
    """What a full run took: the real model's needs, where a stand-in's say nothing."""
    ran = outcome.after
    found = taken(ran) if ran is not None and outcome.mode == "full" else []
    return ["; ".join(found)] if found else []


def _table(outcome: Outcome, paint: Paint) -> list[str]:
    found = rows(outcome)
    if not found:
        return []
    wide = max(len(r.path) for r in found) + 2
    lines = [f"  {'':{wide}}{'as written':>12}  {'corrected':>12}"]
    for row in found:
        before = f"{written(row, outcome):>12}"
        after = f"{size(row.after):>12}"
        before = paint(before, "red") if row.before is None and row.lost else before
        after = paint(after, "green") if row.lost else paint(after, "red") if row.after is None else after
        remark = paint(row.remark, "red") if is_wrong(row.remark) else row.remark
        lines.append(f"  {row.path:{wide}}{before}  {after}  {remark}".rstrip())
    return lines


def _remaining(outcome: Outcome, finding: lora_lint.Finding, paint: Paint) -> str:
    place = where(outcome, finding.filename, finding.cell, finding.location.row)
    why = "unsafe fix, see --unsafe-fixes" if finding.fix is not None else "no fix"
    return f"  not corrected: {place}: {paint(finding.code, 'yellow')} {finding.message} ({why})"


def _verdict(outcome: Outcome, paint: Paint, width: int) -> list[str]:
    style, word = VERDICTS[outcome.verdict.word]
    reason = outcome.verdict.reason
    text = f"{word}: {reason}{'' if reason.endswith(('?', '.')) else '.'}"
    reached = [s for s in outcome.sites if s.predicted]
    agree = sum(s.verdict == "confirmed" for s in reached)
    if reached:
        plural = "s" if len(reached) != 1 else ""
        text += f" Predicted and observed files agree at {agree} of {len(reached)} save site{plural}."
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    if lines:
        lines[0] = lines[0].replace(f"{word}:", paint(f"{word}:", style, "bold"), 1)
    return lines


def _sites(outcome: Outcome, paint: Paint) -> list[str]:
    lines = []
    for site in outcome.sites:
        if site.verdict in ("contradicted", "inconclusive") and site.why:
            word = paint(site.verdict, "red" if site.verdict == "contradicted" else "yellow")
            lines.append(f"  {word} at {_place(outcome, site)}: {site.why}")
        elif site.verdict == "not reached":
            lines.append(paint(f"  not reached in this run: the save at {_place(outcome, site)}{_under(site)}", "dim"))
    told = bug.report(outcome)
    if told is not None:
        lines.append("  The analysis is wrong here, not the script. Please report it; this is all that a report needs:")
        lines += [paint(f"  | {line}", "dim") for line in told.splitlines()]
    return lines


def _under(site: Site) -> str:
    """The test that a save hangs on."""
    if site.guard is None:
        return ""
    cell = f"cell {site.guard.cell}, " if site.guard.cell not in (None, site.cell) else ""
    return f", under `{site.guard.text}` ({cell}line {site.guard.row})"


def _place(outcome: Outcome, site: Site) -> str:
    return where(outcome, site.filename, site.cell, site.row)


def _neutralised(ran: Observed | None, paint: Paint, width: int) -> list[str]:
    if ran is None or not ran.neutralised:
        return []
    text = "stand-ins: " + "; ".join(ran.neutralised)
    return [paint(line, "dim") for line in textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ")]
