"""Models that a script builds from a config, with new weights: those that a laptop can't bear are made tiny."""

from __future__ import annotations

from typing import Any

from ...context import Run
from .shrink import LAYERS, STATES, shrunk

BEARABLE = 200_000_000  # weights
A_LAYER = 12  # times the square of its width: attention and a feed-forward of four times the width
WIDEST = ("intermediate_size", "moe_intermediate_size")
EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts")


def install(run: Run) -> None:
    """Shrinks the config of such a model in place, before its first layer is made: the script may go by it later."""

    @run.patches.after("transformers.modeling_utils")
    def models(module: Any) -> None:
        run.patches.replace(module.PreTrainedModel, "__init__", lambda real: _made(run, real))


def _made(run: Run, real: Any) -> Any:
    def begin(self: Any, config: Any, *args: Any, **options: Any) -> Any:
        ours = run.met.over or (run.hub is not None and run.hub.busy)
        if not ours and hasattr(config, "to_dict") and (weights := about(config)) > BEARABLE:
            learned = run.spec.learned
            deep = bool(learned.get("deep")) or run.hints.names_layers
            small = shrunk(config, _vocabulary(config), {}, deep, wide=int(learned.get("wide", 0)))
            vars(config).update(vars(small))
            run.met.tiny = True
            size = f"{weights / 1e9:.1f} billion weights"
            run.neutral(f"model {type(self).__name__}: built from its config, a tiny one in the place of about {size}")
        return real(self, config, *args, **options)

    return begin


def about(config: Any) -> int:
    """How many weights a model of this config has, roughly, with those of its parts."""
    own = vars(config)
    numbers = {k: v for k, v in own.items() if isinstance(v, int) and not isinstance(v, bool)}
    named = getattr(type(config), "attribute_map", {})
    width = max((numbers.get(named.get(name, name), 0) for name in STATES), default=0)
    layers = max((n for name, n in numbers.items() if LAYERS.search(name)), default=0)
    experts = max((numbers.get(name, 0) for name in EXPERTS), default=0)
    inner = next((numbers[name] for name in reversed(WIDEST) if name in numbers), 0)
    found = layers * (A_LAYER * width * width + experts * 3 * width * inner) + _vocabulary(config) * width
    return found + sum(about(part) for part in own.values() if hasattr(part, "model_type") and hasattr(part, "to_dict"))


def _vocabulary(config: Any) -> int:
    held = getattr(config, "vocab_size", None)
    return held if isinstance(held, int) else 0
