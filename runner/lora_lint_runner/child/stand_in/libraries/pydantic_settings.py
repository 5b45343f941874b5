"""pydantic-settings in small, on pydantic 2: what is asked of the environment, and of a file of it; what is required
and in neither is made up."""

from __future__ import annotations

import enum
import importlib
import json
import os
import typing
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from ...context import Run
from ..command_line.variables import made_up
from .typed import NONE, UNIONS

OF_SETTINGS = (  # what a class is told of them, beside what pydantic knows (`SettingsConfigDict` of release 2.16)
    "case_sensitive", "nested_model_default_partial_update", "dotenv_filtering", "enable_decoding",
    *(f"env_{name}" for name in (
        "prefix", "prefix_target", "file", "file_encoding", "file_depth", "ignore_empty", "nested_delimiter",
        "nested_max_split", "parse_none_str", "parse_enums",
    )),
    *(f"cli_{name}" for name in (
        "prog_name", "parse_args", "parse_none_str", "hide_none_type", "avoid_json", "enforce_required",
        "use_class_docs_for_groups", "show_env_vars", "exit_on_error", "prefix", "flag_prefix_char",
        "implicit_flags", "ignore_unknown_args", "kebab_case", "shortcuts",
    )),
    *(f"secrets_{name}" for name in (
        "dir", "dir_missing", "dir_max_size", "case_sensitive", "prefix", "nested_delimiter", "nested_subdir",
    )),
    "json_file", "json_file_encoding", "yaml_file", "yaml_file_encoding", "yaml_config_section", "toml_file",
    "toml_table_header", "pyproject_toml_depth", "pyproject_toml_table_header",
)  # fmt: skip
DEFAULTS = {"extra": "forbid", "arbitrary_types_allowed": True, "validate_default": True}  # of the library, too


def fill(module: ModuleType, run: Run) -> None:
    """Fills `pydantic_settings`."""
    pydantic = importlib.import_module("pydantic")
    importlib.import_module("pydantic._internal._config").config_keys.update(OF_SETTINGS)  # as the library does

    class BaseSettings(pydantic.BaseModel):  # type: ignore[misc,name-defined]
        """A model of pydantic that finds its values by itself."""

        model_config = pydantic.ConfigDict(**DEFAULTS)

        def __init__(self, **given: Any) -> None:
            told = {name: given.pop(name) for name in [*given] if name.startswith("_")}
            asked = {**type(self).model_config, **{k.lstrip("_"): v for k, v in told.items() if v is not None}}
            super().__init__(**{**_found(run, type(self), asked, {*given}), **given})

    module.__dict__.update(BaseSettings=BaseSettings, SettingsConfigDict=dict)


def _found(run: Run, kind: Any, asked: Mapping[str, Any], given: set[str]) -> dict[str, Any]:
    """The values of a class of settings that its caller has not `given`."""
    same = (lambda name: name) if asked.get("case_sensitive") else str.lower
    around = {same(k): v for k, v in (*_of_files(asked.get("env_file")), *os.environ.items())}
    found = {}
    for name, field in kind.model_fields.items():
        aliases = _aliases(field)
        plain = f"{asked.get('env_prefix') or ''}{name}"
        names = [*aliases, *([plain] if not aliases or asked.get("populate_by_name") else [])]
        if given & {name, *aliases}:
            continue
        held = next((around[same(n)] for n in names if same(n) in around), None)
        key, inner = names[0] if asked.get("case_sensitive") else names[0].upper(), _inner(field.annotation)
        if held is not None:
            found[aliases[0] if aliases else name] = _read(inner, held)
        elif field.is_required():
            value = found[aliases[0] if aliases else name] = _made_up(run, key, inner)
            run.neutral(f"environment variable {key} is not set: {value}")
        elif field.default in (None, "") and inner is str:
            run.met.variables[key] = None  # as one that the script asks for itself and may do without
    return found


def _of_files(named: Any) -> Iterator[tuple[str, str]]:
    """The lines `NAME=value` of the files that are there."""
    for path in named if isinstance(named, (list, tuple)) else [named] if named else []:
        if os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                for name, equals, value in (line.partition("=") for line in file if not line.lstrip().startswith("#")):
                    if equals:
                        yield name.replace("export ", "").strip(), value.strip().strip("'\"")


def _aliases(field: Any) -> list[str]:
    """The names that the environment has it under, which are also those of its value."""
    alias = field.validation_alias or field.alias
    return [a for a in getattr(alias, "choices", [alias]) if isinstance(a, str)]


def _inner(hint: Any) -> Any:
    """`int | None` as `int`."""
    if typing.get_origin(hint) in UNIONS:
        return next(iter(a for a in typing.get_args(hint) if a is not NONE), str)
    return hint


def _read(hint: Any, text: str) -> Any:
    """What is no plain value is one of JSON."""
    return json.loads(text) if _whole(hint) else text


def _whole(hint: Any) -> bool:
    kind = typing.get_origin(hint) or hint
    return isinstance(kind, type) and (issubclass(kind, (list, tuple, set, dict)) or hasattr(kind, "model_fields"))


def _made_up(run: Run, key: str, hint: Any) -> Any:
    """One of the type that it says: of a model each part that it requires."""
    assert run.filler is not None
    kind, inner = typing.get_origin(hint) or hint, typing.get_args(hint)
    if hasattr(kind, "model_fields"):
        parts = [(n, f) for n, f in kind.model_fields.items() if f.is_required()]
        return {(_aliases(f) or [n])[0]: _made_up(run, n.upper(), _inner(f.annotation)) for n, f in parts}
    if kind in (list, tuple, set):
        return [_made_up(run, key, _inner(inner[0]) if inner else str)]
    choices = list(inner) if kind is typing.Literal else []
    choices = choices or (list(kind) if isinstance(kind, type) and issubclass(kind, enum.Enum) else [])
    if choices or kind in (int, float, bool):
        made = run.filler.value(key.lower(), kind, choices)
        return next((c for c in choices if str(getattr(c, "value", c)) == made), made)
    return {} if kind is dict else made_up(run.filler, key)
