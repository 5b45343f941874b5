"""What `lora-lint --run --output-format json` says of a script, as diagnostics and lenses show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

HEADS = {
    "confirmed": "Confirmed: the adapter files appear",
    "failed": "Failed: the adapter files do not appear",
    "inconclusive": "The run proved nothing",
}


class Site(NamedTuple):
    """A save site as the run met it. `row` counts in the script as it was written, or in its cell."""

    filename: str
    cell: int | None
    row: int
    verdict: str
    predicted: Mapping[str, Sequence[str]]
    observed: Mapping[str, Sequence[str]]

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
            int(site.get("written_line") or site["line"]),
            str(site["verdict"]),
            site.get("predicted") or {},
            site.get("observed") or {},
        )
        for site in report["sites"]
    )
    return Verdict(str(report["verdict"]), str(report.get("reason") or ""), sites, report)


def _directories(found: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{place}: {', '.join(names) or 'nothing'}" for place, names in found.items()) or "nothing"
