"""lora-lint: follows the life of a PEFT model through a training script.

The one door for the command line, the language server, the runner and tests. Everything is loaded when it is first
asked for, so that `import lora_lint` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lora_lint.version import __version__

if TYPE_CHECKING:
    from lora_lint.checking import Problem, Result, check_paths
    from lora_lint.config import Config, ConfigError, Configs, load_config
    from lora_lint.engine import (
        Analysis,
        FixedScript,
        FixedSource,
        ParseError,
        Workspace,
        analyze_source,
        check_notebook,
        check_source,
        fix_script,
        fix_source,
        trace_script,
        trace_source,
    )
    from lora_lint.finding import Edit, Finding, Fix, Location, Related
    from lora_lint.registry import RuleInfo, explain, rules
    from lora_lint.source.text import Unreadable

_HOMES = {
    "Analysis": "engine",
    "Config": "config",
    "ConfigError": "config",
    "Configs": "config",
    "Edit": "finding",
    "Finding": "finding",
    "Fix": "finding",
    "FixedScript": "engine",
    "FixedSource": "engine",
    "Location": "finding",
    "ParseError": "engine",
    "Problem": "checking",
    "Related": "finding",
    "Result": "checking",
    "RuleInfo": "registry",
    "Unreadable": "source.text",
    "Workspace": "engine",
    "analyze_source": "engine",
    "check_notebook": "engine",
    "check_paths": "checking",
    "check_source": "engine",
    "explain": "registry",
    "fix_script": "engine",
    "fix_source": "engine",
    "load_config": "config",
    "rules": "registry",
    "trace_script": "engine",
    "trace_source": "engine",
}

__all__ = [
    "Analysis",
    "Config",
    "ConfigError",
    "Configs",
    "Edit",
    "Finding",
    "Fix",
    "FixedScript",
    "FixedSource",
    "Location",
    "ParseError",
    "Problem",
    "Related",
    "Result",
    "RuleInfo",
    "Unreadable",
    "Workspace",
    "__version__",
    "analyze_source",
    "check_notebook",
    "check_paths",
    "check_source",
    "explain",
    "fix_script",
    "fix_source",
    "load_config",
    "rules",
    "trace_script",
    "trace_source",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"lora_lint.{home}"), name)
