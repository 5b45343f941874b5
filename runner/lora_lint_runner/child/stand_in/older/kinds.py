"""What older releases did and no single name or argument tells, one module each: how it is known, said and served."""

from __future__ import annotations

from typing import Any

from .inputs import (
    columns,
    lengths,
    long_texts,
    media,
    pad_ids,
    padding,
    padless,
    patchless,
    picture_first,
    sequences,
    setting_names,
    tokenizer_types,
)
from .models import (
    all_scores,
    asked_generation,
    attention,
    features,
    finished,
    generation,
    headless,
    listed_names,
    of_text,
    rotary,
)
from .trainers import (
    adapted_heads,
    config_field,
    displaced,
    evaluated,
    formatted_answers,
    former_methods,
    labelled,
    loss_inputs,
    masked,
    merged_arguments,
    named_adapters,
    optimizers,
    pairs,
    placed_arguments,
    plain_configs,
    prompts,
    reference,
    scheduled,
    several_scores,
    sighted,
    torch_datasets,
    twice,
)

OF_THEIR_OWN: tuple[Any, ...] = (
    adapted_heads, all_scores, asked_generation, attention, columns, config_field, displaced, evaluated, features,
    finished, formatted_answers, former_methods, generation, headless, labelled, lengths, listed_names, long_texts,
    loss_inputs, masked, media, merged_arguments, named_adapters, of_text, optimizers, pad_ids, padding, padless,
    pairs, patchless, picture_first, placed_arguments, plain_configs, prompts, reference, rotary, scheduled, sequences,
    setting_names, several_scores, sighted, tokenizer_types, torch_datasets, twice,
)  # fmt: skip
