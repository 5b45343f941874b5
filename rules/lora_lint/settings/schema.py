"""The JSON schema of a config table: `python -m lora_lint.settings.schema` prints it."""

from __future__ import annotations

from typing import Any

from lora_lint.settings.table import SETTINGS, Setting


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
