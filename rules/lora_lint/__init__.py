"""lora-lint: follows the life of a PEFT model through a training script.

The one door for the command line, the language server, the runner and tests. Everything is loaded when it is first
asked for, so that `import lora_lint` costs next to nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lora_lint.version import __version__ as __version__

# what can be had from `lora_lint`, by the module that it lives in
_MODULES = {
    "checking": "Result check_paths check_text",
    "correcting": "Corrected fix_paths fix_text",
    "engine.session": "Analysis",
    "finding": "Edit Finding Fix Location Related",
    "fixes.applying.held": "Change",
    "problems": "Problem internal",
    "project.discovery": "discover",
    "registry": "RuleInfo explain rules",
    "scripts": "FixedScript fix_script trace_script",
    "settings.config": "Config ConfigError",
    "settings.configs": "Configs load_config",
    "settings.reading": "unknown_rule with_settings",
    "silencing.baseline": "without_known write_baseline",
    "silencing.ignoring": "ignore_here ignore_in_file rules_named",
    "source.magics": "unindented without_magics",
    "source.notebook": "cells_of",
    "source.python": "python_tree",
    "source.reading": "lines_in",
    "source.suffixes": "SUFFIXES",
    "source.syntax": "ParseError",
    "source.text": "Unreadable decode",
    "source.writing": "Unwritten put replace",
    "spelling": "nearest",
    "suppressing": "Suppressed suppress_paths",
    "texts": "FixedNotebook FixedSource analyze_source check_notebook check_source fix_notebook fix_source "
    "trace_notebook trace_source",
    "workspace": "Workspace",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}
__all__ = ["__version__", *_HOMES]

if TYPE_CHECKING:  # the same once more, in the form that type checkers read
    from lora_lint.checking import Result as Result
    from lora_lint.checking import check_paths as check_paths
    from lora_lint.checking import check_text as check_text
    from lora_lint.correcting import Corrected as Corrected
    from lora_lint.correcting import fix_paths as fix_paths
    from lora_lint.correcting import fix_text as fix_text
    from lora_lint.engine.session import Analysis as Analysis
    from lora_lint.finding import Edit as Edit
    from lora_lint.finding import Finding as Finding
    from lora_lint.finding import Fix as Fix
    from lora_lint.finding import Location as Location
    from lora_lint.finding import Related as Related
    from lora_lint.fixes.applying.held import Change as Change
    from lora_lint.problems import Problem as Problem
    from lora_lint.problems import internal as internal
    from lora_lint.project.discovery import discover as discover
    from lora_lint.registry import RuleInfo as RuleInfo
    from lora_lint.registry import explain as explain
    from lora_lint.registry import rules as rules
    from lora_lint.scripts import FixedScript as FixedScript
    from lora_lint.scripts import fix_script as fix_script
    from lora_lint.scripts import trace_script as trace_script
    from lora_lint.settings.config import Config as Config
    from lora_lint.settings.config import ConfigError as ConfigError
    from lora_lint.settings.configs import Configs as Configs
    from lora_lint.settings.configs import load_config as load_config
    from lora_lint.settings.reading import unknown_rule as unknown_rule
    from lora_lint.settings.reading import with_settings as with_settings
    from lora_lint.silencing.baseline import without_known as without_known
    from lora_lint.silencing.baseline import write_baseline as write_baseline
    from lora_lint.silencing.ignoring import ignore_here as ignore_here
    from lora_lint.silencing.ignoring import ignore_in_file as ignore_in_file
    from lora_lint.silencing.ignoring import rules_named as rules_named
    from lora_lint.source.magics import unindented as unindented
    from lora_lint.source.magics import without_magics as without_magics
    from lora_lint.source.notebook import cells_of as cells_of
    from lora_lint.source.python import python_tree as python_tree
    from lora_lint.source.reading import lines_in as lines_in
    from lora_lint.source.suffixes import SUFFIXES as SUFFIXES
    from lora_lint.source.syntax import ParseError as ParseError
    from lora_lint.source.text import Unreadable as Unreadable
    from lora_lint.source.text import decode as decode
    from lora_lint.source.writing import Unwritten as Unwritten
    from lora_lint.source.writing import put as put
    from lora_lint.source.writing import replace as replace
    from lora_lint.spelling import nearest as nearest
    from lora_lint.suppressing import Suppressed as Suppressed
    from lora_lint.suppressing import suppress_paths as suppress_paths
    from lora_lint.texts import FixedNotebook as FixedNotebook
    from lora_lint.texts import FixedSource as FixedSource
    from lora_lint.texts import analyze_source as analyze_source
    from lora_lint.texts import check_notebook as check_notebook
    from lora_lint.texts import check_source as check_source
    from lora_lint.texts import fix_notebook as fix_notebook
    from lora_lint.texts import fix_source as fix_source
    from lora_lint.texts import trace_notebook as trace_notebook
    from lora_lint.texts import trace_source as trace_source
    from lora_lint.workspace import Workspace as Workspace


class _Package(ModuleType):
    """Finds each name where it lives. The function `rules` keeps its name when the package of that name is imported."""

    def __getattr__(self, name: str) -> Any:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found = getattr(import_module(f"lora_lint.{home}"), name)
        super().__setattr__(name, found)  # it is not asked for again
        return found

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
