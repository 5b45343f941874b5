"""Rooms: the files under one set of the editor's settings, with the texts that the editor has open."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import lora_lint
from lora_lint import Config, Configs, Finding, discover
from lora_lint_lsp.target import ConfigTrouble, Target, Trace
from lora_lint_lsp.text import split_lines


class Kind(NamedTuple):
    """Which settings count in a room: by default those of the editor above those of config files."""

    defaults: bool = False  # a config file is broken, and the linter's own defaults stand in for it
    other_layout: bool = False  # fixes lay the directories out the other way


AS_SET = Kind()


class Room:
    """One set of settings, whose patterns count from a folder. `trouble` is what was wrong with the editor's own."""

    def __init__(self, table: Mapping[str, Any], kind: Kind, folder: str | None) -> None:
        self._table = dict(table)
        self._kind, self._folder = kind, folder
        named = self._table.pop("configuration", None)
        fixed = Config() if kind.defaults else None
        self.trouble: ConfigTrouble | None = None
        try:
            lora_lint.with_settings(Config(), self._table, folder=folder)
            fixed = lora_lint.load_config(Path(named), folder) if named and not kind.defaults else fixed
        except lora_lint.ConfigError as error:
            self.trouble = ConfigTrouble("", str(error).removeprefix("config: "), 1)
            self._table = {}
        self.configs = Configs(fixed, self._adjusted)
        self.workspace = lora_lint.Workspace(self.configs)

    def _adjusted(self, config: Config) -> Config:
        """A config file's settings with the editor's above them."""
        config = lora_lint.with_settings(config, self._table, folder=self._folder)
        if not self._kind.other_layout:
            return config
        return config._replace(adapter_layout="in-place" if config.adapter_layout == "beside" else "beside")

    def config(self, target: Target) -> Config:
        """The settings for a script. Raises ConfigError."""
        home = os.path.expanduser("~")
        return self.configs.of_file(target.name if target.on_disk else os.path.join(home, "untitled.py"))

    def check(self, target: Target) -> list[Finding]:
        """The findings, without those of a baseline. Raises ParseError, Unreadable, OSError and ConfigError."""
        config = self.config(target)
        if target.on_disk:
            return [] if self._excluded(target) else self._new(self.workspace.check(target.name), target, config)
        if target.cells is not None:
            return lora_lint.check_notebook(target.cells, target.name, config)
        return lora_lint.check_source(target.text or "", target.name, config)

    def fixed(self, target: Target, codes: frozenset[str] | None, unsafe: bool) -> Target:
        """The script corrected: of `codes` only, where given. Raises like `check`."""
        config = self.config(target)
        unsafe = unsafe or config.unsafe_fixes

        known: set[tuple[str, str]] = set()

        def wanted(finding: Finding) -> bool:
            return (codes is None or finding.code in codes) and (finding.code, finding.message) not in known

        if target.on_disk and self._excluded(target):
            return target
        if target.on_disk:
            found = self.workspace.check(target.name)
            known = _said(found) - _said(self._new(found, target, config))
            return target.with_texts(self.workspace.fix(target.name, unsafe=unsafe, select=wanted))
        if target.cells is not None:
            notebook = lora_lint.fix_notebook(target.cells, target.name, config, unsafe=unsafe, select=wanted)
            return target._replace(cells=notebook.cells)
        fixed = lora_lint.fix_source(target.text or "", target.name, config, unsafe=unsafe, select=wanted)
        return target._replace(text=fixed.text)

    def trace(self, target: Target) -> Trace:
        """The life of the models. Raises like `check`."""
        config = self.config(target)
        if target.on_disk:
            return self.workspace.trace(target.name)
        if target.cells is not None:
            return lora_lint.trace_notebook(target.cells, target.name, config)
        return lora_lint.trace_source(target.text or "", target.name, config)

    def _new(self, findings: list[Finding], target: Target, config: Config) -> list[Finding]:
        """The findings in a file that the baseline of its settings does not know; all where it cannot be read."""
        if config.baseline is None:
            return findings
        try:
            return lora_lint.without_known(config.baseline, findings, lambda _, cell: split_lines(target.text_of(cell)))
        except lora_lint.ConfigError as error:
            self.trouble = self.trouble or ConfigTrouble("", str(error), 1)
            return findings

    def _excluded(self, target: Target) -> bool:
        """Would linting its folder leave the file out? One that was deleted under the editor is still linted."""
        return os.path.exists(target.name) and not discover([target.name], self.configs, force=True).files


class Rooms:
    """A room for each folder that has settings of its own; "" is for the files outside of all folders."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._tables: dict[str, Mapping[str, Any]] = {}
        self._rooms: dict[tuple[str, Kind], Room] = {}

    def of(self, name: str, kind: Kind = AS_SET) -> Room:
        """The room of a file: that of the innermost folder that holds it."""
        inside = [folder for folder in self._tables if folder and Path(folder) in Path(name).parents]
        folder = max(inside, key=len, default="")
        key = (folder, kind)
        if key not in self._rooms:
            self._rooms[key] = room = Room(self._tables.get(folder, {}), kind, folder or None)
            for path, text in self._texts.items():
                room.workspace.set_text(path, text)
        return self._rooms[key]

    def configure(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        """The editor's settings by folder, in the keys of a config file."""
        self._tables = dict(tables)
        self._rooms.clear()

    def set_text(self, name: str, text: str | None) -> None:
        """A file as the editor has it; None where it counts as on disk again."""
        if self._texts.get(name) == text:
            return
        if text is None:
            del self._texts[name]
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

    def interrupted(self) -> None:
        """Work was ended in the middle: what it had half worked out of the projects' files is dropped."""
        for room in self._rooms.values():
            room.workspace.changed(self._texts)
            for path, text in self._texts.items():  # a correction holds others
                room.workspace.set_text(path, text)


def _said(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.message) for finding in findings}


def trouble_of(error: lora_lint.ConfigError) -> ConfigTrouble:
    """Path and line out of a ConfigError, which begins with `path:line: ` where the line is known."""
    found = re.match(r"(?P<path>.+?\.toml)(?::(?P<row>\d+))?: (?P<rest>.*)", str(error), re.DOTALL)
    if found is None:
        return ConfigTrouble("", str(error), 1)
    return ConfigTrouble(found["path"], found["rest"], int(found["row"] or 1))
