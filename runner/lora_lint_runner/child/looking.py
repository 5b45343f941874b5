"""What `--inspect` and `--rescue` need torch for: a question from a file, the answer into another."""

from __future__ import annotations

import json
import os
from typing import Any

from .verify import adapter, differing, fitting, holding
from .verify.tensors import read


def answer(verb: str, question: str, target: str) -> None:
    """Answers one question. What cannot be done is an answer, too: `error` says why."""
    with open(question, encoding="utf-8") as file:
        asked = json.load(file)
    found = VERBS[verb](asked)
    with open(target, "w", encoding="utf-8") as file:
        json.dump(found, file)


def _inspected(asked: dict[str, Any]) -> dict[str, Any]:
    return {"holdings": holding.tree(asked["root"])}


def _merged(asked: dict[str, Any]) -> dict[str, Any]:
    """Which of some adapters a merged model holds."""
    from .verify import merged
    from .verify.precision import torch_all
    from .verify.tensors import Unreadable

    try:
        model, base = torch_all(differing.weights(asked["merged"])), torch_all(differing.weights(asked["base"]))
        held = []
        for folder in asked["adapters"]:
            found = adapter.look(folder)
            weights = next(w for w in adapter.WEIGHTS if w in found.files)
            tensors = torch_all(read(os.path.join(folder, weights)))
            if fitting.spectral(found.config):  # its wrap has changed the base, too
                held.append(merged.Held(None, f"not compared: {found.config['init_lora_weights']}")._asdict())
            else:
                held.append(merged.holds(model, base, [(tensors, found.config)])._asdict())
        return {"held": held}
    except (Unreadable, KeyError, MemoryError) as error:
        return {"error": str(error)}


def _rescued(asked: dict[str, Any]) -> dict[str, Any]:
    from .verify.subtract import Unrecoverable, recover
    from .verify.tensors import Unreadable

    try:
        return recover(asked["merged"], asked["base"], asked["base_name"], asked["out"], asked["rank"])
    except (Unrecoverable, Unreadable) as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "there is not enough memory for base and merged model"}
    except Exception as error:
        lines = str(error).strip().splitlines()
        return {"error": f"{type(error).__name__}: {lines[0][:300] if lines else ''}"}


VERBS = {"inspect": _inspected, "merged": _merged, "rescue": _rescued}
