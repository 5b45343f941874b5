"""Corrects files: fixes are made in memory and linted again until none is left; writing them is for the caller."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from lora_lint.checking import Check
from lora_lint.engine.batch import Batch
from lora_lint.finding import Finding
from lora_lint.fixes.applying.held import Change, Held
from lora_lint.fixes.applying.rounds import Rounds
from lora_lint.problems import Problem
from lora_lint.project.discovery import discover, refused
from lora_lint.project.project import Project
from lora_lint.settings.config import Config
from lora_lint.settings.configs import Configs
from lora_lint.source.folders import LINK_OUT, leads_out


class Corrected(NamedTuple):
    """What correcting gave: the changed files, the findings that are gone, and those that remain."""

    changes: list[Change]
    applied: list[Finding]
    remaining: list[Finding]
    problems: list[Problem]
    files: int


def fix_paths(
    paths: Iterable[str | os.PathLike[str]],
    config: Config | Configs | None = None,
    *,
    unsafe: bool = False,
    force_exclude: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Corrected:
    """Corrects files and folders, in memory. A fix counts where it edits nothing but the files that were passed.

    What cannot be linted is among the problems, and so are fixes that reach into other files. Raises ConfigError.
    """
    configs = config if isinstance(config, Configs) else Configs(config)
    found = discover(paths, configs, force=force_exclude)
    correction = Correction(configs, found.files, unsafe=unsafe)
    correction.check.problems += [Problem(missed.path, missed.message, found=False) for missed in found.missed]
    correction.run(progress)
    return correction.result()


def fix_text(
    name: str | os.PathLike[str], data: bytes, config: Config | Configs | None = None, *, unsafe: bool = False
) -> Corrected:
    """Corrects bytes as if the file of that name held them, in the project that it belongs to. Raises ConfigError."""
    path = os.path.abspath(name)
    configs = config if isinstance(config, Configs) else Configs(config)
    why_not = refused(path, configs)
    if why_not is not None:
        return Corrected([], [], [], [Problem(path, why_not)], 1)
    correction = Correction(configs, {path: None}, unsafe=unsafe)
    correction.check.hold(path, data)
    correction.run()
    return correction.result()


class Correction:
    """Files under correction: their new bytes stand before what lies on disk."""

    def __init__(self, configs: Configs, files: dict[str, str | None], *, unsafe: bool = False) -> None:
        self.files, self.unsafe = files, unsafe
        self.batch = Batch(configs)
        self.check = Check(configs, batch=self.batch)
        self.applied: list[Finding] = []
        self.findings: list[Finding] = []
        self._held = Held(self._read, self._hold, self._found)
        self._left_out: dict[str, list[int]] = {}

    def run(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Fixes until nothing is left that can be. Raises ConfigError."""
        self.findings = self.check.files(self.files, progress)
        self._hold_still()
        self._left_out = dict(self.batch.left_out)
        rounds = Rounds(self.findings, unsafe=self.unsafe, select=self._can_be_fixed)
        rounds.run(self._held)
        self.applied = rounds.applied
        self.findings = [f._replace(fix=None) if self._is_left(f, rounds) else f for f in rounds.findings]

    def _hold_still(self) -> None:
        """From here on the files that fixes edit are what they are now, whatever another process makes of them."""
        texts: dict[str, bytes] = {}
        for path in {path for finding in self.findings for path in _files(finding) & self.files.keys()}:
            with suppress(OSError):
                texts[path] = self._read(path)
        if texts:
            self._hold(texts)
            self.findings, _ = self._checked()

    def result(self) -> Corrected:
        return Corrected(self._held.changes(), self.applied, self.findings, self.check.problems, len(self.files))

    def _found(self) -> list[Finding] | None:
        """The findings as the files are now; None where one of the edited is no Python any more, or a cell of one."""
        findings, problems = self._checked()
        broken = {problem.filename for problem in problems if problem.fatal}
        return findings if not broken & self._held.last.keys() and self.batch.left_out == self._left_out else None

    def _checked(self) -> tuple[list[Finding], list[Problem]]:
        """The findings, and the problems met, which are not those of the files as they were."""
        known = len(self.check.problems)
        findings = self.check.files(self.files)
        problems = self.check.problems[known:]
        del self.check.problems[known:]
        return findings, problems

    def _read(self, path: str) -> bytes:
        return self._project(path).read(Path(path))

    def _project(self, path: str) -> Project:
        given = self.files[path]
        return self.batch.project(Path(path), Path(given) if given is not None else None)

    def _hold(self, texts: Mapping[str, bytes]) -> None:
        for path, data in texts.items():
            self._project(path).hold(Path(path), data)
        self.batch.changed([Path(path) for path in texts])

    def _can_be_fixed(self, finding: Finding) -> bool:
        files = _files(finding)
        return files <= self.files.keys() and not any(map(self._leads_out, files))

    def _leads_out(self, path: str) -> bool:
        return leads_out(path, self.files[path])

    def _is_left(self, finding: Finding, rounds: Rounds) -> bool:
        """Is there a fix that is not made? Then that is said; it is no longer one that --fix would make."""
        if finding.fix is None or not (self.unsafe or finding.fix.applicability == "safe"):
            return False
        others = sorted(_files(finding) - self.files.keys())
        links = sorted(filter(self._leads_out, _files(finding) & self.files.keys()))
        if others:
            listed = ", ".join(os.path.relpath(other) for other in others)
            why = f"not fixed: the fix of {finding.code} also edits {listed}, which is not among the files to lint"
        elif links:
            why = f"not fixed: {os.path.relpath(links[0])} {LINK_OUT}"
        elif rounds.refused(finding):
            why = f"not fixed: with the fix of {finding.code} the finding stays, or the file is broken"
        else:
            return False
        self.check.problems.append(Problem(finding.filename, why, finding.location.row, fatal=False))
        return True


def _files(finding: Finding) -> set[str]:
    return {edit.filename for edit in finding.fix.edits} if finding.fix is not None else set()
