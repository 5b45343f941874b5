"""What optimizers move beside the adapters: heads and other modules of the script's own around an adapted model."""

from __future__ import annotations

import gc
import time
import weakref
from typing import Any, NamedTuple

from .state import Models, adapters_of, digest

LARGEST = 4_000_000  # values of a tensor that is looked at


class Part(NamedTuple):
    """A tensor outside of adapted models: its name in the outermost module that holds it, and how it was at first."""

    name: str
    tensor: Any
    before: str


class Moved:
    """The tensors that optimizers hold outside of models with adapters."""

    def __init__(self, models: Models) -> None:
        self.begun = time.time()
        self._models = models
        self._parts: list[Part] = []
        self._seen: dict[int, Any] = {}  # by their ids: also those of adapted models, and those of no module
        self._watched: weakref.WeakKeyDictionary[Any, set[str]] = weakref.WeakKeyDictionary()
        self._watching = False
        self.answering: set[str] = set()  # names of tensors whose module was asked for an answer without gradients

    def before_step(self, optimizer: Any) -> None:
        """Called before every step of an optimizer."""
        import torch

        held = [p for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        new = [p for p in held if id(p) not in self._seen and p.numel() <= LARGEST]
        if not new:
            return
        for model in self._models.alive():
            if adapters_of(model):
                self._seen.update({id(p): p for p in model.parameters()})  # looked at where it is saved
        outside = {id(p): p for p in new if id(p) not in self._seen}
        self._seen.update(outside)
        for key, (name, module) in (_names(outside) if outside else {}).items():
            self._parts.append(Part(name, outside[key], digest(outside[key])))
            if not any(True for _ in module.children()):
                self._watched.setdefault(module, set()).add(name)
        if self._watched and not self._watching:
            self._watching = True  # all modules: a hook of its own would be a part of a module that is saved whole
            torch.nn.modules.module.register_module_forward_pre_hook(self._asked)

    def _asked(self, module: Any, args: Any) -> None:
        """Called before every forward pass of a module."""
        import torch

        if not torch.is_grad_enabled():
            self.answering |= self._watched.get(module, set())

    def parts(self) -> list[Part]:
        """Those that are no longer as they were."""
        return [part for part in self._parts if digest(part.tensor) != part.before]


def _names(tensors: dict[int, Any]) -> dict[int, tuple[str, Any]]:
    """Each tensor's name from the outermost module on, and the module that holds it itself."""
    import torch

    modules = [m for m in gc.get_objects() if issubclass(type(m), torch.nn.Module) and "_modules" in vars(m)]
    above = {id(inner): (module, name) for module in modules for name, inner in module._modules.items()}
    found = {}
    for module in modules:
        for name, tensor in module._parameters.items():
            if id(tensor) in tensors:
                found[id(tensor)] = (_full(module, name, above), module)
    return found


def _full(module: Any, name: str, above: dict[int, tuple[Any, str]]) -> str:
    seen = set()
    while id(module) in above and id(module) not in seen:
        seen.add(id(module))
        module, outer = above[id(module)]
        name = f"{outer}.{name}"
    return name
