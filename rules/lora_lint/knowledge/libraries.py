"""The libraries that the tables describe and that a project may hold a copy of: the tables are asked, not the copy."""

from __future__ import annotations

LIBRARIES = frozenset("accelerate bitsandbytes diffusers peft safetensors torch transformers trl unsloth".split())
