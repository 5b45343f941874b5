"""What a model is right now, in the words of the analysis: PeftModel, plain model, merged, emptied; its adapters."""

from __future__ import annotations

import hashlib
import sys
import weakref
from typing import Any, NamedTuple

WRAPPERS = {
    "OptimizedModule": "compiled",
    "DistributedDataParallel": "parallel",
    "DataParallel": "parallel",
    "FullyShardedDataParallel": "sharded",
}
WORDS = {  # as the linter has them
    "peft": "PeftModel",
    "emptied": "emptied PeftModel (its layers were taken out)",
    "tuner": "LoRA tuner",
    "plain": "plain {cls}",
    "merged": "plain {cls}, merged",
    "unloaded": "plain {cls}, adapter unloaded",
    "adapted": "plain {cls} with adapters added in place",
    "inside": "plain {cls} with adapter layers inside, put there by PEFT",
}


class Start(NamedTuple):
    """An adapter as it was when it came into being: a digest for each tensor, by the key that its file uses."""

    adapter: str
    origin: str
    digests: dict[str, str]


class Models:
    """Gives each model object a label that stays, and remembers how its adapters began."""

    def __init__(self) -> None:
        self._labels: dict[int, tuple[Any, str]] = {}
        self._count = 0
        self.starts: dict[tuple[str, str], Start] = {}
        self._loaded: dict[tuple[str, str], Start] = {}  # adapters of this run as they were when it loaded them again
        self._went_on: set[tuple[str, str]] = set()  # those of them that are to be trained further
        self._passed: set[str] = set()  # models that a backward pass went through
        self._restored: set[tuple[str, str]] = set()  # those that a model has got back: the best of its checkpoints
        self.kept: dict[Any, dict[str, Start]] = {}
        self.freed: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()  # by what they lost their layers
        self.trained_in: weakref.WeakKeyDictionary[Any, list[Start]] = weakref.WeakKeyDictionary()  # merged models
        self._inside: weakref.WeakSet[Any] = weakref.WeakSet()  # bases that a PeftModel has put its layers into
        self._owners: dict[int, tuple[Any, Any]] = {}

    def own(self, model: Any) -> None:
        """Remembers which PeftModel a tuner belongs to: merges are calls of the tuner."""
        tuner = getattr(model, "base_model", None)
        self._inside.add(model.get_base_model())
        if is_tuner(tuner):  # of a prompt it is the model itself
            self._owners[id(tuner)] = (weakref.ref(tuner), weakref.ref(model))

    def owner(self, model: Any) -> Any:
        """The PeftModel of a tuner; any other model is itself."""
        known = self._owners.get(id(model))
        if known is not None and known[0]() is model and known[1]() is not None:
            return known[1]()
        return model

    def label(self, model: Any) -> str:
        """A name for this object: m1, m2, ..."""
        known = self._labels.get(id(model))
        if known is not None and known[0]() is model:
            return known[1]
        self._count += 1
        name = f"m{self._count}"
        self._labels[id(model)] = (weakref.ref(model), name)
        return name

    def alive(self) -> list[Any]:
        """The models that were seen and are still there."""
        return [model for model in (held() for held, _ in self._labels.values()) if model is not None]

    def weights(self) -> set[str]:
        """The names of all their weights."""
        return {name for model in self.alive() for name, _ in model.named_parameters()}

    def tensors(self) -> set[int]:
        """Where their tensors lie."""
        return {p.data_ptr() for model in self.alive() for p in model.parameters()}

    def all_of_one(self, places: set[int]) -> bool:
        """Are all tensors of an adapter, which was trained, among those that lie in these places?"""
        for model in self.alive():
            for name in adapters_of(model):
                own = {p.data_ptr() for key, p in model.named_parameters() if f".{name}." in f"{key}." and p.numel()}
                if own and own <= places and self.moved(model, name):
                    return True
        return False

    def describe(self, model: Any) -> dict[str, Any]:
        """The state of a model, for an event."""
        inner, wrappers = unwrapped(model)
        return {
            "label": self.label(inner),
            "class": type(inner).__name__,
            "kind": self.kind(model),
            "form": {"what": self.what(inner), "wrappers": [WRAPPERS[w] for w in wrappers]},
            "adapters": [self._adapter(inner, name) for name in adapters_of(inner)],
        }

    def kind(self, model: Any) -> str:
        """The kind, in the words that `--trace` uses."""
        inner, wrappers = unwrapped(model)
        text = WORDS[self.what(inner)].format(cls=type(inner).__name__)
        return " of ".join([*(f"{WRAPPERS[w]} wrapper" for w in wrappers), text])

    def what(self, model: Any) -> str:
        """The kind of a model without wrappers, in one word: a key of WORDS."""
        layers = has_layers(model)
        if is_peft(model):
            return "peft" if layers else "emptied"
        if is_tuner(model):
            return "tuner"
        if layers:
            holder = getattr(model, "transformers_model", model)  # of a model of sentence-transformers
            integrated = getattr(holder, "_hf_peft_config_loaded", False)  # its own save knows of adapters
            return "adapted" if integrated and model not in self._inside else "inside"
        return self.freed.get(model, "plain")

    def begin(self, model: Any, adapter: str, origin: str, place: Any = None) -> None:
        """Remembers an adapter as it is now: what it is compared with when it is saved. One that is loaded from where
        this run has saved it goes on from its own beginning."""
        known = self.kept.get(place, {})
        digests = digests_of(model, adapter)
        now = Start(adapter, origin, digests) if digests is not None else None
        key = (self.label(model), adapter)
        self._went_on.discard(key)
        if origin == "loaded" and key[0] in self._passed:
            self._restored.add(key)
        if origin == "loaded" and known:
            self.starts[key] = known.get(adapter) or next(iter(known.values()))
            if now is not None:
                self._loaded[key] = now
        elif now is not None:
            self.starts[key] = now

    def went_back(self, model: Any, optimizer: Any) -> None:
        """A backward pass of a model, with the optimizer that was made last: adapters that this run has loaded again
        and that the optimizer holds are to be trained further, whether or not they can be."""
        inner, _ = unwrapped(self.owner(model))
        label = self.label(inner)
        self._passed.add(label)
        open_ = [name for of, name in self._loaded if of == label and (of, name) not in self._went_on]
        if not open_:
            return
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        for name in open_:
            if any(id(p) in held for key, p in inner.named_parameters() if f".{name}." in f"{key}."):
                self._went_on.add((label, name))

    def saved_from(self, model: Any, adapter: str) -> Start | None:
        """What an adapter that is saved is compared with: its beginning, or how it was when it was loaded to be trained
        further."""
        key = (self.label(model), adapter)
        return self._loaded[key] if key in self._went_on else self.start(model, adapter)

    def begin_again(self, model: Any) -> None:
        """Adapters of which nothing was trained yet, as they are now: trl copies one into the other that it adds for
        reference."""
        inner, _ = unwrapped(model)
        for adapter in adapters_of(inner):
            start = self.start(inner, adapter)
            if start is not None and start.origin != "loaded":
                self.begin(inner, adapter, start.origin)

    def moved(self, model: Any, adapter: str) -> int | None:
        """How many tensors of an adapter differ from its start; None where that is not known."""
        start = self.starts.get((self.label(model), adapter)) or self._other_start(adapter)
        now = digests_of(model, adapter) if start is not None else None
        if start is None or now is None:
            return None
        return sum(1 for key, digest in now.items() if start.digests.get(key) != digest)

    def trained(self, model: Any, described: dict[str, Any]) -> list[Start]:
        """How the active adapters of a model began that were trained in this run: of no other place they can be had."""
        inner, _ = unwrapped(model)
        found = [self.start(inner, a["name"]) for a in described["adapters"] if a["trained"] and a["active"]]
        return [start for start in found if start is not None]

    def start(self, model: Any, adapter: str) -> Start | None:
        return self.starts.get((self.label(model), adapter)) or self._other_start(adapter)

    def _other_start(self, adapter: str) -> Start | None:
        """The wrapped base and its wrapper hold the same adapter under two labels."""
        found = [s for (_, name), s in self.starts.items() if name == adapter]
        return found[-1] if len(found) == 1 else None

    def _adapter(self, model: Any, name: str) -> dict[str, Any]:
        start = self.start(model, name)
        moved = self.moved(model, name)
        active = active_of(model)
        loaded = self._loaded.get((self.label(model), name))
        return {
            "name": name,
            "origin": start.origin if start is not None else "unknown",
            "trained": None if moved is None else moved > 0,
            "as_loaded": loaded is not None and digests_of(model, name) == loaded.digests,
            "restored": (self.label(model), name) in self._restored,
            "active": name in active,
            "trainable": any(p.requires_grad for k, p in model.named_parameters() if f".{name}" in k),
        }


def unwrapped(model: Any) -> tuple[Any, list[str]]:
    """The model inside compile and data-parallel wrappers, and the wrappers' names."""
    wrappers: list[str] = []
    while True:
        name = type(model).__name__
        if name == "OptimizedModule":
            model = model._orig_mod
        elif name in WRAPPERS:
            model = model.module
        else:
            return model, wrappers
        wrappers.append(name)


def within(model: Any) -> Any:
    """The PeftModel that a module of the script's own holds; any other model is itself."""
    own, _ = unwrapped(model)
    held = [] if is_peft(own) else [part for part in own.modules() if is_peft(part)]
    return held[0] if len(held) == 1 else model


def base_of(model: Any) -> Any:
    """The model below an adapter of PEFT; any other is itself."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def is_peft(model: Any) -> bool:
    peft = sys.modules.get("peft.peft_model")
    mixed = getattr(sys.modules.get("peft.mixed_model"), "PeftMixedModel", ())
    return peft is not None and isinstance(model, (peft.PeftModel, *([mixed] if mixed else [])))


def is_tuner(model: Any) -> bool:
    tuners = sys.modules.get("peft.tuners.tuners_utils")
    return tuners is not None and isinstance(model, tuners.BaseTuner)


def has_layers(model: Any) -> bool:
    """Does a model hold an adapter's tensors, in layers or as a prompt?"""
    tuners = sys.modules.get("peft.tuners.tuners_utils")
    if tuners is None:
        return False
    if is_peft(model) and getattr(model, "prompt_encoder", None):  # SAM has a part of that name, too
        return True
    return any(isinstance(module, tuners.BaseTunerLayer) for module in model.modules())


def adapters_of(model: Any) -> list[str]:
    held = getattr(model, "peft_config", None)
    return list(held) if isinstance(held, dict) else []


def active_of(model: Any) -> list[str]:
    for name in ("active_adapters", "active_adapter"):
        try:
            held = getattr(model, name)
            held = held() if callable(held) else held
        except Exception:
            continue
        return [held] if isinstance(held, str) else list(held)
    return []


def digests_of(model: Any, adapter: str) -> dict[str, str] | None:
    """A digest of each tensor of an adapter, by the key under which PEFT saves it."""
    saving = sys.modules.get("peft.utils.save_and_load")
    if saving is None or adapter not in adapters_of(model):
        return None
    try:
        found = saving.get_peft_model_state_dict(model, adapter_name=adapter, save_embedding_layers=False)
        return {key: digest(value) for key, value in found.items()}
    except Exception:
        return None


def digest(tensor: Any) -> str:
    """A short digest of a tensor's values."""
    import torch

    whole = tensor.detach().to("cpu", torch.float32).contiguous()
    return hashlib.sha256(memoryview(whole.numpy()).cast("B") if whole.numel() else b"").hexdigest()[:16]
