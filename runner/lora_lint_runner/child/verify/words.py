"""The embedding of tokens, of which a model may have as many rows as its tokenizer has tokens."""

from __future__ import annotations

from typing import Any


def words(model: Any) -> Any:
    """None where there is none: speech and vision, also of what has a text model beside it
    (SiglipForImageClassification of transformers 5.23, whose patches are embedded by a convolution)."""
    try:
        found = model.get_input_embeddings()
    except (AttributeError, NotImplementedError):
        return None
    return found if getattr(getattr(found, "weight", None), "ndim", 0) == 2 else None
