"""Adapters that are computed or loaded, and left out of the merge in which their model ends."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from lora_lint.lifecycle.events.disk import Saved, WeightsSaved
from lora_lint.lifecycle.events.models import Activated, Blended, Folded, Loaded, Merged
from lora_lint.lifecycle.events.script import Handed
from lora_lint.lifecycle.events.training import Trained, TrainerMade
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.questions import certain, same_model

BY_ROW = "adapter_names"  # whose weights work on which row of a batch, whoever is active (peft 0.21.2)
WORK = (Handed, TrainerMade, Trained, Folded, WeightsSaved)
# with these the script may work on the tensors of any adapter by itself
TENSORS = (".state_dict", ".named_parameters", ".named_modules", ".modules", "peft.get_peft_model_state_dict")


def merged_without(lifecycle: Lifecycle, event: Event[Blended | Loaded]) -> Event[Merged] | None:
    """The merge of other adapters with which this one is gone, activated and saved nowhere."""
    adapter = event.facts.adapter
    later = [other.facts.names for other in lifecycle.of(Activated) if other.id > event.id]
    if any(names is None or event.facts.name in names or not _all_told(names) for names in later):
        return None
    # what is active then was so before, whatever it is called; what is computed has a name of its own
    untouched = not later and not any(same_model(given, event) for given in lifecycle.of(Handed))
    other = untouched and isinstance(event.facts, Blended)
    for merge in certain(lifecycle.of(Merged)):
        if adapter is None or merge.id < event.id or merge.oid is None or adapter not in merge.life.held(merge.oid):
            continue
        names, peft = merge.facts.names, merge.life.peft(merge.oid)
        told = names if names is not None else peft.active if peft is not None and not merge.facts.untold else ()
        if told and (other or _all_told(told)) and event.facts.name not in told:
            if not _of_other_use(lifecycle, event, merge):
                return merge
    return None


def _all_told(names: Iterable[Hashable]) -> bool:
    return all(isinstance(name, str) for name in names)


def _of_other_use(lifecycle: Lifecycle, event: Event[Blended | Loaded], merge: Event[Merged]) -> bool:
    """A blend is kept in a file. What is loaded may be there for more than a merge: to compare with in a training, to
    be blended with others, to be saved along with them, for some rows of a batch; or the merge names those it wants."""
    adapter, name = event.facts.adapter, event.facts.name
    assert adapter is not None
    if not isinstance(event.facts, Loaded):
        token = merge.life.token(adapter)
        return any(ending.life.content(token).kept for ending in lifecycle.after(merge))
    if event.facts.onto != "peft" or not isinstance(name, str) or merge.facts.names is not None:
        return True
    working = [other for other in lifecycle.of(*WORK) if other.id > event.id and same_model(other, event)]
    blends = [other.facts.sources for other in lifecycle.of(Blended) if other.id > event.id]
    return (
        bool(working)
        or any(sources is None or name in sources or not _all_told(sources) for sources in blends)
        or any(adapter in save.facts.adapters for save in lifecycle.of(Saved) if save.id > event.id)
        or lifecycle.mentioned.names(BY_ROW)
        or lifecycle.mentioned.calls(*TENSORS)
    )
