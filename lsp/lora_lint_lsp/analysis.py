"""What the analysis process does: the one place that asks the linter. Everything else of the server talks to this.

Runs in a process of its own (see `worker`), since parsing holds the interpreter's lock: a file of 20 000 lines would
stop the server for seconds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import lora_lint
from lora_lint import Config, Configs, Finding, discover

Trace = dict[str, Any]
Answer = TypeVar("Answer")
DEFAULTS = "defaults"


class Target(NamedTuple):
    """What is to be linted: a file as the editor has it, a buffer that was never saved, or a notebook's code cells.

    `name` is the absolute path, or the URI where there is no file.
    """

    name: str
    text: str | None = None
    cells: tuple[str, ...] | None = None
    on_disk: bool = True


class Trouble(NamedTuple):
    """Why a text could not be linted, in one line; `row` where that is known."""

    message: str
    row: int | None = None


class ConfigTrouble(NamedTuple):
    """A config file that cannot be used, and where in it."""

    path: str
    message: str
    row: int


class Checked(NamedTuple):
    """The outcome of a lint: findings, or the trouble that kept it from happening; and notes for the log."""

    findings: tuple[Finding, ...]
    trouble: Trouble | None = None
    config_trouble: ConfigTrouble | None = None


class Room(NamedTuple):
    """The files under one set of the editor's settings: how config files are read there, and what is open."""

    configs: Configs
    workspace: lora_lint.Workspace
    trouble: ConfigTrouble | None


class Analyses:
    """All open texts and what the linter knows of them."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._tables: dict[str, Mapping[str, Any]] = {}
        self._rooms: dict[str, Room] = {}
        self._by_default = False  # a config file is broken: the default settings count

    # -- what the editor says --------------------------------------------------------------------------------------

    def configure(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        """The editor's settings by folder ("" for files outside of all folders), in the keys of a config file."""
        self._tables = dict(tables)
        self._rooms.clear()

    def set_text(self, name: str, text: str | None) -> None:
        """A file as the editor has it; None where it counts as on disk again."""
        if self._texts.get(name) == text:
            return
        if text is None:
            self._texts.pop(name, None)
        else:
            self._texts[name] = text
        for room in self._rooms.values():
            room.workspace.set_text(name, text)

    def changed(self, names: Iterable[str]) -> None:
        """Files, configs or folders changed on disk."""
        paths = list(names)
        if any(not path.endswith(".py") for path in paths):
            self._rooms.clear()  # settings may differ now
        for room in self._rooms.values():
            room.workspace.changed(paths)

    # -- what the editor asks --------------------------------------------------------------------------------------

    def check(self, target: Target) -> Checked:
        """Lints a text. Never raises: what went wrong is in the answer."""
        findings, trouble, config_trouble = self._try(target.name, lambda: self._check(target))
        return Checked(tuple(findings or ()), trouble, config_trouble)

    def trace(self, target: Target) -> Trace | None:
        """The life of every model in a text; None where it cannot be read."""
        return self._try(target.name, lambda: self._trace(target))[0]

    def dependents(self, name: str) -> list[str]:
        """Files whose findings may change when this one does."""
        found = self._try(name, lambda: self._room(name).workspace.dependents(name))[0]
        return [str(path) for path in found or ()]

    def fixed(self, target: Target, codes: frozenset[str] | None, unsafe: bool) -> Target | None:
        """The script with its findings corrected (those of `codes` only, where given); None where nothing can be."""
        return self._try(target.name, lambda: self._fixed(target, codes, unsafe))[0]

    def other_layout(self, target: Target) -> tuple[Finding, ...]:
        """The findings with the fixes that the other adapter layout would make."""
        return tuple(self._try(target.name, lambda: self._other_layout(target))[0] or ())

    # -- the linter's public API -----------------------------------------------------------------------------------

    def _check(self, target: Target) -> list[Finding]:
        config = self._config(target)
        if self._excluded(target):
            return []
        if target.cells is not None:
            return lora_lint.check_notebook(target.cells, target.name, config)
        if not target.on_disk:
            return lora_lint.check_source(target.text or "", target.name, config)
        if target.text is not None:
            self.set_text(target.name, target.text)
        return self._room(target.name).workspace.check(target.name)

    def _excluded(self, target: Target) -> bool:
        """Would linting its folder leave the file out? One that was deleted under the editor is still linted."""
        if not target.on_disk or not os.path.exists(target.name):
            return False
        return not discover([target.name], self._room(target.name).configs, force=True).files

    def _trace(self, target: Target) -> Trace:
        config = self._config(target)
        if target.cells is not None:
            return lora_lint.trace_notebook(target.cells, target.name, config)
        if not target.on_disk:
            return lora_lint.trace_source(target.text or "", target.name, config)
        if target.text is not None:
            self.set_text(target.name, target.text)
        return self._room(target.name).workspace.trace(target.name)

    def _fixed(self, target: Target, codes: frozenset[str] | None, unsafe: bool) -> Target | None:
        from lora_lint_lsp.correct import corrected

        unsafe = unsafe or self._config(target).unsafe_fixes

        def wanted(finding: Finding) -> bool:
            safe = finding.fix is not None and finding.fix.applicability == "safe"
            return (safe or unsafe) and (codes is None or finding.code in codes)

        try:
            made = corrected(target, self._check, wanted)
        finally:
            if target.on_disk and target.text is not None:
                self.set_text(target.name, target.text)
        return made if made != target else None

    def _other_layout(self, target: Target) -> list[Finding]:
        config = self._config(target)
        other = config._replace(adapter_layout="in-place" if config.adapter_layout == "beside" else "beside")
        if target.cells is not None:
            return lora_lint.check_notebook(target.cells, target.name, other)
        return lora_lint.check_source(target.text or "", target.name, other)

    # -- settings --------------------------------------------------------------------------------------------------

    def _room(self, name: str) -> Room:
        """The room of a file: that of the innermost folder that holds it."""
        inside = [folder for folder in self._tables if folder and Path(folder) in Path(name).parents]
        folder = DEFAULTS if self._by_default else max(inside, key=len, default="")
        if folder not in self._rooms:
            fixed = Config() if self._by_default else None
            self._rooms[folder] = room = _furnished(self._tables.get(folder, {}), fixed)
            for path, text in self._texts.items():
                room.workspace.set_text(path, text)
        return self._rooms[folder]

    def _config(self, target: Target) -> Config:
        """The settings for a script. Raises ConfigError."""
        configs = self._room(target.name).configs
        return configs.of_file(target.name if target.on_disk else os.path.join(os.path.expanduser("~"), "untitled.py"))

    def _try(self, name: str, ask: Callable[[], Answer]) -> tuple[Answer | None, Trouble | None, ConfigTrouble | None]:
        trouble: Trouble | None
        try:
            return ask(), None, self._room(name).trouble
        except lora_lint.ParseError as error:
            trouble = Trouble(str(error), error.row)
        except lora_lint.Unreadable as error:
            trouble = Trouble(str(error))
        except OSError as error:
            trouble = Trouble(f"cannot be read: {error.strerror}")
        except lora_lint.ConfigError as error:
            self._by_default = True
            try:
                found, trouble, _ = self._try(name, ask)
            finally:
                self._by_default = False
            return found, trouble, _config_trouble(str(error))
        return None, trouble, None


def _furnished(table: Mapping[str, Any], fixed: Config | None) -> Room:
    """A room where the editor's settings stand above those of config files."""
    from lora_lint.settings import from_table

    own = dict(table)
    named = own.pop("configuration", None)
    trouble = None
    try:
        fixed = lora_lint.load_config(Path(named)) if named else fixed
        wished = from_table(own)
    except lora_lint.ConfigError as error:
        trouble = ConfigTrouble("", str(error).removeprefix("config: "), 1)
        own, wished = {}, Config()
    fields = {key.replace("-", "_") for key in own} & set(Config._fields)

    def adjust(config: Config) -> Config:
        versions = tuple(sorted((dict(config.versions) | dict(wished.versions)).items()))
        return config._replace(versions=versions, **{field: getattr(wished, field) for field in fields})

    configs = Configs(fixed, adjust)
    return Room(configs, lora_lint.Workspace(configs), trouble)


def _config_trouble(message: str) -> ConfigTrouble:
    """Path and line out of a ConfigError, which begins with `path:line: ` where the line is known."""
    found = re.match(r"(?P<path>.+?\.toml)(?::(?P<row>\d+))?: (?P<rest>.*)", message, re.DOTALL)
    if found is None:
        return ConfigTrouble("", message, 1)
    return ConfigTrouble(found["path"], found["rest"], int(found["row"] or 1))
