"""The JSON schema of a config table: `python -m lora_lint.settings.schema` prints it."""

from __future__ import annotations

from typing import Any

from lora_lint.registry import rules
from lora_lint.settings.table import SETTINGS, Setting

# PEP 440, in the spellings that it takes for one
VERSION = (
    r"^v?([0-9]+!)?[0-9]+(\.[0-9]+)*([-_.]?(a|alpha|b|beta|c|rc|pre|preview)[-_.]?[0-9]*)?"
    r"(-[0-9]+|[-_.]?(post|rev|r)[-_.]?[0-9]*)?([-_.]?dev[-_.]?[0-9]*)?(\+[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*)?$"
)


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
    rules = {"type": "array", "items": {"enum": _entries()}}
    shapes: dict[str, dict[str, Any]] = {
        "rules": rules,
        "patterns": {"type": "array", "items": {"type": "string"}},
        "flag": {"type": "boolean"},
        "choice": {"enum": list(setting.choices)},
        "version": {"type": "string", "pattern": VERSION},
        "ignores": {"type": "object", "additionalProperties": rules},
        "file": {"type": "string", "minLength": 1},
    }
    return shapes[setting.kind]


def _entries() -> list[str]:
    """What names rules: ALL, beginnings of codes, codes, and names."""
    known = rules()
    codes = {rule.code[:length] for rule in known for length in range(2, len(rule.code) + 1)}
    return ["ALL", *sorted(codes), *sorted(rule.name for rule in known)]


if __name__ == "__main__":
    import json

    print(json.dumps(schema(), indent=2))
