"""The type of a tokenizer beside its name: `tokenizer_type="llama"` is none any more that transformers knows (5.23)."""

from __future__ import annotations

import re
from typing import Any

from ....context import Run

KIND = "tokenizer type"
SAID = re.compile(r"Passed `tokenizer_type` (\S+) does not exist")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a tokenizer asked for by a type that is not known?"""
    found = SAID.search(str(error)) if isinstance(error, ValueError) else None
    return {"kind": KIND, "home": "transformers", "name": found.group(1)} if found is not None else None


def said(entry: dict[str, str], release: str | None) -> str:
    return (
        f"AutoTokenizer of transformers {release} knows no tokenizer_type {entry['name']!r}; leave it out: the "
        "tokenizer's own files tell"
    )


def serve(run: Run, entry: dict[str, str]) -> None:
    """The files tell."""

    @run.patches.after("transformers.models.auto.tokenization_auto")
    def patch(module: Any) -> None:
        run.patches.replace(module.AutoTokenizer, "from_pretrained", _without)


def _without(real: Any) -> Any:
    def from_pretrained(cls: Any, *args: Any, **options: Any) -> Any:
        options.pop("tokenizer_type", None)
        return real(cls, *args, **options)

    return from_pretrained
