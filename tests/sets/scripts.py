"""The scripts of the sets, and what the linter finds in one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.sets.marks import Found

import lora_lint

DATA = Path(__file__).resolve().parents[1] / "data"
PREVIEW = lora_lint.Config(preview=True)
VARIANTS: list[dict[str, Any]] = json.loads((DATA / "variants/meta.json").read_text(encoding="utf-8"))


def found_in(text: str, name: str) -> list[Found]:
    return [(name, finding.location.row, finding.name) for finding in lora_lint.check_source(text, name, PREVIEW)]
