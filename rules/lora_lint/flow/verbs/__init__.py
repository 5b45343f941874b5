"""The verbs: what a row of the tables makes happen."""

from __future__ import annotations

from lora_lint.flow.library import Verb
from lora_lint.flow.verbs import (
    adding,
    around,
    callables,
    contexts,
    copying,
    guards,
    language,
    loading,
    merging,
    options,
    parameters,
    pipelines,
    preparing,
    running,
    saving,
    sequences,
    system,
    tensors,
    trainers,
    training,
    wrapping,
)

VERBS: dict[str, Verb] = {
    **language.VERBS,
    **sequences.VERBS,
    **callables.VERBS,
    **copying.VERBS,
    **guards.VERBS,
    **system.VERBS,
    **options.VERBS,
    **loading.VERBS,
    **wrapping.VERBS,
    **adding.VERBS,
    **around.VERBS,
    **contexts.VERBS,
    **merging.VERBS,
    **saving.VERBS,
    **tensors.VERBS,
    **preparing.VERBS,
    **parameters.VERBS,
    **training.VERBS,
    **trainers.VERBS,
    **running.VERBS,
    **pipelines.VERBS,
}
