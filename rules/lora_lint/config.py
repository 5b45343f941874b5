"""Settings: `[tool.lora-lint]` in pyproject.toml, or lora-lint.toml; the nearest one above a file counts."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILES = ("lora-lint.toml", "pyproject.toml")
LAYOUTS = ("beside", "in-place")


class ConfigError(Exception):
    """A setting or a config file that cannot be used; the message names the file, the line where known, and the remedy."""


class Config(NamedTuple):
    """Settings of one run. `source` is the file they come from, None where none was found.

    `versions` are the releases of libraries that the scripts run with (library -> version), as given here or pinned by
    the project. `adapter_layout` says where a fix puts the adapter: "beside" (`out` gets `out-adapter`) or "in-place"
    (the adapter to `out`, the merged model to `out-merged`).
    """

    select: tuple[str, ...] = ("LL",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    preview: bool = False
    unsafe_fixes: bool = False
    adapter_layout: str = "beside"
    versions: tuple[tuple[str, str], ...] = ()
    output_format: str = "text"
    source: Path | None = None


_LISTS = {"select", "extend-select", "ignore", "exclude", "extend-exclude"}
_FLAGS = {"respect-gitignore", "preview", "unsafe-fixes"}
_VERSIONS = {
    "peft-version": "peft",
    "transformers-version": "transformers",
    "trl-version": "trl",
    "torch-version": "torch",
    "accelerate-version": "accelerate",
    "diffusers-version": "diffusers",
}
KEYS = sorted({*_LISTS, *_FLAGS, *_VERSIONS, "per-file-ignores", "adapter-layout", "output-format", "extend"})


def load_config(path: Path) -> Config:
    """Reads one config file. Raises ConfigError."""
    table = _table(path)
    if table is None:
        raise ConfigError(f"{path}: no [tool.lora-lint] table")
    return from_table(table, path)


def find_config(start: Path) -> Config:
    """The settings for a file or folder: those of the nearest config above it, else the defaults. Raises ConfigError."""
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.parents):
        for name in FILES:
            path = candidate / name
            if path.is_file():
                table = _table(path)
                if table is not None:
                    return from_table(table, path)
    return Config()


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8, as TOML must be") from None
    if path.name == "pyproject.toml" and "lora-lint" not in text:
        return None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None
    if path.name != "pyproject.toml":
        return data
    found = data.get("tool", {}).get("lora-lint")
    return found if isinstance(found, dict) else None


def from_table(table: Mapping[str, Any], path: Path | None = None) -> Config:
    """Settings from a TOML table. Raises ConfigError for an unknown key or a value of the wrong kind."""
    base = Config(source=path)
    if "extend" in table:
        parent = Path(str(table["extend"])).expanduser()
        base = load_config(path.parent / parent if path is not None else parent)._replace(source=path)
    values: dict[str, Any] = {}
    versions = dict(base.versions)
    for key, value in table.items():
        if key not in KEYS:
            raise ConfigError(_unknown(path, key))
        field = key.replace("-", "_")
        if key in _LISTS:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise ConfigError(_wrong(path, key, "a list of strings"))
            values[field] = tuple(value)
        elif key in _FLAGS:
            if not isinstance(value, bool):
                raise ConfigError(_wrong(path, key, "true or false"))
            values[field] = value
        elif key in _VERSIONS:
            if not isinstance(value, str):
                raise ConfigError(_wrong(path, key, 'a version in quotes, such as "0.19"'))
            versions[_VERSIONS[key]] = value
        elif key == "per-file-ignores":
            if not isinstance(value, dict) or not all(isinstance(v, list) for v in value.values()):
                raise ConfigError(_wrong(path, key, "a table of file patterns, each with a list of rules"))
            values[field] = tuple((pattern, tuple(map(str, codes))) for pattern, codes in value.items())
        elif key == "adapter-layout":
            if value not in LAYOUTS:
                raise ConfigError(_wrong(path, key, " or ".join(f'"{layout}"' for layout in LAYOUTS)))
            values[field] = value
        elif key == "output-format":
            values[field] = str(value)
    return base._replace(versions=tuple(sorted(versions.items())), **values)


def _line_of(path: Path | None, key: str) -> str:
    if path is None:
        return "config"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return str(path)
    for number, line in enumerate(lines, 1):
        if line.lstrip().strip("\"'").startswith(key):
            return f"{path}:{number}"
    return str(path)


def _unknown(path: Path | None, key: str) -> str:
    close = difflib.get_close_matches(key, KEYS, 1)
    return f"{_line_of(path, key)}: unknown setting `{key}`" + (f"; did you mean `{close[0]}`?" if close else "")


def _wrong(path: Path | None, key: str, wanted: str) -> str:
    return f"{_line_of(path, key)}: `{key}` must be {wanted}"
