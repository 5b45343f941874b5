"""The file of an adapter that a script writes itself, by save_file or torch.save: which model's adapter it is."""

from __future__ import annotations

import os
from typing import Any

from .outputs import Outputs
from .state import Models, adapters_of, digest, digests_of, is_peft, unwrapped

FILES = ("adapter_model.safetensors", "adapter_model.bin")  # that PEFT loads
IN_FULL = "ModulesToSaveWrapper"


class ByHand:
    """Remembers what PEFT itself would have written where the script writes an adapter's tensors."""

    def __init__(self, models: Models, outputs: Outputs) -> None:
        self.models, self.outputs = models, outputs
        self.in_full: dict[str, dict[str, tuple[int, ...]]] = {}  # by folder, modules that are saved in full

    def wrote(self, path: str, content: Any, steps: int) -> None:
        """Called once `content` lies in a file, after so many optimizer steps in all."""
        folder, name = os.path.split(path)
        if name not in FILES:
            return
        self.in_full.pop(folder, None)
        self.outputs.forget(folder)
        tensors = _tensors(content)
        model = self._holding(tensors)
        if model is None:
            return
        self.in_full[folder] = _saved_in_full(model)
        now = digests_of(model, adapters_of(model)[0]) or {}
        if {digest(tensor) for tensor in tensors.values()} <= set(now.values()):  # else it is of an earlier step
            self.outputs.remember(folder, model, steps)

    def _holding(self, tensors: dict[str, Any]) -> Any:
        """The one PeftModel, with one adapter, that saves tensors under all these names."""
        found = {}
        for model in self.models.alive():
            inner, _ = unwrapped(model)
            if is_peft(inner) and len(adapters_of(inner)) == 1:
                adapter = adapters_of(inner)[0]
                names = digests_of(inner, adapter)
                # in a state dict the adapter's name is part of each; PEFT leaves it out
                if names and tensors and {key.replace(f".{adapter}", "") for key in tensors} <= names.keys():
                    found[id(inner)] = inner
        return next(iter(found.values())) if len(found) == 1 else None


def _tensors(content: Any) -> dict[str, Any]:
    """A state dict; nothing where it holds anything else."""
    import torch

    if not isinstance(content, dict):
        return {}
    flat = all(isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in content.items())
    return dict(content) if flat else {}


def _saved_in_full(model: Any) -> dict[str, tuple[int, ...]]:
    """The weights of modules_to_save, by the names that PEFT saves them under, with their shapes."""
    adapter = adapters_of(model)[0]
    return {
        f"{name}.{inner}": tuple(weight.shape)
        for name, module in model.named_modules()
        if type(module).__name__ == IN_FULL and adapter in module.modules_to_save
        for inner, weight in module.modules_to_save[adapter].named_parameters()
    }
