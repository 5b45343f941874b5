"""A script under way: corrected, run as written and as corrected, and judged."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lora_lint
from lora_lint_runner import correcting, other_way, scripts
from lora_lint_runner.box import hub_cache
from lora_lint_runner.box.project import project_of
from lora_lint_runner.options import Options
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.side import Plan, Side
from lora_lint_runner.verdict import agreeing, comparing, judging
from lora_lint_runner.verdict.facts import Facts, uses_peft
from lora_lint_runner.verdict.guarding import guard_of
from lora_lint_runner.verdict.observed import Observed, Spot
from lora_lint_runner.verdict.untried import untried
from lora_lint_runner.verdict.words import CONFIRMED, INCONCLUSIVE, Verdict


class Case:
    """A script under way."""

    def __init__(self, script: Path, options: Options, home: Path, releases: Mapping[str, str]) -> None:
        self.script = Path(os.path.abspath(script))
        self.options, self.home = options, home
        self.releases = releases  # of the libraries in the interpreter that runs it
        self.begun: float | None = None  # when the first of its runs was
        self.sides: list[Side] = []
        self.other: Side | None = None  # the corrected script on another way, to corrections that did not run
        self.ways: dict[str, object] = {}  # the options that lead there
        self.trace: dict[str, Any] = {"sites": [], "events": [], "notes": []}
        self.traces: dict[Path, dict[str, Any]] = {}  # by the box of the attempt
        self.analysed: dict[tuple[str, ...], tuple[str, str]] = {}  # what was predicted, and for which folder
        self.corrected = correcting.Corrected({}, {}, [], [])
        self.config: lora_lint.Config | None = None
        self.result: Outcome | None = None

    def lint(self) -> None:
        """Corrects, and lays out what is to be run. Raises Unlinted, ConfigError."""
        root = project_of(self.script, Path.cwd())
        self.corrected = correcting.correct(self.script, self.options, root, self.releases)
        self.config = correcting.for_releases(correcting.settings(self.script, self.options), self.releases)
        if self.corrected.files and not self.options.full:  # hours of training are for the corrected script
            self.sides.append(Side("before", self._plan({}), self.home))
        self.sides.append(Side("after", self._plan(self.corrected.files), self.home))

    def _plan(self, files: dict[Path, bytes]) -> Plan:
        options = self.options
        cwd = Path.cwd()
        root = project_of(self.script, cwd)
        return Plan(
            self.script, root, cwd, files, options.arguments, "full" if options.full else "smoke", options.steps,
            options.network, options.made_up_rows, hub_cache.location(), options.limits,
        )  # fmt: skip

    def prepare(self, side: Side) -> Path:
        """The spec of a side's next attempt."""
        self.begun = self.begun or time.monotonic()
        side.prepare()
        trace = self._predicted(side)
        if side.name != "before":
            self.trace = self.traces[side.box] = trace
        return side.write_spec(trace)

    def _predicted(self, side: Side) -> dict[str, Any]:
        """What the analysis predicts for a side: the next attempt at the same files has only another box."""
        key = (side.name, *side.learned.get("laid", ()), *side.learned.get("variables", ()))
        if key not in self.analysed:
            trace = self._traced(side, self.options.arguments or ())
            self.analysed[key] = json.dumps(trace), json.dumps(str(side.work))[1:-1]
        text, work = self.analysed[key]
        found: dict[str, Any] = json.loads(text.replace(work, json.dumps(str(side.work))[1:-1]))
        return found

    def _traced(self, side: Side, argv: tuple[str, ...], config: lora_lint.Config | None = None) -> dict[str, Any]:
        """What the analysis predicts for a side, started so and with the variables that its run has made up."""
        config = config or self.config
        assert config is not None
        return correcting.predicted(side.entry, config, argv, side.work, side.learned.get("variables", {}))

    def _called_by(self) -> list[str] | None:
        """Of a module that does nothing by itself, the scripts that import it, by their names in the project."""
        if not scripts.only_defines(self.script):
            return None
        home = project_of(self.script, Path.cwd())
        return [str(path.relative_to(home)) for path in scripts.callers(self.script, home)]

    def further(self) -> Side | None:
        """Another run of the corrected script, with the options that lead to corrections which did not run, once it has
        proved all else. None: there is nothing to try."""
        after = self.sides[-1]
        if self.other is not None or self.options.full or self.options.arguments is not None:
            return None
        if any(side.result is None for side in self.sides) or after.result is None or after.result.error is not None:
            return None
        for spot in reversed(self._untried(after)):
            row = after.row(spot.cell, spot.row)
            self.ways |= other_way.ways_to(after.source(spot.filename), row, after.result.options)
        if not self.ways or self._judged(after, [])[1].word != CONFIRMED:
            return None
        self.other = Side("other", after.plan, self.home)
        self.other.learned = other_way.learned_of(self.ways, after.learned)
        return self.other

    def outcome(self, warm_up: float | None) -> Outcome:
        """Judges what the runs left."""
        after = self.sides[-1]
        assert after.result is not None
        elsewhere, proved = self._proved_on_the_other_way()
        open_ = self._untried(after)
        also = [spot.text for spot in open_ if spot in proved]
        sites, verdict = self._judged(after, [spot for spot in open_ if spot not in proved])
        if also:
            given = ", ".join(f"{name}={value}" for name, value in self.ways.items())
            verdict = verdict._replace(reason=f"{verdict.reason}; so they do at {', '.join(also)}, with {given}")
            reached = {(site.filename, site.row): site for site in elsewhere if site.verdict == "confirmed"}
            sites = [reached.get((s.filename, s.row), s) if s.verdict == "not reached" else s for s in sites]
        before = None if self.corrected.files and self.options.full else self.sides[0].result
        notes = [*self.corrected.notes, *self.trace.get("notes", []), *after.notes]
        return Outcome(
            script=self.script,
            verdict=verdict,
            before=before,
            after=after.result,
            sites=sites,
            applied=self.corrected.applied,
            remaining=self.corrected.remaining,
            trace=self.trace,
            seconds=self._seconds(),
            warm_up=warm_up,
            mode=after.plan.mode,
            notes=notes,
            sources=(self._sources(self.sides[0]), self._sources(after)),
            lines=agreeing.agree(self.trace, after.result.events, after.executed),
            correction=self.corrected,
        )

    def _proved_on_the_other_way(self) -> tuple[list[comparing.Site], list[Spot]]:
        """The save sites of the run on another way, and the corrections that it proves."""
        if self.other is None or self.other.result is None:
            return [], []
        sites, verdict = self._judged(self.other, [])
        still = self._untried(self.other)
        first = self._untried(self.sides[-1])
        return sites, [spot for spot in first if spot not in still and verdict.word == CONFIRMED]

    def _judged(self, side: Side, open_: list[Spot]) -> tuple[list[comparing.Site], Verdict]:
        """The sites of a run of the corrected script and the verdict on it, these corrections counted as not run."""
        ran = side.result
        assert ran is not None
        self.trace = self.traces.get(side.box, self.trace)
        sites = self._compared(side, ran, self.trace)
        other = ("contradicted", "inconclusive") if ran.given else ("contradicted",)
        if any(site.verdict in other for site in sites):
            sites = self._with_what_ran(side, ran) or sites
        sites = comparing.written_elsewhere([self._named(site, side) for site in sites], ran.adapters)
        peft = uses_peft(self.trace.get("events", ()))
        way = comparing.way_to_peft(self.trace) if not uses_peft(ran.events) else None
        sites = comparing.without_peft(sites) if way is not None else sites
        sites = comparing.raised(sites, ran.where, ran.error)
        sites = [self._guarded(site, side) if site.verdict == "not reached" else site for site in sites]
        alone = scripts.saves_pretrained_alone(side.script)
        left_out, called_by = self._not_python(side), self._called_by()
        facts = Facts(ran, sites, self.corrected.remaining, peft, open_, left_out, called_by, alone, way)
        return sites, judging.judge(facts)

    def _untried(self, after: Side) -> list[Spot]:
        """Corrections that the run did not come to, also those on a path that its arguments do not lead to."""
        if not self.corrected.files:
            return []
        assert after.result is not None
        trace = self._traced(after, ()) if self.options.arguments else self.traces.get(after.box, self.trace)
        return untried(self.corrected.changed(), trace, after.result.events, after.executed)

    def _not_python(self, after: Side) -> list[str]:
        """The cells that were left out, each with what Python has against it."""
        cells = after.notebook.left_out if after.notebook is not None else []
        return [f"{Spot(str(self.script), row, cell).text}: {fault}" for cell, row, fault in cells]

    def _with_what_ran(self, after: Side, ran: Observed) -> list[comparing.Site] | None:
        """The sites by what really ran: the releases, where the project or its settings name others, and the arguments,
        where the user gave none and the project's own command line, or the run, did. None: the same."""
        assert self.config is not None
        releases = {name: ran.versions[name].split("+")[0] for name in correcting.LIBRARIES if name in ran.versions}
        config = correcting.for_releases(self.config, releases)
        trace = self._traced(after, self.options.arguments or ran.given, config)
        if trace["sites"] == self.trace["sites"]:
            return None
        self.trace = self.traces[after.box] = trace
        said = ", ".join([*(f"{name} {release}" for name, release in releases.items()), *ran.given])
        trace.setdefault("notes", []).append(f"predicted for what ran ({said}), not for what was pinned or left open")
        return self._compared(after, ran, trace)

    def _compared(self, after: Side, ran: Observed, trace: dict[str, Any]) -> list[comparing.Site]:
        others = "settings" in after.learned  # another's file of them, or a made-up one, is in the place of one
        return comparing.compare(trace, ran.saves, after.cwd, after.executed, anywhere=others)

    def _named(self, site: comparing.Site, side: Side) -> comparing.Site:
        """A site under the name that its file has in the user's own project."""
        filename, cell, row = side.named(site.filename), site.cell, site.row
        if side.notebook is not None and filename == str(self.script.with_suffix(".py")):
            cell, row = side.notebook.cell_of(row)
            filename = str(self.script)
        return site._replace(filename=filename, cell=cell, row=row)

    def _guarded(self, site: comparing.Site, side: Side) -> comparing.Site:
        """A site that was not reached, with the test that it hangs on."""
        guard = guard_of(side.source(site.filename), side.row(site.cell, site.row))
        if guard is not None and side.notebook is not None and site.cell is not None:
            cell, row = side.notebook.cell_of(guard.row)
            guard = guard._replace(cell=cell, row=row)
        return site._replace(guard=guard)

    def _sources(self, side: Side) -> dict[str, str]:
        """The texts that ran, of every file in which something happened."""
        found = {}
        for name in {e["filename"] for e in _events(side.result) if e.get("filename")}:
            path = Path(name)
            if side.notebook is not None and path == self.script.with_suffix(".py"):
                found[name] = side.notebook.text
            elif path in side.plan.files:
                found[name] = lora_lint.decode(side.plan.files[path]).text
            else:
                with contextlib.suppress(OSError, lora_lint.Unreadable):
                    found[name] = lora_lint.decode(path.read_bytes()).text
        return found

    def _seconds(self) -> float:
        return time.monotonic() - self.begun if self.begun is not None else 0.0

    def failed(self, reason: str, word: str = INCONCLUSIVE) -> Outcome:
        """A script that could not be run at all."""
        return Outcome.unrun(
            self.script,
            Verdict(word, reason),
            "full" if self.options.full else "smoke",
            remaining=self.corrected.remaining,
            trace=self.trace,
            seconds=self._seconds(),
        )


def _events(ran: Observed | None) -> list[dict[str, Any]]:
    return ran.events if ran is not None else []
