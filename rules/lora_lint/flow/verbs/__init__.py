"""The verbs: what a row of the tables makes happen."""

from __future__ import annotations

from lora_lint.flow.calls.library import Verb
from lora_lint.flow.verbs import (
    adding,
    around,
    checkpointing,
    contexts,
    exit_stacks,
    fitting,
    loading,
    merging,
    networks,
    optimizers,
    parameters,
    pipelines,
    preparing,
    python,
    running,
    saving,
    tensors,
    trainer_saves,
    trainers,
    training,
    visiting,
    wrapping,
)

VERBS: dict[str, Verb] = {
    **python.VERBS,
    **loading.VERBS,
    **wrapping.VERBS,
    **adding.VERBS,
    **around.VERBS,
    **contexts.VERBS,
    **exit_stacks.VERBS,
    **merging.VERBS,
    **saving.VERBS,
    **tensors.VERBS,
    **preparing.VERBS,
    **checkpointing.VERBS,
    **parameters.VERBS,
    **networks.VERBS,
    **visiting.VERBS,
    **fitting.VERBS,
    **training.VERBS,
    **optimizers.VERBS,
    **trainers.VERBS,
    **running.VERBS,
    **trainer_saves.VERBS,
    **pipelines.VERBS,
}
