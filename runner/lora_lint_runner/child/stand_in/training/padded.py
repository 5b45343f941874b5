"""Texts that a script pads to a length. To one of thousands: made-up rows are short, and a CPU takes minutes for the
rest. To a short one, without saying what becomes of longer ones: its own texts are shorter, made-up ones may not be."""

from __future__ import annotations

from typing import Any

from ...context import Run

LONG = 512  # tokens: up to here a batch is left as it is
LEAST = 64


def install(run: Run) -> None:
    @run.patches.after("transformers.trainer")
    def patch(module: Any) -> None:
        run.patches.replace(module.Trainer, "_prepare_inputs", lambda real: _preparing(run, real))

    @run.patches.after("transformers.tokenization_utils_base")
    def words(module: Any) -> None:
        run.patches.replace(module.PreTrainedTokenizerBase, "__call__", lambda real: _cutting(run, real))


def _cutting(run: Run, real: Any) -> Any:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        padded = options.get("padding") == "max_length" and options.get("max_length") is not None
        if padded and run.made_up and "truncation" not in options:
            options["truncation"] = True
        return real(self, *args, **options)

    return call


def _preparing(run: Run, real: Any) -> Any:
    def prepare(self: Any, inputs: Any, *args: Any, **options: Any) -> Any:
        found = real(self, inputs, *args, **options)
        cut = kept(found) if isinstance(found, dict) or hasattr(found, "items") else None
        if cut is None:
            return found
        run.neutral("padding: what all rows of a long batch are padded with is left out")
        alike = [name for name, value in found.items() if _is_like(value, found["input_ids"])]
        for name in alike:
            found[name] = found[name][:, cut].contiguous()
        return found

    return prepare


def _is_like(value: Any, ids: Any) -> bool:
    return tuple(getattr(value, "shape", ())) == tuple(ids.shape)


def kept(batch: Any) -> slice | None:
    """The columns between the padding of all rows, None where there is little of it, or not all of it is the same."""
    ids, mask = batch.get("input_ids"), batch.get("attention_mask")
    if ids is None or mask is None or getattr(ids, "ndim", 0) != 2 or not _is_like(mask, ids) or ids.shape[1] <= LONG:
        return None
    seen = mask.bool().any(0).nonzero().flatten()
    if not len(seen):
        return None
    first, last = int(seen[0]), int(seen[-1]) + 1
    first, last = max(0, min(first, last - LEAST)), min(ids.shape[1], max(last, LEAST))
    for value in batch.values():
        if _is_like(value, ids):
            for beyond in (value[:, :first], value[:, last:]):
                if beyond.numel() and not bool((beyond == beyond[0, 0]).all()):
                    return None
    return slice(first, last) if last - first < ids.shape[1] else None
