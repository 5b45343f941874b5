"""What `lora-lint --run --output-format json` says of a script, as the editor shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

HEADS = {
    "confirmed": "Confirmed: the adapter files appear",
    "failed": "Failed: the adapter files do not appear",
    "inconclusive": "The run proved nothing",
}


class Site(NamedTuple):
    """A save site as the run met it. `row` counts in the corrected script, or in its cell."""

    filename: str
    cell: int | None
    row: int
    verdict: str
    predicted: Mapping[str, Sequence[str]]
    observed: Mapping[str, Sequence[str]]

    @property
    def place(self) -> str:
        return str(self.row) if self.cell is None else f"cell {self.cell}, {self.row}"

    @property
    def message(self) -> str:
        seen = _directories(self.observed)
        return {
            "confirmed": f"confirmed by a run: {seen}",
            "contradicted": f"the run wrote {seen}; predicted was {_directories(self.predicted)}",
            "not reached": "the run did not reach this save",
        }.get(self.verdict, f"the run proved nothing here (it wrote {seen})")


class Verdict(NamedTuple):
    """The outcome of one run."""

    verdict: str
    reason: str
    sites: tuple[Site, ...]
    report: Mapping[str, Any]

    @property
    def lacks_data(self) -> bool:
        """Did a side stop because a data file is not here? Made-up rows may stand in for it."""
        return any((self.report.get(side) or {}).get("reason") == "file" for side in ("before", "after"))

    @property
    def summary(self) -> str:
        """One line: the verdict, and why."""
        head = HEADS.get(self.verdict, self.verdict)
        reached = [site for site in self.sites if site.verdict == "confirmed"]
        if self.verdict == "confirmed":
            return f"{head} ({len(reached)} of {len(self.sites)} save sites)"
        return f"{head}: {self.reason}" if self.reason else head


def read(report: Mapping[str, Any]) -> Verdict:
    """The verdict out of the runner's object. Raises KeyError or TypeError where it is none."""
    sites = tuple(
        Site(
            str(site["filename"]),
            site.get("cell"),
            int(site["line"]),
            str(site["verdict"]),
            site.get("predicted") or {},
            site.get("observed") or {},
        )
        for site in report["sites"]
    )
    return Verdict(str(report["verdict"]), str(report.get("reason") or ""), sites, report)


def markdown(verdict: Verdict, script: str) -> str:
    """The report to open beside the script."""
    report = verdict.report
    parts = [f"# {script}", f"**{verdict.summary}**"]
    seconds = report.get("seconds")
    if seconds is not None:
        parts.append(f"Run in {float(seconds):.1f} s.")
    parts.append(_adapters(report))
    if verdict.sites:
        rows = [
            f"| {site.place} | {site.verdict} | {_directories(site.predicted)} | {_directories(site.observed)} |"
            for site in verdict.sites
        ]
        head = [
            "## Save sites of the corrected script",
            "",
            "| line | verdict | predicted | observed |",
            "| --- | --- | --- | --- |",
        ]
        parts.append("\n".join([*head, *rows]))
    for title, key in (("as written", "before"), ("corrected", "after")):
        side = report.get(key) or {}
        notes = [*([f"- stopped with: {side['error']}"] if side.get("error") else [])]
        notes += [f"- {text}" for text in side.get("neutralised") or ()]
        if notes:
            parts.append("\n".join([f"## What was replaced in the run, {title}", "", *notes]))
    versions = report.get("versions") or {}
    if versions:
        parts.append("Versions: " + ", ".join(f"{name} {value}" for name, value in versions.items()))
    return "\n\n".join(part for part in parts if part) + "\n"


def _adapters(report: Mapping[str, Any]) -> str:
    """The table of adapter directories, before and after."""
    sides = [{a["directory"]: a for a in (report.get(key) or {}).get("adapters") or ()} for key in ("before", "after")]
    directories = list(dict.fromkeys([*sides[1], *sides[0]]))
    if not directories:
        return ""
    rows = [f"| `{d}` | {_adapter(sides[0].get(d))} | {_adapter(sides[1].get(d))} |" for d in directories]
    return "\n".join(["## Adapter files", "", "| directory | as written | corrected |", "| --- | --- | --- |", *rows])


def _adapter(item: Mapping[str, Any] | None) -> str:
    if item is None or not item.get("files"):
        return "missing"
    files = ", ".join(f"{name} ({_size(size)})" for name, size in item["files"].items())
    problems = "; ".join(item.get("problems") or ())
    return f"{'✓' if item.get('usable') else '✗'} {files}" + (f"; {problems}" if problems else "")


def _size(size: int) -> str:
    return f"{size} B" if size < 1000 else f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"


def _directories(found: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{place}: {', '.join(names) or 'nothing'}" for place, names in found.items()) or "nothing"
