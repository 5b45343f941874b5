"""A field `config` among a script's own arguments, as scripts of trl 0.9 have it: TrlParser refuses it, as it reads the
file itself (seen with trl 1.16)."""

from __future__ import annotations

import re
from typing import Any

from ....context import Run

KIND = "config field"
SAID = re.compile(r"Dataclass (\w+) has a field named 'config'")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a class of arguments refused for it?"""
    found = SAID.search(str(error)) if isinstance(error, ValueError) else None
    return {"kind": KIND, "home": "trl", "name": found.group(1)} if found is not None else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"TrlParser of trl {release} takes no {entry['name']} with a field config; leave it out: --config is its own"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The field stays at its default."""

    @run.patches.after("trl.scripts.utils")
    def patch(module: Any) -> None:
        run.patches.replace(module.TrlParser, "__init__", _without)


def _without(real: Any) -> Any:
    def init(self: Any, dataclass_types: Any = None, *args: Any, **options: Any) -> None:
        for made in dataclass_types if isinstance(dataclass_types, (list, tuple)) else [dataclass_types]:
            getattr(made, "__dataclass_fields__", {}).pop("config", None)
        real(self, dataclass_types, *args, **options)

    return init
