"""Every setting: what it may hold, what it means, and how its value is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lora_lint.report import FORMATS

LAYOUTS = ("beside", "in-place")


class Setting(NamedTuple):
    """One key of the config table: what it may hold, what it means, and the library whose version it gives."""

    key: str
    kind: str  # "rules", "patterns", "flag", "choice", "version", "ignores", "file"
    summary: str
    choices: tuple[str, ...] = ()
    library: str = ""


SETTINGS = (
    Setting("extend", "file", "Another config file that this one builds on; its path is relative to this file."),
    Setting("select", "rules", "Rules that are on: codes, beginnings of codes, names, or ALL."),
    Setting("extend-select", "rules", "Rules that are on besides those of `select`."),
    Setting("ignore", "rules", "Rules that are off. Between `select` and `ignore` the more exact entry wins."),
    Setting("per-file-ignores", "ignores", "Rules that are off in the files that match a pattern."),
    Setting("exclude", "patterns", "What is skipped in folders, as in .gitignore; replaces the built-in list."),
    Setting("extend-exclude", "patterns", "What is skipped besides `exclude`."),
    Setting("respect-gitignore", "flag", "Skip what .gitignore files ignore."),
    Setting("preview", "flag", "Turn preview rules on."),
    Setting("unsafe-fixes", "flag", "Let --fix also make the fixes that change what a script does."),
    Setting("adapter-layout", "choice", "Where a fix saves the adapter: out-adapter beside, or out in place.", LAYOUTS),
    Setting("markdown", "flag", "Lint the fenced Python blocks of Markdown files, too."),
    Setting("output-format", "choice", "How findings are printed.", FORMATS),
    Setting("baseline", "file", "A file of known findings, relative to this file; they are not reported again."),
    Setting("peft-version", "version", "The PEFT release that the scripts run with.", library="peft"),
    Setting(
        "transformers-version", "version", "The transformers release that the scripts run with.", library="transformers"
    ),
    Setting("trl-version", "version", "The trl release that the scripts run with.", library="trl"),
    Setting("torch-version", "version", "The torch release that the scripts run with.", library="torch"),
    Setting("accelerate-version", "version", "The accelerate release that the scripts run with.", library="accelerate"),
    Setting("diffusers-version", "version", "The diffusers release that the scripts run with.", library="diffusers"),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}


# -- their values: each raises TypeError or ValueError where one is wrong ----------------------------------------------


def _strings(setting: Setting, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError
    return tuple(value)


def _flag(setting: Setting, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _choice(setting: Setting, value: object) -> str:
    if value not in setting.choices:
        raise ValueError
    return str(value)


def _version(setting: Setting, value: object) -> str:
    from packaging.version import Version  # slow to import, and rarely needed

    if not isinstance(value, str):
        raise TypeError
    Version(value)  # InvalidVersion is a ValueError
    return value


def _ignores(setting: Setting, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise TypeError
    return tuple((pattern, _strings(setting, codes)) for pattern, codes in value.items())


def _file(setting: Setting, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


KINDS: dict[str, tuple[str, Callable[[Setting, Any], Any]]] = {
    "rules": ('a list of rules, such as ["LL1", "wrapped-twice"]', _strings),
    "patterns": ('a list of patterns, such as ["scratch/", "*_old.py"]', _strings),
    "flag": ("true or false", _flag),
    "choice": ("one of its choices", _choice),
    "version": ('a version in quotes, such as "0.19"', _version),
    "ignores": ("a table of file patterns, each with a list of rules", _ignores),
    "file": ("the path of a file, in quotes", _file),
}
