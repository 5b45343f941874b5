"""Adapters that gradients come to and that no optimizer holds, and those that no gradient comes to: however long the
training, and whatever the rows, they stay as they were."""

from __future__ import annotations

import weakref
from typing import Any

from .state import Models, adapters_of

WHOLE = ".modules_to_save."  # copies of what is trained as a whole beside the adapter


class Unheld:
    """Which they are, by the label of their model and their name; `touched` are those that a gradient came to. Only
    tensors that are all zero are looked at, as those are that an adapter starts from: another may be left out on
    purpose (LoRA-FA trains no A)."""

    def __init__(self, models: Models) -> None:
        self.adapters: set[tuple[str, str]] = set()
        self.touched: set[tuple[str, str]] = set()
        self._models = models
        self._held: dict[int, weakref.ref[Any]] = {}

    def hold(self, parameters: Any) -> None:
        """An optimizer was given these."""
        self._held.update({id(p): weakref.ref(p) for p in parameters if hasattr(p, "grad")})

    def stepped(self, optimizer: Any) -> None:
        """Called after every step of an optimizer, as long as gradients are there."""
        for group in optimizer.param_groups:
            self.hold(group["params"])
        for model in self._models.alive():
            label, names = self._models.label(model), adapters_of(model)
            if len(names) == 1 and (label, names[0]) in self.touched:
                continue
            for key, parameter in model.named_parameters() if names else ():
                name = next((name for name in names if f".{name}." in f".{key}."), None)
                if name is None or parameter.grad is None or WHOLE in key:
                    continue
                self.touched.add((label, name))
                if self._lies_idle(parameter):
                    self.adapters.add((label, name))

    def _lies_idle(self, parameter: Any) -> bool:
        known = self._held.get(id(parameter))
        if known is not None and known() is parameter:
            return False
        return bool(parameter.grad.any()) and not bool(parameter.any())
