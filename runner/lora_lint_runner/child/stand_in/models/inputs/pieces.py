"""Tokenizers that transformers has for sentencepiece alone, where this package is not installed: those of M2M100 and
Marian among them (seen with transformers 5.23). One of the tokenizers library takes their place, as the model is tiny
anyway and has no pieces."""

from __future__ import annotations

import functools
import sys
from collections import defaultdict
from typing import Any

from ....context import Run

BACKEND = "sentencepiece"


def install(run: Run) -> None:
    """From now on the script finds them; libraries go on seeing that the package is missing."""

    @run.patches.after("transformers.utils.import_utils")
    def lazily(module: Any) -> None:
        run.patches.replace(module._LazyModule, "__getattr__", lambda real: _asked(run, real))
        known = vars(sys.modules.get("transformers", module))
        for name in [name for name, held in known.items() if _is_lacking(name, held)]:
            del known[name]  # it was asked for before, and nobody would ask again


def _asked(run: Run, real: Any) -> Any:
    def ask(self: Any, name: str) -> Any:
        found = real(self, name)
        if not _is_lacking(name, found):
            return found
        vars(self).pop(name, None)
        if not run.code.asks_import():
            return found
        run.neutral(f"package {BACKEND} is not installed: a tokenizer without pieces in the place of {name}")
        return of_name(name)

    return ask


def _is_lacking(name: str, held: Any) -> bool:
    """Does transformers say of a tokenizer only what it lacks?"""
    return name.endswith("Tokenizer") and type(held).__name__ == "DummyObject" and list(held._backends) == [BACKEND]


@functools.cache
def of_name(name: str) -> type:
    """A tokenizer of this name, which knows every language under the same token."""
    from transformers import PreTrainedTokenizerFast

    class Whole(PreTrainedTokenizerFast):
        src_lang: Any = None
        tgt_lang: Any = None

        def get_lang_id(self, lang: str) -> int:
            return int(self.lang_code_to_id[lang])

        def get_lang_token(self, lang: str) -> str:
            return str(self.eos_token)

        @property
        def lang_code_to_id(self) -> dict[str, int]:
            return defaultdict(lambda: int(self.eos_token_id or 0))

        lang_token_to_id = lang_code_to_id

    Whole.__name__ = Whole.__qualname__ = name
    return Whole
