"""The editor's settings, section `loraLint`: read leniently, so that a wrong value costs one message, no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

SECTION = "loraLint"


class Options(NamedTuple):
    """Settings of one folder. `lint` holds the linter's own, in the keys of a config file."""

    enable: bool = True
    show_syntax_errors: bool = False
    inlay_hints: str = "auto"  # "off", "auto" (in files with findings), "on"
    code_lens: bool = True
    symbols: bool = True
    hover: bool = True
    run_python: str = ""
    run_arguments: tuple[str, ...] = ()
    run_options: tuple[str, ...] = ()
    run_made_up_rows: bool = False
    run_time_limit: int = 120
    run_open_report: bool = True
    lint: Mapping[str, Any] = {}


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of texts")
    return tuple(value)


def _seconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise ValueError("a number of seconds")
    return value


def _hints(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if value not in ("off", "auto", "on"):
        raise ValueError('"off", "auto" or "on"')
    return str(value)


KNOWN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "enable": ("enable", _flag),
    "showSyntaxErrors": ("show_syntax_errors", _flag),
    "inlayHints": ("inlay_hints", _hints),
    "codeLens": ("code_lens", _flag),
    "documentSymbols": ("symbols", _flag),
    "hover": ("hover", _flag),
    "run.interpreter": ("run_python", _text),
    "run.arguments": ("run_arguments", _texts),
    "run.options": ("run_options", _texts),
    "run.madeUpRows": ("run_made_up_rows", _flag),
    "run.timeLimit": ("run_time_limit", _seconds),
    "run.openReport": ("run_open_report", _flag),
}
# Settings of the client itself, which the server has no use for.
CLIENT = ("path", "interpreter", "importStrategy", "privateEnvironment", "trace", "run")


def read(values: Any) -> tuple[Options, list[str]]:
    """Options out of a client's settings, and what was wrong with them, a line each."""
    flat = dict(_flat(values)) if isinstance(values, Mapping) else {}
    found: dict[str, Any] = {}
    lint: dict[str, Any] = {}
    wrong: list[str] = []
    for key, value in flat.items():
        if key in KNOWN:
            field, convert = KNOWN[key]
            try:
                found[field] = convert(value)
            except ValueError as error:
                wrong.append(f"{SECTION}.{key} must be {error}; the default counts")
        elif key.partition(".")[0] not in CLIENT and value not in (None, "", [], {}):
            lint[re.sub(r"(?<=[a-z])([A-Z])", lambda m: "-" + m[1].lower(), key)] = value
    return Options(lint=lint)._replace(**found), wrong


def _flat(values: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Nested settings with dotted keys: clients send either form."""
    pairs: list[tuple[str, Any]] = []
    for key, value in values.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping) and (name == "run" or name == "trace"):
            pairs += _flat(value, f"{name}.")
        else:
            pairs.append((name, value))
    return pairs
