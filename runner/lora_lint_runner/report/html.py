"""Outcomes as one HTML page that needs nothing else: verdict, the life of the models, files before and after, save
sites."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources

import lora_lint
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.report import bug, picture
from lora_lint_runner.report.table import rows, size, taken, written
from lora_lint_runner.report.where import where
from lora_lint_runner.verdict.comparing import Site
from lora_lint_runner.verdict.observed import Observed

WORDS = {"confirmed": "Confirmed", "failed": "Failed", "inconclusive": "Inconclusive"}


def render(outcomes: Sequence[Outcome]) -> str:
    """The whole page."""
    style = resources.files("lora_lint_runner.report").joinpath("page.css").read_text(encoding="utf-8")
    title = outcomes[0].script.name if len(outcomes) == 1 else f"{len(outcomes)} scripts"
    body = "\n".join([_index(outcomes) if len(outcomes) > 1 else "", *map(_article, outcomes)])
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lora-lint --run: {escape(title)}</title>
<style>
{style}</style>
</head>
<body>
{body}
<p class="small">lora-lint {escape(lora_lint.__version__)}</p>
</body>
</html>
"""


def _index(outcomes: Sequence[Outcome]) -> str:
    lines = []
    for outcome in outcomes:
        link = f'<a href="#{_anchor(outcome)}">{escape(_name(outcome))}</a>'
        lines.append(f"<tr><td>{link}</td><td>{_word(outcome)}</td><td>{escape(outcome.verdict.reason)}</td></tr>")
    return f"<h1>{len(outcomes)} scripts</h1>\n{_table(('script', 'verdict', ''), lines)}"


def _name(outcome: Outcome) -> str:
    here = os.getcwd()
    return os.path.relpath(outcome.script, here) if outcome.script.is_relative_to(here) else str(outcome.script)


def _word(outcome: Outcome) -> str:
    word = outcome.verdict.word
    return f'<span class="word {word}">{WORDS[word]}</span>'


def _article(outcome: Outcome) -> str:
    told = f"{_word(outcome)}<span>{escape(outcome.verdict.reason)}.</span>"
    parts = [
        f"<h1>{escape(_name(outcome))}</h1>",
        f'<p class="facts">{escape(" · ".join(_facts(outcome)))}</p>',
        f'<div class="verdict {outcome.verdict.word}">{told}</div>',
        _findings(outcome),
        _files(outcome),
        _life(outcome),
        _sites(outcome),
        _lines(outcome),
        _error(outcome.after),
        _lacking(outcome.after),
        _neutralised(outcome.after),
        _versions(outcome),
    ]
    return f'<article id="{_anchor(outcome)}">\n' + "\n".join(p for p in parts if p) + "\n</article>"


def _anchor(outcome: Outcome) -> str:
    return "script-" + "".join(c if c.isalnum() else f"-{ord(c):x}-" for c in str(outcome.script))


def _facts(outcome: Outcome) -> Iterable[str]:
    yield f"{outcome.mode} run"
    yield f"{outcome.seconds:.1f} s"
    ran = outcome.after
    if ran is not None:
        yield f"{ran.steps} optimizer step{'s' if ran.steps != 1 else ''}"
        yield from taken(ran)
        yield (
            "writes outside of the run closed by the kernel (Landlock)"
            if ran.landlock
            else "Landlock is not available here"
        )


def _findings(outcome: Outcome) -> str:
    lines = [_finding(outcome, f, "corrected", "usable") for f in outcome.applied]
    lines += [_finding(outcome, f, "not corrected", "word") for f in outcome.remaining]
    if not lines:
        return ""
    return f"<h2>Findings</h2>\n<ul>{''.join(lines)}</ul>\n{_diff(outcome)}"


def _finding(outcome: Outcome, finding: lora_lint.Finding, what: str, style: str) -> str:
    place = escape(where(outcome, finding.filename, finding.cell, finding.location.row))
    return (
        f"<li><code>{escape(finding.code)}</code> {escape(finding.name)}, {place}: {escape(finding.message)} "
        f'<span class="{style}">({what})</span></li>'
    )


def _diff(outcome: Outcome) -> str:
    before, after = outcome.sources
    lines: list[str] = []
    for name in sorted(set(before) & set(after)):
        new = difflib.unified_diff(before[name].splitlines(), after[name].splitlines(), lineterm="", n=2)
        for line in list(new)[2:]:
            style = {"+": "new", "-": "old", "@": "at"}.get(line[:1], "")
            lines.append(f'<span class="{style}">{escape(line)}</span>' if style else escape(line))
    return "<pre>" + "\n".join(lines) + "</pre>" if lines else ""


def _files(outcome: Outcome) -> str:
    found = rows(outcome)
    if not found:
        return ""
    lines = []
    for row in found:
        lost = ' lost"' if row.before is None and row.lost else '"'
        style = "found" if row.lost else "lost" if row.after is None else ""
        lines.append(
            f'<tr><td class="file">{escape(row.path)}</td><td class="number{lost}>{written(row, outcome)}</td>'
            f'<td class="number {style}">{size(row.after)}</td><td>{escape(row.remark)}</td></tr>'
        )
    return "<h2>Files</h2>\n" + _table(("", "#as written", "#corrected", ""), lines)


def _life(outcome: Outcome) -> str:
    lost = [row.path for row in rows(outcome) if row.lost]
    sides = [
        ("as written", outcome.before, outcome.sources[0], lost),
        ("corrected", outcome.after, outcome.sources[1], []),
    ]
    parts: list[str] = []
    for name, ran, sources, missing in sides[1:] if outcome.before is outcome.after else sides:
        if ran is None or not any(e.get("row") is not None for e in ran.events):
            continue
        head = (
            "as written; nothing was to be corrected" if len(parts) == 0 and outcome.before is outcome.after else name
        )
        drawn = picture.draw(ran.events, sources, f"the life of the models, {name}", missing)
        parts.append(f'<h3>{head}</h3>\n<div class="scroll">{drawn}</div>')
    return f"<h2>The life of the models</h2>\n{picture.legend()}\n{''.join(parts)}" if parts else ""


def _sites(outcome: Outcome) -> str:
    if not outcome.sites:
        return ""
    lines = [
        f"<tr><td>{_place(s)}</td><td>{_directories(s.predicted)}</td><td>{_directories(s.observed)}</td>"
        f'<td><span class="word {s.verdict}">{s.verdict}</span>{_why(s)}</td></tr>'
        for s in outcome.sites
    ]
    return "<h2>Save sites</h2>\n" + _table(("line", "predicted", "observed", ""), lines)


def _lines(outcome: Outcome) -> str:
    """Every line at which something happened to a model: open where a prediction failed, else folded up."""
    if not outcome.lines:
        return ""
    cells = []
    for line in outcome.lines:
        word = {True: "agrees", False: "contradicted", None: "left open"}[line.agrees]
        predicted, seen = "<br>".join(map(escape, line.predicted)) or "nothing", escape(line.observed or "")
        style = "confirmed" if line.agrees else word if line.agrees is False else ""
        cells.append(
            f"<tr><td>{line.row}</td><td>{line.kind}</td><td>{predicted}</td><td>{seen}</td>"
            f'<td><span class="word {style}">{word}</span></td></tr>'
        )
    agree = sum(line.agrees is True for line in outcome.lines)
    told = bug.report(outcome)
    ready = f"<p>The analysis is wrong here, not the script. A report:</p><pre>{escape(told)}</pre>" if told else ""
    head = f"Line by line: {agree} of {len(outcome.lines)} as predicted"
    table = _table(("line", "", "predicted", "observed", ""), cells)
    return f"<details{' open' if told else ''}><summary>{head}</summary>\n{table}{ready}</details>"


def _place(site: Site) -> str:
    place = f"cell {site.cell}, line {site.row}" if site.cell is not None else str(site.row)
    return escape(place)


def _why(site: Site) -> str:
    return f'<div class="small">{escape(site.why)}</div>' if site.why else ""


def _directories(found: Mapping[str, Sequence[str]]) -> str:
    return (
        "<br>".join(f"<code>{escape(place)}</code>: {escape(', '.join(names))}" for place, names in found.items())
        or "nothing"
    )


def _error(ran: Observed | None) -> str:
    if ran is None or ran.error is None:
        return ""
    where = f"{ran.where.text}: " if ran.where is not None else ""
    lines = escape("\n".join(ran.output))
    return f"<h2>Where it stopped</h2>\n<p>{escape(where + ran.error)}</p>\n<pre>{lines}</pre>"


def _lacking(ran: Observed | None) -> str:
    if ran is None or not ran.lacking:
        return ""
    return (
        "<h2>What is not here</h2>\n<ul>" + "".join(f"<li>{escape(lack.text)}</li>" for lack in ran.lacking) + "</ul>"
    )


def _neutralised(ran: Observed | None) -> str:
    if ran is None or not ran.neutralised:
        return ""
    return "<h2>Stand-ins</h2>\n<ul>" + "".join(f"<li>{escape(text)}</li>" for text in ran.neutralised) + "</ul>"


def _versions(outcome: Outcome) -> str:
    if not outcome.versions:
        return ""
    return f"<h2>Versions</h2>\n<p>{escape(', '.join(f'{name} {v}' for name, v in outcome.versions.items()))}</p>"


def _table(heads: Sequence[str], lines: Sequence[str]) -> str:
    cells = "".join(
        f'<th class="number">{escape(h[1:])}</th>' if h.startswith("#") else f"<th>{escape(h)}</th>" for h in heads
    )
    return f'<div class="scroll"><table><thead><tr>{cells}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
