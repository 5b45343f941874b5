"""What older releases did and no single name or argument tells, one module each: how it is known, said and served."""

from __future__ import annotations

from typing import Any

from . import (
    asked_generation,
    displaced,
    features,
    finished,
    generation,
    labelled,
    lengths,
    media,
    named_adapters,
    optimizers,
    padding,
    padless,
    pairs,
    reference,
    scheduled,
    sequences,
    sighted,
    twice,
)

OF_THEIR_OWN: tuple[Any, ...] = (
    asked_generation, displaced, features, finished, generation, labelled, lengths, media, named_adapters, optimizers,
    padding, padless, pairs, reference, scheduled, sequences, sighted, twice,
)  # fmt: skip
