"""Ids that nobody gave: of a model, a data set and an adapter of which a script knows nothing."""

from __future__ import annotations

MODEL_ID, DATA_ID, ADAPTER_ID = "lora-lint/stand-in-model", "lora-lint/stand-in-data", "lora-lint/stand-in-adapter"
