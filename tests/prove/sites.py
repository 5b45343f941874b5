"""Save sites: how many of those that the executed scripts have were reached with a certain prediction."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.prove.script import Script

GOAL = 0.9
Key = tuple[Script, str, int, tuple[str, ...]]


class Seen(NamedTuple):
    """What the runs of a script showed at one of its save sites."""

    verdict: str
    sure: bool
    stopped: bool


class Sites:
    """The save sites of all scripts. A script that runs with several arguments has each of its sites once."""

    def __init__(self) -> None:
        self.seen: dict[Key, Seen] = {}

    def add(self, script: Script, result: dict[str, Any]) -> None:
        stopped = bool(result["after"] and result["after"]["error"])
        plain = script._replace(arguments=None)
        for site in result["sites"]:
            name = site["filename"].rpartition("/")[2]
            key = (plain, name, site["line"], tuple(sorted(site["predicted"])))
            now = Seen(site["verdict"], site["sure"], stopped)
            known = self.seen.get(key)
            if known is None or not reached(known):
                self.seen[key] = now

    def enough(self) -> bool:
        return sum(map(reached, self.seen.values())) >= GOAL * len(self.seen)

    def unreached(self) -> list[str]:
        """The sites without a certain prediction that a run compared, one line each."""
        return [
            f"{name}:{line} {seen.verdict}{'' if seen.sure else ', maybe'}{', script stopped' if seen.stopped else ''}"
            for (_, name, line, _), seen in self.seen.items()
            if not reached(seen)
        ]

    def text(self) -> str:
        """The figures."""
        total = len(self.seen)
        hit = [s for s in self.seen.values() if reached(s)]
        agreed = sum(s.verdict == "confirmed" for s in hit)
        behind = sum(s.stopped and s.verdict == "not reached" for s in self.seen.values())
        maybe = sum(not s.sure for s in self.seen.values())
        return (
            f"save sites: {len(hit)} of {total} reached with a certain prediction ({_share(len(hit), total)}), "
            f"{agreed} of these agree; {behind} lie behind an error of the script, {maybe} have no certain prediction"
        )


def reached(seen: Seen) -> bool:
    """Was a certain prediction compared with what is on disk?"""
    return seen.sure and seen.verdict in ("confirmed", "contradicted")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"
