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
from lora_lint_runner import correcting, scripts
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
from lora_lint_runner.verdict.words import INCONCLUSIVE, Verdict


class Case:
    """A script under way."""

    def __init__(self, script: Path, options: Options, home: Path, releases: Mapping[str, str]) -> None:
        self.script = Path(os.path.abspath(script))
        self.options, self.home = options, home
        self.releases = releases  # of the libraries in the interpreter that runs it
        self.begun: float | None = None  # when the first of its runs was
        self.sides: list[Side] = []
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
        if side.name == "after":
            self.trace = self.traces[side.box] = trace
        return side.write_spec(trace)

    def _predicted(self, side: Side) -> dict[str, Any]:
        """What the analysis predicts for a side: the next attempt at the same files has only another box."""
        key = (side.name, *side.learned.get("laid", ()), *side.learned.get("keys", ()))
        if key not in self.analysed:
            trace = self._traced(side, self.options.arguments or ())
            self.analysed[key] = json.dumps(trace), json.dumps(str(side.work))[1:-1]
        text, work = self.analysed[key]
        found: dict[str, Any] = json.loads(text.replace(work, json.dumps(str(side.work))[1:-1]))
        return found

    def _traced(self, side: Side, argv: tuple[str, ...], config: lora_lint.Config | None = None) -> dict[str, Any]:
        """What the analysis predicts for a side, started so and with the keys that its run has made up."""
        config = config or self.config
        assert config is not None
        return correcting.predicted(side.entry, config, argv, side.work, side.learned.get("keys", {}))

    def _called_by(self) -> list[str] | None:
        """Of a module that does nothing by itself, the scripts that import it, by their names in the project."""
        if not scripts.only_defines(self.script):
            return None
        home = project_of(self.script, Path.cwd())
        return [str(path.relative_to(home)) for path in scripts.callers(self.script, home)]

    def outcome(self, warm_up: float | None) -> Outcome:
        """Judges what the runs left."""
        after = self.sides[-1]
        assert after.result is not None
        self.trace = self.traces.get(after.box, self.trace)
        sites = self._compared(after, after.result, self.trace)
        other = ("contradicted", "inconclusive") if after.result.told else ("contradicted",)
        if any(site.verdict in other for site in sites):
            sites = self._with_what_ran(after, after.result) or sites
        sites = comparing.written_elsewhere([self._named(site, after) for site in sites], after.result.adapters)
        peft = uses_peft(self.trace.get("events", ()))
        sites = comparing.raised(sites, after.result.where, after.result.error)
        sites = [self._guarded(site, after) if site.verdict == "not reached" else site for site in sites]
        verdict = judging.judge(
            Facts(
                after.result,
                sites,
                self.corrected.remaining,
                peft,
                self._untried(after),
                self._not_python(after),
                self._called_by(),
                scripts.saves_pretrained_alone(after.script),
            )
        )
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

    def _untried(self, after: Side) -> list[Spot]:
        """Corrections that the run did not come to, also those on a path that its arguments do not lead to."""
        if not self.corrected.files:
            return []
        assert after.result is not None
        trace = self._traced(after, ()) if self.options.arguments else self.trace
        return untried(self.corrected.changed(), trace, after.result.events, after.executed)

    def _not_python(self, after: Side) -> list[str]:
        """The cells that were left out, each with what Python has against it."""
        cells = after.notebook.left_out if after.notebook is not None else []
        return [f"{Spot(str(self.script), row, cell).text}: {fault}" for cell, row, fault in cells]

    def _with_what_ran(self, after: Side, ran: Observed) -> list[comparing.Site] | None:
        """The sites by what really ran: the releases, where the project or its settings name others, and the arguments,
        where the project's own command line gave them. None: the same."""
        assert self.config is not None
        releases = {name: ran.versions[name].split("+")[0] for name in correcting.LIBRARIES if name in ran.versions}
        config = correcting.for_releases(self.config, releases)
        trace = self._traced(after, self.options.arguments or ran.told, config)
        if trace["sites"] == self.trace["sites"]:
            return None
        self.trace = trace
        said = ", ".join([*(f"{name} {release}" for name, release in releases.items()), *ran.told])
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
