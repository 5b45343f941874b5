"""What a run has used: releases, memory, GPUs."""

from __future__ import annotations

import sys
from typing import Any


def versions() -> dict[str, str]:
    """The releases that the script really used."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in ("torch", "transformers", "peft", "trl", "accelerate", "datasets", "diffusers", "safetensors"):
        version = getattr(sys.modules.get(name), "__version__", None)
        if version is not None:
            found[name] = str(version)
    return found


def memory() -> int | None:
    """Peak memory of this process in bytes."""
    try:
        import resource
    except ImportError:
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def gpus() -> list[dict[str, Any]]:
    """Peak memory of each GPU that this process used, in bytes, as torch's allocator counts it."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return []
    return [
        {
            "name": torch.cuda.get_device_name(i),
            "allocated": torch.cuda.max_memory_allocated(i),
            "reserved": torch.cuda.max_memory_reserved(i),
        }
        for i in range(torch.cuda.device_count())
        if torch.cuda.max_memory_reserved(i)
    ]
