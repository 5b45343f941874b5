"""Networks of the script's own, a pretrained model with new layers on it: PEFT saves none of those."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Saved, TensorsRead
from lora_lint.lifecycle.events.models import Wrapped
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import UNKNOWN, BaseModel, Config
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._by_peft import may_name, saved_by_peft_alone, saved_whole
from lora_lint.rules.questions import certain, trained_here

LOADING = (".load_state_dict", "torch.load", "safetensors.torch.load_file", "safetensors.torch.load_model")
# parts of the names of layers that answer what the network is asked; others may serve the training alone
ANSWERING = "head classif score regress logit fc out_layer output linear dense tagger crf".split()
# parts of the names of such that do: of a loss on features, of a critic where the model is trained on what it writes
SERVING = "proj aux contrast discrim".split()
CRITICS = "value v_head critic".split()


def frozen_with_it(lifecycle: Lifecycle) -> Iterator[tuple[Event[Wrapped], Config, tuple[str, ...]]]:
    """Wraps of whole networks: the new layers are frozen as they are at first, at random, and no save holds them."""
    if lifecycle.mentioned.calls(*LOADING):
        return  # they may be there from an earlier training
    trained = {adapter for training in certain(lifecycle.of(Trained)) for adapter in training.facts.adapters}
    for event in certain(lifecycle.of(Wrapped)):
        config, adapter = event.facts.config, event.facts.adapter
        if adapter not in trained or adapter is None or not isinstance(config, Config):
            continue
        if any(isinstance(model, BaseModel) and model.trained_at is not None for model in event.life.models.values()):
            continue  # the network was trained as a whole before
        left = _left_out(config, event.facts.own)
        if left and saved_by_peft_alone(lifecycle, adapter) and not saved_whole(lifecycle, adapter):
            yield event, config, left


def _left_out(config: Config, layers: tuple[str, ...]) -> tuple[str, ...]:
    """The layers that neither get an adapter nor are trained whole, as far as the config can be read."""
    if config.open:
        return ()
    fields = dict(config.fields)
    named: list[object] = []
    for field in ("target_modules", "modules_to_save"):
        value = fields.get(field)
        if field == "target_modules" and not isinstance(value, tuple):
            return ()  # a pattern, or those that PEFT takes for a family
        named += value if isinstance(value, tuple) else [] if value is None else [value]
    if UNKNOWN in named:
        return ()
    return tuple(layer for layer in layers if not any(isinstance(n, str) and may_name(n, (layer,)) for n in named))


def saved_without(lifecycle: Lifecycle) -> dict[tuple[str, ...], Event[Saved]]:
    """The last save of the model inside such a network, by the layers that stand on it: these are trained beside it,
    and are in no file."""
    found: dict[tuple[str, ...], Event[Saved]] = {}
    serving = SERVING + (CRITICS if lifecycle.mentioned.calls(".generate") else [])
    for event in certain(lifecycle.of(Saved)):
        layers = tuple(layer for layer in event.facts.heads if _answers(layer, serving))
        if layers and trained_here(event, event.facts.tokens) and _by_hand(lifecycle, event):
            if _reads(lifecycle, event):
                continue  # they may lie there already; what only another run loads, this one has to save
            if all(saved_by_peft_alone(lifecycle, adapter) for adapter in event.facts.adapters):
                found[layers] = event
    return found


def _reads(lifecycle: Lifecycle, save: Event[Saved]) -> bool:
    """Does a run that comes to this save load any file of tensors?"""
    reads = {read.id for read in lifecycle.of(TensorsRead)}
    return any(save.id in ending.events and reads & ending.events for ending in lifecycle.endings)


def _answers(layer: str, serving: list[str]) -> bool:
    name = layer.lower()
    return any(part in name for part in ANSWERING) and not any(part in name for part in serving)


def _by_hand(lifecycle: Lifecycle, save: Event[Saved]) -> bool:
    """A trainer that is given the network saves all of it in its checkpoints."""
    trainings = [e for e in lifecycle.of(Trained) if not {*e.facts.adapters}.isdisjoint(save.facts.adapters)]
    return bool(trainings) and all(training.facts.how != "trainer" for training in trainings)
