"""The corrected script, in memory: what the linter's fixes make of it, what they leave, and what is predicted of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

import lora_lint
from lora_lint_runner.options import Options

LIBRARIES = ("accelerate", "diffusers", "peft", "torch", "transformers", "trl")  # whose releases a prediction goes by


class Unlinted(Exception):
    """A script that cannot be linted, hence not run; the text says why."""


class Corrected(NamedTuple):
    """New contents by file, what stood there before, the findings that were corrected, those that stay, and notes on
    releases."""

    files: dict[Path, bytes]
    originals: dict[Path, bytes]
    applied: list[lora_lint.Finding]
    remaining: list[lora_lint.Finding]
    notes: tuple[str, ...] = ()

    def row_as_written(self, path: Path, cell: int | None, row: int) -> int:
        """The row of a file, or of its cell, before the correction; of a row that is new that of the one below it."""
        if path not in self.files:
            return row
        written, corrected = (
            lora_lint.lines_in(str(path), data).get(cell, []) for data in (self.originals[path], self.files[path])
        )
        for _, i1, i2, j1, j2 in SequenceMatcher(None, corrected, written, autojunk=False).get_opcodes():
            if i1 < row <= i2:
                return min(j1 + row - i1 - 1, max(j2 - 1, j1)) + 1
        return row

    def changed(self) -> Iterator[tuple[Path, int | None, int, int]]:
        """The lines that the correction has made: of each run of them the file, the cell, first and last row."""
        for path, data in self.files.items():
            written = lora_lint.lines_in(str(path), self.originals[path])
            for cell, corrected in lora_lint.lines_in(str(path), data).items():
                for tag, _, _, j1, j2 in SequenceMatcher(
                    None, written.get(cell, []), corrected, autojunk=False
                ).get_opcodes():
                    if tag in ("replace", "insert"):
                        yield path, cell, j1 + 1, j2


def correct(
    script: Path, options: Options, root: Path | None = None, releases: Mapping[str, str] | None = None
) -> Corrected:
    """Corrects a script and the modules of its project, the folder of which is known where no file marks it, for the
    releases that it asks for and for those that it runs with. Raises Unlinted and lora_lint.ConfigError."""
    config = settings(script, options)
    try:
        fixed = lora_lint.fix_script(script, config, unsafe=options.unsafe_fixes, root=root, runs_with=releases)
    except (lora_lint.ParseError, lora_lint.Unreadable) as error:
        row = getattr(error, "row", None)
        raise Unlinted(f"{script.name}{f':{row}' if row else ''}: {error}") from None
    except OSError as error:
        raise Unlinted(f"{script.name}: cannot be read: {error.strerror}") from None
    files = {Path(change.path): change.after for change in fixed.changes}
    originals = {Path(change.path): change.before for change in fixed.changes}
    installed = releases or {}
    notes = tuple(
        f"the project asks for {library}{specifier} ({place}); this ran with {installed[library]}"
        for library, specifier, place in fixed.other_releases
    )
    return Corrected(files, originals, fixed.applied, fixed.remaining, notes)


def settings(script: Path, options: Options) -> lora_lint.Config:
    """The linter's settings for a script, with those of the command line. Raises lora_lint.ConfigError."""
    if options.config is not None:
        config = lora_lint.load_config(options.config)
    else:
        config = lora_lint.Configs().of_file(os.path.abspath(script))
    if options.select:
        config = config._replace(select=options.select)
    return config._replace(
        ignore=(*config.ignore, *options.ignore),
        extend_select=(*config.extend_select, *options.extend_select),
        preview=config.preview or options.preview,
    )


def for_releases(config: lora_lint.Config, releases: Mapping[str, str]) -> lora_lint.Config:
    """The settings, for scripts that run with these releases whatever their project asks for."""
    return config._replace(versions=tuple(sorted({**dict(config.versions), **releases}.items())))


def predicted(
    script: Path, config: lora_lint.Config, argv: tuple[str, ...], root: Path, variables: Mapping[str, str]
) -> dict[str, Any]:
    """The trace of a script as it lies in the box, in a copy of its project that has no repository, with the
    environment of this process and variables that the run adds. An analysis that fails predicts nothing, and says so
    in a note."""
    around = {**os.environ, **variables}
    try:
        return lora_lint.trace_script(script, config, list(argv) if argv else None, environment=around, root=root)
    except (lora_lint.ParseError, lora_lint.Unreadable, OSError) as error:
        return {"events": [], "sites": [], "notes": [f"no prediction: {error}"]}
