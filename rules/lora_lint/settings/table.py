"""What a config table may hold: every setting, how its value is read, and what is said where it is wrong."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint.names import nearest
from lora_lint.report import FORMATS
from lora_lint.settings.config import Config, ConfigError
from lora_lint.settings.patterns import placed
from lora_lint.source.regular import read_regular

TABLE = "tool.lora-lint"
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
    Setting("output-format", "choice", "How findings are printed.", tuple(FORMATS)),
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


# -- TOML --------------------------------------------------------------------------------------------------------------


def named_table(path: str) -> Mapping[str, Any]:
    """The table of settings in a file that must have one. Raises ConfigError."""
    try:
        data = read_regular(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    table = table_in(path, data)
    if table is None:
        raise ConfigError(f"{path}: no [{TABLE}] table in it")
    return table


def table_in(path: str, data: bytes) -> Mapping[str, Any] | None:
    """The table of settings in a config file, None where a pyproject.toml has none. Raises ConfigError."""
    if os.path.basename(path) == "pyproject.toml" and b"lora-lint" not in data:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{row}: not UTF-8, as TOML must be") from None
    found = parse_toml(text, path)
    if os.path.basename(path) != "pyproject.toml":
        return found
    tool = found.get("tool")
    table = tool.get("lora-lint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{_line_of(path, 'lora-lint')}: `{TABLE}` must be a table")
    return table


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """TOML as a dict. Raises ConfigError, with the line of `source` that is wrong."""
    if sys.version_info >= (3, 11):  # where something is set: it costs as much as a bare interpreter's start
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.fullmatch(r"(.*) \((?:at line (\d+), column \d+|at end of document)\)", str(error), re.DOTALL)
        message, row = (place[1], place[2] or text.count("\n") + 1) if place is not None else (str(error), 1)
        raise ConfigError(f"{source}:{row}: not valid TOML: {message}") from None


# -- reading -----------------------------------------------------------------------------------------------------------


def from_table(
    table: Mapping[str, Any],
    path: Path | None = None,
    folder: str | None = None,
    _seen: tuple[str, ...] = (),
    _reach: str | None = None,
) -> Config:
    """Settings from the TOML table of a file, whose patterns count from its folder, or the one that is given.

    Raises ConfigError for an unknown key or rule and a value of the wrong kind.
    """
    reach = (
        _reach if _reach is not None else os.path.abspath(folder if folder is not None else os.path.dirname(path or ""))
    )
    base = _extended(table["extend"], path, _seen, reach) if "extend" in table else Config()
    own = {key: value for key, value in table.items() if key != "extend"}
    return with_settings(base._replace(source=path), own, path, folder, reach)


def with_settings(
    base: Config,
    table: Mapping[str, Any],
    path: Path | str | None = None,
    folder: str | None = None,
    reach: str | None = None,
) -> Config:
    """Settings in which those of a table stand instead; what the `extend-` settings list is added. Raises ConfigError.

    Patterns count from `folder`, else from that of the file at `path`; those without a slash anywhere below `reach`.
    """
    values: dict[str, Any] = {}
    versions = dict(base.versions)
    above = os.path.abspath(folder if folder is not None else os.path.dirname(path or base.source or ""))
    for key, value in table.items():
        setting = BY_KEY.get(key)
        if setting is None:
            raise ConfigError(f"{_line_of(path, key)}: unknown setting `{key}`{nearest(key, BY_KEY)}")
        if key == "extend":
            raise ConfigError(f"{_line_of(path, key)}: `extend` stands in config files; --config FILE takes one")
        wanted, read = KINDS[setting.kind]
        try:
            made = read(setting, value)
        except (TypeError, ValueError):
            choices = " or ".join(f'"{choice}"' for choice in setting.choices)
            raise ConfigError(f"{_line_of(path, key)}: `{key}` must be {choices or wanted}") from None
        for entry in _rules_named(setting, made):
            complaint = unknown_rule(entry, f"`{key}`")
            if complaint:
                raise ConfigError(f"{_line_of(path, key, entry)}: {complaint}")
        if setting.library:
            versions[setting.library] = made
        elif key == "baseline":
            values["baseline"] = os.path.join(os.path.dirname(path), made) if path is not None else made
        elif setting.kind == "patterns":
            values[_field(key)] = tuple(_placed(pattern, above, reach, path, key) for pattern in made)
        elif setting.kind == "ignores":
            values[_field(key)] = tuple((_placed(pattern, above, reach, path, key), codes) for pattern, codes in made)
        else:
            values[_field(key)] = made
    if "extend_exclude" in values:
        values["extend_exclude"] = (*base.extend_exclude, *values["extend_exclude"])
    if "select" in values:  # starts anew: what was on besides the earlier selection is no longer meant
        values.setdefault("extend_select", ())
    elif "extend_select" in values:
        values["extend_select"] = (*base.extend_select, *values["extend_select"])
    return base._replace(versions=tuple(sorted(versions.items())), **values)


def _field(key: str) -> str:
    return key.replace("-", "_")


def _placed(pattern: str, folder: str, reach: str | None, path: Path | str | None, key: str) -> str:
    try:
        return placed(pattern, folder, reach)
    except ValueError:
        place = _line_of(path, key, pattern)
        raise ConfigError(f"{place}: `{pattern}` in `{key}` is no pattern, as .gitignore has them") from None


def _extended(parent: object, path: Path | None, seen: tuple[str, ...], reach: str) -> Config:
    if not isinstance(parent, str) or not parent:
        raise ConfigError(f"{_line_of(path, 'extend')}: `extend` must be {KINDS['file'][0]}")
    target = os.path.expanduser(parent)
    target = os.path.abspath(os.path.join(os.path.dirname(path), target) if path is not None else target)
    if target in seen or (path is not None and target == os.path.abspath(path)):
        raise ConfigError(f"{_line_of(path, 'extend')}: `extend` leads back to {target}")
    try:
        table = named_table(target)
    except ConfigError as error:
        raise ConfigError(f"{_line_of(path, 'extend')}: in `extend`: {error}") from None
    above = (*seen, os.path.abspath(path)) if path is not None else seen
    return from_table(table, Path(target), _seen=above, _reach=reach)


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


# -- rules by name -----------------------------------------------------------------------------------------------------


def _rules_named(setting: Setting, made: Any) -> Iterator[str]:
    if setting.kind == "rules":
        yield from made
    elif setting.kind == "ignores":
        for _, entries in made:
            yield from entries


def unknown_rule(entry: str, where: str) -> str:
    """What is wrong with an entry of `select` and its like; empty where it names a rule, a group of them, or ALL."""
    wanted = entry.strip()
    if wanted.upper() in ("LL", "ALL"):
        return ""
    from lora_lint.registry import all_rules

    rules = all_rules()
    if wanted and any(rule.code.startswith(wanted.upper()) or rule.name == wanted.lower() for rule in rules):
        return ""
    known = [name for rule in rules for name in (rule.code, rule.name)]
    return f"unknown rule `{entry}` in {where}{nearest(wanted, known)}"


def _line_of(path: Path | str | None, key: str, entry: str | None = None) -> str:
    """`file:line` of a setting, or of an entry of it."""
    if path is None:
        return "config"
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
    except (OSError, UnicodeDecodeError):
        return str(path)
    inside = os.path.basename(path) != "pyproject.toml"
    found = None
    for row, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith("["):
            header = bare.strip("[] ").replace('"', "").replace("'", "")
            if header == f"{TABLE}.{key}" or header == key or (key == "lora-lint" and header.startswith(TABLE)):
                found = row
            inside = header.startswith(TABLE) or os.path.basename(path) != "pyproject.toml"
        elif (inside or key == "lora-lint") and found is None and bare.lstrip("\"'").startswith(key) and "=" in bare:
            found = row
        if found is not None and (entry is None or f'"{entry}"' in line or f"'{entry}'" in line):
            return f"{path}:{row}"
    return f"{path}:{found}" if found is not None else str(path)


# -- for editors -------------------------------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """The JSON schema of a config table, for editors that check TOML as it is written."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://lora-lint.github.io/lora-lint/lora-lint.schema.json",
        "title": "lora-lint",
        "description": "Settings of lora-lint: lora-lint.toml, or [tool.lora-lint] in pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {setting.key: {"description": setting.summary, **_schema(setting)} for setting in SETTINGS},
    }


def _schema(setting: Setting) -> dict[str, Any]:
    strings = {"type": "array", "items": {"type": "string"}}
    shapes: dict[str, dict[str, Any]] = {
        "rules": strings,
        "patterns": strings,
        "flag": {"type": "boolean"},
        "choice": {"enum": list(setting.choices)},
        "version": {"type": "string"},
        "ignores": {"type": "object", "additionalProperties": strings},
        "file": {"type": "string"},
    }
    return shapes[setting.kind]


if __name__ == "__main__":
    import json

    print(json.dumps(schema(), indent=2))
