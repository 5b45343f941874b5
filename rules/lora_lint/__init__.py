"""lora-lint: follows the life of a PEFT model through a training script.

The one door for the command line, the language server, the runner and tests. Everything is loaded when it is first
asked for, so that `import lora_lint` costs next to nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lora_lint.version import __version__

if TYPE_CHECKING:
    from lora_lint.checking import Problem, Result, check_paths, check_text, internal
    from lora_lint.correcting import Corrected, fix_paths, fix_text
    from lora_lint.engine.session import Analysis
    from lora_lint.finding import Edit, Finding, Fix, Location, Related
    from lora_lint.fixes.held import Change
    from lora_lint.ignoring import ignore_here, ignore_in_file, rules_named
    from lora_lint.names import nearest
    from lora_lint.project.discovery import discover
    from lora_lint.registry import RuleInfo, explain, rules
    from lora_lint.scripts import FixedScript, fix_script, trace_script
    from lora_lint.settings.config import Config, ConfigError
    from lora_lint.settings.configs import Configs, load_config
    from lora_lint.settings.reading import unknown_rule, with_settings
    from lora_lint.source.magics import without_magics
    from lora_lint.source.notebook import cells_of
    from lora_lint.source.reading import lines_in
    from lora_lint.source.suffixes import SUFFIXES
    from lora_lint.source.syntax import ParseError
    from lora_lint.source.text import Unreadable, decode
    from lora_lint.source.writing import Unwritten, put, replace
    from lora_lint.suppressing import Suppressed, suppress_paths
    from lora_lint.texts import (
        FixedNotebook,
        FixedSource,
        analyze_source,
        check_notebook,
        check_source,
        fix_notebook,
        fix_source,
        trace_notebook,
        trace_source,
    )
    from lora_lint.workspace import Workspace

_HOMES = {
    "Analysis": "engine.session",
    "Change": "fixes.held",
    "Config": "settings.config",
    "ConfigError": "settings.config",
    "Configs": "settings.configs",
    "Corrected": "correcting",
    "Edit": "finding",
    "Finding": "finding",
    "Fix": "finding",
    "FixedNotebook": "texts",
    "FixedScript": "scripts",
    "FixedSource": "texts",
    "Location": "finding",
    "ParseError": "source.syntax",
    "Problem": "checking",
    "Related": "finding",
    "Result": "checking",
    "RuleInfo": "registry",
    "SUFFIXES": "source.suffixes",
    "Suppressed": "suppressing",
    "Unreadable": "source.text",
    "Unwritten": "source.writing",
    "Workspace": "workspace",
    "analyze_source": "texts",
    "cells_of": "source.notebook",
    "check_notebook": "texts",
    "check_paths": "checking",
    "check_source": "texts",
    "check_text": "checking",
    "decode": "source.text",
    "discover": "project.discovery",
    "explain": "registry",
    "fix_notebook": "texts",
    "fix_paths": "correcting",
    "fix_script": "scripts",
    "fix_source": "texts",
    "ignore_here": "ignoring",
    "ignore_in_file": "ignoring",
    "lines_in": "source.reading",
    "fix_text": "correcting",
    "internal": "checking",
    "load_config": "settings.configs",
    "nearest": "names",
    "put": "source.writing",
    "replace": "source.writing",
    "rules": "registry",
    "rules_named": "ignoring",
    "suppress_paths": "suppressing",
    "trace_notebook": "texts",
    "trace_script": "scripts",
    "trace_source": "texts",
    "unknown_rule": "settings.reading",
    "with_settings": "settings.reading",
    "without_magics": "source.magics",
}

__all__ = [
    "SUFFIXES",
    "Analysis",
    "Change",
    "Config",
    "ConfigError",
    "Configs",
    "Corrected",
    "Edit",
    "Finding",
    "Fix",
    "FixedNotebook",
    "FixedScript",
    "FixedSource",
    "Location",
    "ParseError",
    "Problem",
    "Related",
    "Result",
    "RuleInfo",
    "Suppressed",
    "Unreadable",
    "Unwritten",
    "Workspace",
    "__version__",
    "analyze_source",
    "cells_of",
    "check_notebook",
    "check_paths",
    "check_source",
    "check_text",
    "decode",
    "discover",
    "explain",
    "fix_notebook",
    "fix_paths",
    "fix_script",
    "fix_source",
    "fix_text",
    "ignore_here",
    "ignore_in_file",
    "internal",
    "lines_in",
    "load_config",
    "nearest",
    "put",
    "replace",
    "rules",
    "rules_named",
    "suppress_paths",
    "trace_notebook",
    "trace_script",
    "trace_source",
    "unknown_rule",
    "with_settings",
    "without_magics",
]


class _Package(ModuleType):
    """Finds each name where it lives. The function `rules` keeps its name when the package of that name is imported."""

    def __getattr__(self, name: str) -> Any:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"lora_lint.{home}"), name)

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
