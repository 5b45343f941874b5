"""Each model's life as it happens: created, wrapped, added, loaded, activated, trained, merged, unloaded, deleted."""

from __future__ import annotations

import os
import weakref
from functools import partial
from typing import Any

from ..context import Run
from .outputs import Outputs
from .state import Models, adapters_of, unwrapped


class Events:
    """Writes down what happens to models. Only the outermost of nested operations counts."""

    def __init__(self, run: Run, models: Models, outputs: Outputs) -> None:
        self.run, self.models, self.outputs = run, models, outputs
        self.depth = 0
        self.forward = 0
        self.steps = 0
        self.backwards = 0
        self.evaluations = 0
        self.by_optimizer: dict[int, int] = {}
        self.newest: Any = None
        self.asked: weakref.ref[Any] | None = None  # the model that answered last, with gradients
        self._said: set[Any] = set()
        self._backward: tuple[dict[str, Any], dict[str, Any] | None] | None = None
        self.training: list[Any] = []
        self.fast = False  # a loop only goes on to reach a save: forward and backward passes are answered from memory
        self.answers: dict[Any, Any] = {}

    def around(self, kind: str, model: Any, real: Any, **facts: Any) -> Any:
        """Does an operation on a model and writes it down with the state before, and the result's label."""
        if self.depth or self.run.parts.get("over"):
            return real()
        model = self.models.owner(model)
        facts["own"] = self.run.code.asks()
        before = self.models.describe(model) if model is not None else None
        self.depth += 1
        error = None
        result = None
        expected = self.outputs.expect(model) if kind == "merged" else None
        try:
            result = real()
            return result
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}".splitlines()[0][:300]
            raise
        finally:
            self.depth -= 1
            if kind in ("merged", "unloaded") and error is None and hasattr(result, "modules"):
                self.models.freed[result] = "merged" if kind == "merged" else "adapter unloaded"
                if expected is not None:
                    self.outputs.expected[id(result)] = expected
            if _is_module(result):
                facts["result"] = self.models.label(unwrapped(result)[0])
                facts["result_kind"] = self.models.kind(result)
            self.run.journal.event(kind, model=before, error=error, **facts)

    def began(self, model: Any, adapter: str, origin: str, place: Any = None) -> None:
        """An adapter came into being: created, or loaded from a place."""
        if isinstance(place, (str, os.PathLike)):
            place = os.path.abspath(os.fspath(self.run.parts["paths"].reading(place)))
        self.models.begin(model, adapter, origin, place)

    # -- training ------------------------------------------------------------------------------------------------------

    def stepped(self, optimizer: Any) -> None:
        """After every optimizer step. The first one after a backward pass of the script's own is its training."""
        self.steps += 1
        self.by_optimizer[id(optimizer)] = self.by_optimizer.get(id(optimizer), 0) + 1
        self.run.parts["trained"] = True
        if not self.training and self._backward is not None:
            where, model = self._backward
            self._backward = None
            self.run.journal.event("trained", where=where, model=model, how="loop")

    def went_back(self) -> None:
        """At every backward pass: the line of the loop that trains, and its model before the first step."""
        self.backwards += 1
        if self.training:
            return
        where = self.run.code.here()
        place = (where["filename"], where["row"])
        if place not in self._said:
            self._said.add(place)
            model = self.asked() if self.asked is not None else None
            self._backward = (where, self.models.describe(self.models.owner(model)) if model is not None else None)


def _is_module(found: Any) -> bool:
    return hasattr(found, "named_parameters") and hasattr(found, "modules")


def install(run: Run, events: Events) -> None:
    """Wraps the operations of transformers, PEFT, torch and trainers that change what a model is."""
    patches = run.patches

    @patches.after("torch.optim.optimizer")
    def optimizers(module: Any) -> None:
        hook = getattr(module, "register_optimizer_step_post_hook", None)
        if hook is not None:
            hook(lambda optimizer, args, options: events.stepped(optimizer))
        patches.replace(module.Optimizer, "__init__", lambda real: _built(events, real))

    @patches.after("torch")
    def torch_(module: Any) -> None:
        def backward(real: Any) -> Any:
            def method(self: Any, *args: Any, **options: Any) -> Any:
                events.went_back()
                return None if events.fast else real(self, *args, **options)

            return method

        patches.replace(module.Tensor, "backward", backward)

    @patches.after("transformers.modeling_utils")
    def transformers_(module: Any) -> None:
        patches.replace(module.PreTrainedModel, "from_pretrained", lambda real: _created(run, events, real))
        _watch_calls(module.PreTrainedModel, events)

    @patches.after("transformers.models.auto.modeling_auto")
    def autos(module: Any) -> None:
        for cls in [c for c in vars(module).values() if isinstance(c, type) and "from_pretrained" in vars(c)]:
            patches.replace(cls, "from_pretrained", lambda real: _created(run, events, real))
            patches.replace(cls, "from_config", lambda real: _created(run, events, real))

    @patches.after("transformers.integrations.peft")
    def integration(module: Any) -> None:
        mixin = module.PeftAdapterMixin
        patches.replace(mixin, "add_adapter", lambda real: _added(events, real, "added", 1))
        patches.replace(mixin, "load_adapter", lambda real: _added(events, real, "loaded", 1))
        for name, kind in (("set_adapter", "activated"), ("delete_adapter", "deleted")):
            patches.replace(mixin, name, partial(_plain, events, kind))

    @patches.after("peft.peft_model")
    def peft_(module: Any) -> None:
        cls = module.PeftModel
        patches.replace(cls, "__init__", lambda real: _wrapped(events, real))
        patches.replace(cls, "from_pretrained", lambda real: _loaded(events, real))
        patches.replace(cls, "add_adapter", lambda real: _added(events, real, "added", 0))
        patches.replace(cls, "load_adapter", lambda real: _added(events, real, "loaded", 1))
        for name, kind in (
            ("set_adapter", "activated"),
            ("delete_adapter", "deleted"),
            ("add_weighted_adapter", "added"),
        ):
            patches.replace(cls, name, partial(_plain, events, kind))
        _watch_calls(cls, events)

    @patches.after("peft.mapping_func", "peft.mapping")
    def wrapping(module: Any) -> None:
        patches.replace(module, "get_peft_model", lambda real: _wrapping(events, real))

    @patches.after("peft.tuners.tuners_utils")
    def tuners(module: Any) -> None:
        _merging(run, events, module.BaseTuner)

    @patches.after("peft.tuners")
    def all_tuners(module: Any) -> None:
        base = run.parts.get("tuner base")
        waiting = list(base.__subclasses__()) if base is not None else []
        while waiting:
            cls = waiting.pop()
            waiting += cls.__subclasses__()
            _merging(run, events, cls, own=True)

    @patches.after("transformers.trainer")
    def trainers(module: Any) -> None:
        patches.replace(module.Trainer, "train", lambda real: _training(run, events, real))

    @patches.after("torch")
    def compiling(module: Any) -> None:
        def compile_(real: Any) -> Any:
            def wrapper(model: Any = None, *args: Any, **options: Any) -> Any:
                if not isinstance(model, module.nn.Module) or not run.code.asks():
                    return real(model, *args, **options) if model is not None else real(*args, **options)
                return events.around("compiled", model, lambda: real(model, *args, **options))

            return wrapper

        patches.replace(module, "compile", compile_)


MERGES = {
    "merge_and_unload": "merged",
    "unload": "unloaded",
    "merge_adapter": "merged_in_place",
    "unmerge_adapter": "unmerged",
}


def _merging(run: Run, events: Events, cls: Any, own: bool = False) -> None:
    run.parts.setdefault("tuner base", cls)
    for name, kind in MERGES.items():
        if name in vars(cls) and not getattr(vars(cls)[name], "watched", False):

            def make(real: Any, kind: str = kind) -> Any:
                def method(self: Any, *args: Any, **options: Any) -> Any:
                    return events.around(kind, self, lambda: real(self, *args, **options))

                method.watched = True  # type: ignore[attr-defined]
                return method

            run.patches.replace(cls, name, make)


def _created(run: Run, events: Events, real: Any) -> Any:
    def create(cls: Any, *args: Any, **options: Any) -> Any:
        hub = run.parts.get("hub")
        if hub is not None and hub.busy:
            return real(cls, *args, **options)
        return events.around("created", None, lambda: real(cls, *args, **options), asker=cls.__name__)

    return create


def _wrapping(events: Events, real: Any) -> Any:
    def get_peft_model(model: Any, *args: Any, **options: Any) -> Any:
        return events.around("wrapped", model, lambda: real(model, *args, **options))

    return get_peft_model


def _wrapped(events: Events, real: Any) -> Any:
    """Every wrapping ends in this constructor: here the adapter begins."""

    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        events.models.own(self)
        for name in adapters_of(self):
            events.began(self, name, "created")

    return init


def _loaded(events: Events, real: Any) -> Any:
    def from_pretrained(cls: Any, model: Any, model_id: Any, *args: Any, **options: Any) -> Any:
        def load() -> Any:
            found = real(cls, model, model_id, *args, **options)
            for name in adapters_of(found):
                events.began(found, name, "loaded", model_id)
            return found

        return events.around("loaded", model, load, place=str(model_id))

    return from_pretrained


def _added(events: Events, real: Any, kind: str, place: int) -> Any:
    """An adapter was added or loaded. `place` is where the adapter's name stands among the arguments."""

    def add(self: Any, *args: Any, **options: Any) -> Any:
        known = set(adapters_of(self))
        named = options.get("adapter_name", args[place] if len(args) > place else None)
        source = args[0] if args else options.get("model_id", options.get("peft_model_id"))

        def do() -> Any:
            found = real(self, *args, **options)
            for name in adapters_of(self):
                if name not in known or (name == named and kind == "loaded"):
                    events.began(
                        self, name, "loaded" if kind == "loaded" else "created", source if kind == "loaded" else None
                    )
            return found

        return events.around(kind, self, do, adapter=named if isinstance(named, str) else None)

    return add


def _plain(events: Events, kind: str, real: Any) -> Any:
    def method(self: Any, *args: Any, **options: Any) -> Any:
        named = args[0] if args else options.get("adapter_name")
        return events.around(
            kind, self, lambda: real(self, *args, **options), adapter=str(named) if named is not None else None
        )

    return method


def _training(run: Run, events: Events, real: Any) -> Any:
    def train(self: Any, *args: Any, **options: Any) -> Any:
        if events.training:
            return real(self, *args, **options)
        before = events.models.describe(self.model)
        where, own = run.code.here(), run.code.asks()
        steps = events.steps
        events.training.append(self)
        try:
            return real(self, *args, **options)
        finally:
            events.training.pop()
            run.journal.event("trained", where=where, model=before, how="trainer", steps=events.steps - steps, own=own)

    return train


def _built(events: Events, real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        events.newest = id(self)

    return init


def _watch_calls(cls: Any, events: Events) -> None:
    """Takes down the arguments of the outermost forward pass, of whichever class."""
    real = cls.__call__

    def call(self: Any, *args: Any, **options: Any) -> Any:
        if events.forward:
            return real(self, *args, **options)
        events.forward += 1
        try:
            import torch

            if torch.is_grad_enabled():
                events.outputs.asked(args, options)
                events.asked = weakref.ref(self)
            else:
                events.evaluations += 1
            if not events.fast:
                return real(self, *args, **options)
            key = (id(self), torch.is_grad_enabled(), _shapes(args, options))
            if key not in events.answers:
                events.answers[key] = real(self, *args, **options)
            return events.answers[key]
        finally:
            events.forward -= 1

    cls.__call__ = call


def _shapes(args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(tuple(getattr(v, "shape", ())) for v in (*args, *options.values()))
