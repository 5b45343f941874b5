"""What transformers said of its own names: `"LlamaTokenizer" in transformers._import_structure["models.llama"]`, which
asks for a new release. Now each module of a family has a list of its own (seen with transformers 4.28 and 5.23)."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run

KIND = "listed names"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was the list of a family's names asked for?"""
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    asked = any("_import_structure" in (f.line or "") for f in traceback.extract_tb(error.__traceback__))
    known = asked and isinstance(key, str) and _names(key)
    return {"kind": KIND, "home": "transformers", "name": str(key)} if known else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"_import_structure of transformers {release} has no {entry['name']}, but a key for each of its modules"


def serve(run: Run, entry: dict[str, str]) -> None:
    """All names of the family's modules."""

    @run.patches.after("transformers")
    def patch(module: Any) -> None:
        module._import_structure.setdefault(entry["name"], _names(entry["name"]))


def _names(family: str) -> list[str]:
    import transformers

    listed: dict[str, Any] = getattr(transformers, "_import_structure", {})
    return sorted(name for key, names in listed.items() if key.startswith(f"{family}.") for name in names)
