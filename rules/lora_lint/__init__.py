"""lora-lint: follows the life of a PEFT model through a training script.

The one door for the command line, the language server, the runner and tests. Everything is loaded when it is first
asked for, so that `import lora_lint` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lora_lint.version import __version__

if TYPE_CHECKING:
    from lora_lint.config import Config, ConfigError, load_config
    from lora_lint.engine import (
        Analysis,
        FixedSource,
        Problem,
        Result,
        analyze_source,
        check_paths,
        check_source,
        fix_source,
        trace_source,
    )
    from lora_lint.finding import Edit, Finding, Fix, Location, Related
    from lora_lint.registry import RuleInfo, explain, rules

_HOMES = {
    "Analysis": "engine",
    "Config": "config",
    "ConfigError": "config",
    "Edit": "finding",
    "Finding": "finding",
    "Fix": "finding",
    "FixedSource": "engine",
    "Location": "finding",
    "Problem": "engine",
    "Related": "finding",
    "Result": "engine",
    "RuleInfo": "registry",
    "analyze_source": "engine",
    "check_paths": "engine",
    "check_source": "engine",
    "explain": "registry",
    "fix_source": "engine",
    "load_config": "config",
    "rules": "registry",
    "trace_source": "engine",
}

__all__ = [
    "Analysis",
    "Config",
    "ConfigError",
    "Edit",
    "Finding",
    "Fix",
    "FixedSource",
    "Location",
    "Problem",
    "Related",
    "Result",
    "RuleInfo",
    "__version__",
    "analyze_source",
    "check_paths",
    "check_source",
    "explain",
    "fix_source",
    "load_config",
    "rules",
    "trace_source",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"lora_lint.{home}"), name)
