"""LL116: weights of the model that are opened by hand train beside the adapter, and PEFT leaves them out."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Wrapped
from lora_lint.lifecycle.events.training import BaseOpened, OptimizerMade, Resized, Trained
from lora_lint.lifecycle.records import UNKNOWN, Config, Oid
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._by_peft import may_name, saved_by_peft_alone, saved_whole
from lora_lint.rules._embeddings import EMBEDDINGS, covers
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, maker, others_train, same_model

OF_ADAPTERS = ("lora", "modules_to_save", "default", "original_module", "token_adapter", "prompt", "ia3", "vera")
OF_EMBEDDINGS = {"get_input_embeddings": "the input embedding", "get_output_embeddings": "the output embedding"}
FEW = 3  # parts that a message names


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A trainer, or an optimizer that holds it, trains what `requires_grad` was set for, and every save of the adapter
    is PEFT's own."""
    asked = {save.facts.with_embeddings for save in lifecycle.of(Saved) if not save.facts.full}
    if not asked.isdisjoint((True, None)) or (asked != {False} and lifecycle.has(Resized)):
        return  # PEFT saves embeddings then, or may
    for events in by_site(certain(lifecycle.of(BaseOpened))).values():
        found = [(event, training) for event in events if (training := _lost(lifecycle, event)) is not None]
        if found and len(found) == len(events):
            yield _report([event for event, _ in found], found[0][1])


def _lost(lifecycle: Lifecycle, opened: Event[BaseOpened]) -> Event[Trained] | None:
    """The training of what was opened, where no save holds it."""
    module = opened.facts.module
    if opened.facts.closed or any(part in module for part in OF_ADAPTERS):
        return None
    if any(event.facts.closed and event.id > opened.id for event in lifecycle.of(BaseOpened)):
        return None
    own = list(lifecycle.of(OptimizerMade))
    if own and not any(_holds(opened, made) for made in own):
        return None  # it may hold the adapter alone
    for training in certain(lifecycle.of(Trained)):
        if training.id < opened.id or not others_train(training) or not (own or training.facts.how == "trainer"):
            continue
        if not same_model(training, opened):
            continue
        adapters = training.facts.adapters
        if adapters and all(_left_out(lifecycle, adapter, training, module) for adapter in adapters):
            return training
    return None


def _holds(opened: Event[BaseOpened], made: Event[OptimizerMade]) -> bool:
    """An optimizer holds what was opened, be it before or after."""
    roots = {made.life.root(oid) for oid in made.facts.models if oid in made.life.models}
    same = opened.oid is not None and opened.life.root(opened.oid) in roots
    return same and (made.facts.whole or opened.facts.module in made.facts.beside)


def _left_out(lifecycle: Lifecycle, adapter: Oid, training: Event[Trained], module: str) -> bool:
    config = training.life.adapters[adapter].config
    if not isinstance(config, Config) or config.open:
        return False
    made = maker(lifecycle, adapter)
    head = made.facts.head if made is not None and isinstance(made.facts, Wrapped) else None
    if head is not None and module in head.names:
        return False  # a new head: head-not-saved speaks
    if config.get("trainable_token_indices") is not None or _named(config, module):
        return False
    return saved_by_peft_alone(lifecycle, adapter) and not saved_whole(lifecycle, adapter)


def _named(config: Config, module: str) -> bool:
    """Does a config name the module, or may it? Where an adapter is put on an embedding, PEFT saves that whole."""
    if covers(config) and (module in OF_EMBEDDINGS or any(part in module for part in EMBEDDINGS)):
        return True
    named = config.get("modules_to_save")
    names = named if isinstance(named, tuple) else () if named is None else (named,)
    return UNKNOWN in names or any(may_name(name, (module,)) for name in names)


def _report(opened: list[Event[BaseOpened]], training: Event[Trained]) -> Report:
    parts = list(dict.fromkeys(OF_EMBEDDINGS.get(event.facts.module, event.facts.module) for event in opened))
    what = " and ".join(parts) if len(parts) <= FEW else "weights of the model itself"
    verb = "is" if len(parts) == 1 else "are"
    message = (
        f"{what} {verb} trained, and {verb} in no file: PEFT saves the adapter's own weights and the modules that "
        "modules_to_save names"
    )
    return Report(opened[0].site, message, "error", "high", (Step(training.site, "trained here"),))


RULE = Rule(
    "LL116",
    "opened-weights-not-saved",
    "weights that are opened by hand are trained and not saved",
    (BaseOpened,),
    check,
    preview=True,
)
