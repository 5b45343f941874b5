"""The table of settings in a TOML file, and the line where one of them stands."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lora_lint.settings.config import ConfigError
from lora_lint.source.regular import read_regular

TABLE = "tool.lora-lint"


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
    tool = found.get("tool")
    table = tool.get("lora-lint") if isinstance(tool, dict) else None
    if os.path.basename(path) != "pyproject.toml":
        if table is not None:
            place = line_of(path, "lora-lint")
            raise ConfigError(f"{place}: [{TABLE}] is for pyproject.toml: here settings stand without it, at the top")
        return found
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{line_of(path, 'lora-lint')}: `{TABLE}` must be a table")
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


def line_of(path: Path | str | None, key: str, entry: str | None = None) -> str:
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
