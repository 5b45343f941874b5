"""Verbs of Python itself: builtins, the standard library, command-line options. None of them knows the other verbs."""

from __future__ import annotations

from lora_lint.flow.calls.library import Verb
from lora_lint.flow.verbs.python import (
    asking,
    callables,
    context_variables,
    copying,
    dispatching,
    dynamic,
    guards,
    importing,
    language,
    mappings,
    options,
    patterns,
    picking,
    recording,
    records,
    reducing,
    removing,
    sequences,
    system,
)

VERBS: dict[str, Verb] = {
    **language.VERBS,
    **mappings.VERBS,
    **sequences.VERBS,
    **callables.VERBS,
    **context_variables.VERBS,
    **copying.VERBS,
    **dispatching.VERBS,
    **dynamic.VERBS,
    **recording.VERBS,
    **guards.VERBS,
    **asking.VERBS,
    **patterns.VERBS,
    **picking.VERBS,
    **system.VERBS,
    **removing.VERBS,
    **importing.VERBS,
    **options.VERBS,
    **records.VERBS,
    **reducing.VERBS,
}
