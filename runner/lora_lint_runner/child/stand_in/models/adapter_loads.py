"""Loads of adapters, by PEFT and by transformers: where one lies, and without what only the real model asks for."""

from __future__ import annotations

import os
from typing import Any

from .hub import Hub
from .making import Asked


def loading_adapter(hub: Hub, real: Any) -> Any:
    def from_pretrained(cls: Any, model: Any, model_id: Any, *args: Any, **options: Any) -> Any:
        for option in (
            "device_map",
            "torch_device",
            "token",
            "revision",
            "offload_folder",
            "max_memory",
            "torch_dtype",
        ):
            options.pop(option, None)
        found, options = _placed(hub, model_id, model, options)
        return real(cls, model, found, *args, **options)

    return from_pretrained


def _placed(hub: Hub, name: Any, model: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Where an adapter for a model lies, and the options without what has led there."""
    if not isinstance(name, (str, os.PathLike)):
        return name, options
    found = hub.ensure(name, Asked("PeftModel", model=model))
    place = hub.adapter_in(os.fspath(name), str(options["subfolder"]), model) if options.get("subfolder") else None
    if place is None:
        return found, options
    return place, {k: v for k, v in options.items() if k != "subfolder"}


def adding_adapter(hub: Hub, real: Any) -> Any:
    def load_adapter(self: Any, *args: Any, **options: Any) -> Any:
        for option in ("device_map", "torch_device", "token", "revision"):
            options.pop(option, None)
        if args:
            found, options = _placed(hub, args[0], self, options)
            return real(self, found, *args[1:], **options)
        for key in ("model_id", "peft_model_id"):
            if key in options:
                found, options = _placed(hub, options[key], self, options)
                options = {**options, key: found}
        return real(self, **options)

    return load_adapter
