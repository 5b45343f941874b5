"""The verbs: what a row of the tables makes happen."""

from __future__ import annotations

from lora_lint.flow.library import Verb
from lora_lint.flow.verbs import (
    guards,
    language,
    merging,
    options,
    pipelines,
    saving,
    system,
    trainers,
    training,
    wrapping,
)

VERBS: dict[str, Verb] = {
    **language.VERBS,
    **guards.VERBS,
    **system.VERBS,
    **options.VERBS,
    **wrapping.VERBS,
    **merging.VERBS,
    **saving.VERBS,
    **training.VERBS,
    **trainers.VERBS,
    **pipelines.VERBS,
}
