"""Lints files and folders: finds them, looks at their bytes, and interprets only what can have a finding.

Until a file names PEFT nothing here imports LibCST, or more than a few modules of the standard library.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from lora_lint.problems import Problem, complaint, internal, unread
from lora_lint.project.discovery import discover, refused
from lora_lint.project.relevance import relevant
from lora_lint.settings.config import Config, ConfigError
from lora_lint.settings.configs import Configs
from lora_lint.source.keywords import names_peft
from lora_lint.source.regular import read_regular

if TYPE_CHECKING:
    from lora_lint.engine.batch import Batch
    from lora_lint.finding import Finding

# up to here every file is parsed, also one that names nothing of PEFT, so that a broken one is said to be broken
FEW = 100


class Result(NamedTuple):
    """What linting gave: findings by file and line, files that could not be linted, and how many were looked at."""

    findings: list[Finding]
    problems: list[Problem]
    files: int

    @property
    def linted(self) -> int:
        """How many of the files were linted, at least in part."""
        return self.files - len({problem.filename for problem in self.problems if problem.fatal and problem.found})


def check_paths(
    paths: Iterable[str | os.PathLike[str]],
    config: Config | Configs | None = None,
    *,
    force_exclude: bool = False,
    cached: bool = False,
    processes: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Lints files and folders. Nothing is raised for a single file: what cannot be linted is among the problems.

    With `force_exclude` an excluded file stays out even if it is named. `progress` is told how many files of how many
    are done. With `cached` a project's `.lora-lint_cache` is used, with `processes` several of them where they pay.
    Raises ConfigError.
    """
    configs = config if isinstance(config, Configs) else Configs(config)
    found = discover(paths, configs, force=force_exclude)
    problems = [Problem(missed.path, missed.message, found=False) for missed in found.missed]
    check = Check(configs, problems, cached=cached, processes=processes)
    findings = check.files(found.files, progress)
    return Result(findings, check.problems, len(found.files))


def check_text(name: str | os.PathLike[str], data: bytes, config: Config | Configs | None = None) -> Result:
    """Lints bytes as if the file of that name held them, in the project that it belongs to. Raises ConfigError."""
    from lora_lint.engine.batch import Batch

    configs = config if isinstance(config, Configs) else Configs(config)
    path = os.path.abspath(name)
    why_not = refused(path, configs)
    if why_not is not None:
        return Result([], [Problem(path, why_not)], 1)
    batch = Batch(configs)
    check = Check(configs, batch=batch)
    check.hold(path, data)
    return Result(check.files({path: None}), check.problems, 1)


class Check:
    """Lints a list of files; what kept one from being linted is collected in `problems`."""

    def __init__(
        self,
        configs: Configs,
        problems: list[Problem] | None = None,
        batch: Batch | None = None,
        *,
        cached: bool = False,
        processes: bool = False,
    ) -> None:
        self.configs, self.cached, self.processes = configs, cached, processes
        self.problems = problems if problems is not None else []
        self._batch = batch
        self._asked: set[str] = set()  # the files to lint, and those of which something has been said

    def hold(self, path: str, data: bytes) -> None:
        """Lints a file as if it held these bytes."""
        from pathlib import Path

        self.batch().project(Path(path), None).hold(Path(path), data)

    def files(self, files: dict[str, str | None], progress: Callable[[int, int], None] | None = None) -> list[Finding]:
        """The findings in files, each given with the folder that it was found under. Raises ConfigError."""
        self._asked = set(files)
        keywords = {path: named for path in files if (named := self._names_peft(path, files[path])) is not None}
        wanted = relevant(files, keywords)
        few = len(files) <= FEW
        if self.processes and len(wanted) > 1:
            self._prepare({path: files[path] for path in files if path in wanted}, progress)
        findings: list[Finding] = []
        for done, (path, named) in enumerate(keywords.items()):
            if progress is not None:
                progress(done, len(keywords))
            if few and not named and not self._parses(path, files[path]):
                continue
            if path in wanted:
                findings += self._findings(path, files[path])
        return findings

    def _names_peft(self, path: str, given: str | None) -> bool | None:
        """Does a file name PEFT? None, and a problem, where it cannot be read."""
        try:
            return names_peft(self._read(path, given))
        except OSError as error:
            self.problems.append(Problem(path, unread(path, error)))
        return None

    def _parses(self, path: str, given: str | None) -> bool:
        """Is a file that names nothing of PEFT one that could be read as Python?"""
        try:
            found = complaint(path, self._read(path, given))
        except OSError as error:
            found = unread(path, error), None
        if found is not None:
            self.problems.append(Problem(path, *found))
        return found is None

    def _read(self, path: str, given: str | None) -> bytes:
        """The bytes of a file, as its project holds them where somebody holds any."""
        if self._batch is None:
            return read_regular(path)
        from pathlib import Path

        return self._batch.project(Path(path), Path(given) if given is not None else None).read(Path(path))

    def batch(self) -> Batch:
        """The batch that interprets, made when the first file needs it."""
        if self._batch is None:
            from lora_lint.engine.batch import Batch

            self._batch = Batch(self.configs, cached=self.cached)
        return self._batch

    def _prepare(self, files: dict[str, str | None], progress: Callable[[int, int], None] | None) -> None:
        from pathlib import Path

        batch = self.batch()
        pairs = ((Path(path), Path(given) if given is not None else None) for path, given in files.items())
        batch.prepare(pairs, progress)

    def _findings(self, path: str, given: str | None) -> list[Finding]:
        from pathlib import Path

        from lora_lint.source.syntax import ParseError
        from lora_lint.source.text import Unreadable

        batch = self.batch()
        try:
            found = batch.check(Path(path), Path(given) if given is not None else None)
            for cell in batch.left_out.get(path, ()):
                self.problems.append(Problem(path, f"cell {cell} is not Python and left out", fatal=False))
            for note in batch.notes.get(path, ()):
                self.problems.append(Problem(path, note, fatal=False))
            for fault in batch.faults.get(path, ()):
                said = f"internal error, please report it: {fault}"
                self.problems.append(Problem(path, said, fatal=False, internal=True))
            for finding in batch.elsewhere.get(path, ()):
                if finding.filename not in self._asked and self._counts(finding):
                    where = f"{os.path.relpath(finding.filename)}:{finding.location.row}"
                    said = f"leads to a finding in a file that is not among those to lint: {where}: {finding.code}"
                    self.problems.append(Problem(path, said, fatal=False))
            return found
        except (Unreadable, ParseError) as error:
            self.problems.append(Problem(path, str(error), getattr(error, "row", None)))
        except OSError as error:
            self.problems.append(Problem(path, unread(path, error)))
        except ConfigError:
            raise
        except RecursionError:
            self.problems.append(Problem(path, "nested too deeply to be followed"))
        except Exception as error:
            if os.environ.get("LORA_LINT_DEBUG"):
                raise
            self.problems.append(Problem(path, internal(error), internal=True))
        return []

    def _counts(self, finding: Finding) -> bool:
        """Would linting the file of a finding show it, and is this the first that is said of the file?"""
        from lora_lint.settings.selection import off_in

        self._asked.add(finding.filename)
        config = self.configs.of_file(finding.filename)
        if config.baseline is not None or off_in(finding.filename, config)(finding.code, finding.name):
            return False
        return bool(discover([finding.filename], self.configs, force=True).files)
