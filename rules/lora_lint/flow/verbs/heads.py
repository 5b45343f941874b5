"""The labels that the head of a classifier is for, by the keywords of its load."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.flow.calls.library import LibCall
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.values import Const, DictRec
from lora_lint.flow.worlds.terms import pick

# keywords that may say how many there are, or that their number does not matter
SAYING = frozenset({"num_labels", "id2label", "label2id", "config", "ignore_mismatched_sizes"})


def labels_of(call: LibCall, cls: str, source: Hashable) -> tuple[int, str] | None:
    """How many, and what the head is called for which PEFT trains and saves it along; None where that is not known."""
    knowledge = call.machine.knowledge
    head = knowledge.head_of(cls, source)
    if head is None or not head[0] or len(head[1]) != 1:
        return None
    count = _given(call) or (_unless_given(call, knowledge.labels_at_first(source)))
    return (count, head[1][0]) if count is not None else None


def labels_beside(call: LibCall, cls: str) -> tuple[tuple[str, Hashable], ...]:
    """The same of the base model that is loaded along with an adapter, as a trait: the adapter says which it is."""
    head = call.machine.knowledge.head_of(cls, None)
    count = _given(call) or _unless_given(call, call.machine.knowledge.usual_labels())
    return (("labels", (count, "")),) if head is not None and head[0] and count is not None else ()


def _given(call: LibCall) -> int | None:
    """How many labels the keywords name."""
    kw = call.args.kw
    if "config" in kw:
        return None
    if "num_labels" in kw:
        count = pick(call.machine.world, kw["num_labels"])
        return count.value if isinstance(count, Const) and type(count.value) is int else None
    names = record_of(call.machine, kw["id2label"]) if "id2label" in kw else None
    return len(names.items) if isinstance(names, DictRec) and not names.open and names.items else None


def _unless_given(call: LibCall, usual: int | None) -> int | None:
    """What is usual, where the keywords say nothing of labels."""
    return usual if not call.args.open and SAYING.isdisjoint(call.args.kw) else None
