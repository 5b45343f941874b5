"""A small sentence-transformers: a model of transformers with its words averaged, trained and saved as the real one's.

What it leaves on disk is what release 6.0 leaves: `save` lets the model of transformers write itself (an adapter, where
it holds one), and writes `modules.json` and the pooling beside it.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from ....context import Run
from ...anything import standing_for
from .model import model_of
from .modules import after, transformer
from .training import Evaluator, InputExample, loss_of, trainer_of

PARTS = frozenset("losses evaluation models readers datasets util training_args trainer".split())


def _found(run: Run) -> dict[str, Any]:
    parts = SimpleNamespace(Transformer=transformer(), Pooling=after("Pooling"))
    arguments, trainer = trainer_of()
    return {
        "Transformer": parts.Transformer,
        "Pooling": parts.Pooling,
        "SentenceTransformer": model_of(run, parts),
        "SentenceTransformerTrainer": trainer,
        "SentenceTransformerTrainingArguments": arguments,
        "InputExample": InputExample,
        **{name: after(name) for name in ("Normalize", "Dense", "Dropout", "LayerNorm")},
    }


def fill(module: ModuleType, run: Run) -> None:
    """One set of classes for all of its modules."""
    root = module.__name__.split(".")[0]
    if module.__name__ == root:
        module.__dict__["found"] = _found(run)
    found = sys.modules[root].__dict__["found"]

    def named(name: str) -> Any:
        if name in found:
            return found[name]
        if name in PARTS and module.__name__ == root:
            return importlib.import_module(f"{root}.{name}")
        if name.endswith("Loss"):
            found[name] = loss_of(name)
        elif name.endswith(("Evaluator", "Evaluation")):
            found[name] = Evaluator
        else:
            return standing_for(f"{module.__name__}.{name}")
        return found[name]

    module.__dict__.update(found if module.__name__ == root else {}, _fallback=named)
