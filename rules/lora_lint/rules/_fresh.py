"""A fresh adapter that takes the place of another one of its name: of a trained one, in whose stead it is saved, or of
one that is trained as well, and is the same from then on."""

from __future__ import annotations

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Loaded, WeightsPut, Wrapped
from lora_lint.lifecycle.events.training import Froze, TakenOver, Trained
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import UNKNOWN, Config, Keeping, Oid, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._by_peft import TASKS_WITH_HEADS
from lora_lint.rules.questions import certain, is_only_here, trained_and_lost


def given_way(lifecycle: Lifecycle, event: Event[Wrapped | Loaded]) -> list[Oid]:
    """The adapters in the base that were trained and are kept nowhere, where the script saves the fresh one and never
    trains it: a search, which throws away what it has trained, saves neither."""
    facts, life = event.facts, event.life
    if not isinstance(facts, Wrapped) or facts.adapter is None or event.oid is None or life.peft(event.oid) is not None:
        return []
    fresh, endings = facts.adapter, lifecycle.after(event)
    layers = [layer for layer in life.base(event.oid).layers if same_name(life, facts, layer)]
    gone = [layer for layer in layers if life.content(life.token(layer)).trained is Sure.YES]
    lost = all(trained_and_lost(ending, layer) for ending in endings for layer in gone)
    idle = all(_is_untrained(ending.life, fresh) for ending in endings)
    saves = [save for save in certain(lifecycle.of(Saved)) if save.id > event.id]
    return gone if lost and idle and any(save.facts.adapters == (fresh,) for save in saves) else []


# what may give tensors other values without an event of its own
BY_HAND = (".copy_", ".reset_lora_parameters", ".reset_parameters")
RESTORING = (".load_state_dict", ".apply", ".init_weights", "._init_weights", "._initialize_weights")


def shared(lifecycle: Lifecycle, event: Event[Wrapped | Loaded]) -> bool:
    """Two wrappers around one base model, of which each is trained and saved: both have the same tensors, and the
    training of the fresh adapter goes on from what that of the first has left."""
    facts = event.facts
    if not isinstance(facts, Wrapped) or facts.adapter is None or event.oid is None:
        return False
    first = [layer for layer in event.life.base(event.oid).layers if _same_tensors(event.life, facts, layer)]
    return any(_goes_on(lifecycle, event.id, layer, facts.adapter) for layer in first)


def moves_the_first(lifecycle: Lifecycle, event: Event[Wrapped | Loaded]) -> bool:
    """Two wrappers around one base model, of which the second is trained while the first is run as what it was, a
    reference: it has the tensors of the second (executed with peft 0.21.2, where both adapters have one name)."""
    adapter = event.facts.adapter
    if adapter is None or event.oid is None or not event.life.base(event.oid).layers:
        return False
    if isinstance(event.facts, Loaded) and event.facts.onto != "base":
        return False
    return any(run.facts.by == adapter and run.id > event.id for run in certain(lifecycle.of(TakenOver)))


def head_goes_on(lifecycle: Lifecycle, event: Event[Wrapped | Loaded]) -> bool:
    """Rounds of a loop wrap one base model (folds, seeds): the layers of the adapter start afresh in each, while the
    modules that are trained whole go on from what the round before has left (executed with peft 0.21.2)."""
    facts, life = event.facts, event.life
    if not isinstance(facts, Wrapped) or facts.adapter is None or event.oid is None or life.peft(event.oid) is not None:
        return False
    before = [layer for layer in life.base(event.oid).layers if _same_tensors(life, facts, layer)]
    if not any(life.content(life.token(layer)).trained is Sure.YES for layer in before) or not _has_copies(event):
        return False
    if not any(life.adapters[layer].site == event.site for layer in before):
        return False  # one after the other, as a script may mean it
    trained = any(e.id > event.id and facts.adapter in e.facts.adapters for e in certain(lifecycle.of(Trained)))
    restored = lifecycle.mentioned.calls(*BY_HAND, *RESTORING) or lifecycle.has(WeightsPut)
    return trained and not restored


def _has_copies(event: Event[Wrapped | Loaded]) -> bool:
    """Does the config surely ask for modules that are trained whole?"""
    config = event.facts.config if isinstance(event.facts, Wrapped) else None
    if not isinstance(config, Config) or event.oid is None:
        return False
    named = config.get("modules_to_save")
    if config.get("task_type") in TASKS_WITH_HEADS:
        return event.life.base(event.oid).cls.endswith(("ForSequenceClassification", "ForTokenClassification"))
    return isinstance(named, tuple) and bool(named)


def saved_in_vain(lifecycle: Lifecycle, event: Event[Wrapped | Loaded]) -> Event[Saved] | None:
    """The first save behind a wrap of what was trained before it and is kept nowhere, where the fresh adapter has taken
    the place of its layers: the weights of the fresh one are saved (seen with peft 0.21.2)."""
    facts, life = event.facts, event.life
    if not isinstance(facts, Wrapped) or facts.adapter is None or event.oid is None or life.peft(event.oid) is not None:
        return None
    layers = [layer for layer in life.base(event.oid).layers if _same_tensors(life, facts, layer)]
    tokens = {life.canonical(life.token(layer)) for layer in layers if is_only_here(life, layer)}
    if not tokens or lifecycle.mentioned.calls(*BY_HAND) or any(put.id > event.id for put in lifecycle.of(WeightsPut)):
        return None
    behind = {id for ending in lifecycle.after(event) for id in ending.events}
    saves = (save for save in certain(lifecycle.of(Saved)) if save.id > event.id and save.id in behind)
    return next((s for s in saves if tokens.intersection(map(s.life.canonical, s.facts.tokens))), None)


def _same_tensors(life: Life, wrapped: Wrapped, layer: Oid) -> bool:
    configs = configs_of_one_name(life, wrapped, layer)
    if configs is None:
        return False
    mine, theirs = configs
    return mine.cls == theirs.cls and mine.get("target_modules") == theirs.get("target_modules")


def configs_of_one_name(life: Life, wrapped: Wrapped, layer: Oid) -> tuple[Config, Config] | None:
    """Those of the fresh adapter and of the one that is there, where both have one name; None where the modules that
    one of them is put on are computed: then they are neither surely the same nor surely others."""
    mine, theirs = wrapped.config, life.adapters[layer].config
    if not isinstance(mine, Config) or not isinstance(theirs, Config) or not same_name(life, wrapped, layer):
        return None
    named = (mine.get("target_modules"), theirs.get("target_modules"))
    known = all(UNKNOWN not in (names if isinstance(names, tuple) else (names,)) for names in named)
    return (mine, theirs) if known else None


def _goes_on(lifecycle: Lifecycle, wrap: int, first: Oid, fresh: Oid) -> bool:
    """Both are there, then the first is trained and the fresh one next, with nothing put into it between."""
    trainings = [e for e in certain(lifecycle.of(Trained)) if e.id > wrap]
    begun = next((e for e in trainings if e.facts.adapters == (fresh,)), None)
    if begun is None or not _is_untouched(begun.life, fresh):
        return False
    before = [e.id for e in trainings if e.facts.adapters == (first,) and e.id < begun.id]
    saved = {adapter for save in certain(lifecycle.of(Saved)) if save.id > wrap for adapter in save.facts.adapters}
    if not before or not saved.issuperset((first, fresh)) or lifecycle.mentioned.calls(*BY_HAND):
        return False
    return not any(before[-1] < e.id < begun.id for e in lifecycle.of(WeightsPut, Froze))


def _is_untouched(life: Life, adapter: Oid) -> bool:
    """Code that is not seen had it in its hands never yet."""
    return _is_untrained(life, adapter) and life.keeping(life.token(adapter)) is Keeping.NOWHERE


def same_name(life: Life, wrapped: Wrapped, layer: Oid) -> bool:
    """Adapters of one name share their layers; beside one of another name the new one does no harm."""
    name = life.adapters[layer].name
    return name is not None and wrapped.name == name


def _is_untrained(life: Life, adapter: Oid) -> bool:
    return adapter in life.adapters and life.content(life.token(adapter)).trained is Sure.NO
