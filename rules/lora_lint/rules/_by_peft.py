"""Shared by rules on weights that are trained beside an adapter: PEFT saves the adapter's own tensors, and the modules
that its config names."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.lifecycle.events.disk import Saved, WeightsSaved
from lora_lint.lifecycle.records import Keeping, Kept, Oid
from lora_lint.lifecycle.trace import Ending, Lifecycle
from lora_lint.rules.questions import certain

TASKS_WITH_HEADS = ("SEQ_CLS", "TOKEN_CLS")  # under which PEFT trains a copy of the head, and saves it along
# calls that may write such weights down without PEFT: tensors, the state of all that trains, other checkpoints
BY_HAND = (
    "torch.save .state_dict safetensors.torch.save_file safetensors.torch.save_model .save_state .save_checkpoint "
    ".save_model_checkpoint .fit pickle.dump dill.dump cloudpickle.dump joblib.dump .tofile numpy.save numpy.savez"
).split()
SAVE = "save"  # of an object that is not seen: it may write anything


def saved_by_peft_alone(lifecycle: Lifecycle, adapter: Oid) -> bool:
    """The adapter is saved, and nothing of the script could write what was trained beside it."""
    said = lifecycle.mentioned
    if said.calls(*BY_HAND) or (said.calls(f".{SAVE}") and not said.defines(SAVE)) or lifecycle.has(WeightsSaved):
        return False
    saves = [save for save in certain(lifecycle.of(Saved)) if adapter in save.facts.adapters and not save.facts.full]
    kept = [kept for end in lifecycle.endings for kept in _kept(end, adapter)]
    return bool(saves) and all(each.how is not Keeping.UNSURE or each.by_path for each in kept)


def _kept(ending: Ending, adapter: Oid) -> tuple[Kept, ...]:
    held = ending.life.adapters.get(adapter)
    return ending.life.content(held.token).kept if held is not None else ()


def saved_whole(lifecycle: Lifecycle, adapter: Oid | None) -> bool:
    """The whole model is saved with the adapter folded in, or its layers inside: so is what was trained beside it."""
    for save in lifecycle.of(Saved):
        if save.oid is not None and save.facts.full:
            base = save.life.base(save.oid)
            if adapter in base.layers or any(save.life.canonical(token)[0] == adapter for token in base.merged):
                return True
    return False


def may_name(name: Hashable, head: tuple[str, ...]) -> bool:
    """PEFT takes a module whose full name ends so; a part of the head may be all that there is to it."""
    return not isinstance(name, str) or any(own.endswith(name) or own in name.split(".") for own in head)
