"""The operations of transformers and PEFT that change what a model is, each of them an event."""

from __future__ import annotations

from functools import partial, wraps
from typing import Any

from ..context import Run
from .events import Events
from .state import adapters_of

MERGES = {
    "merge_and_unload": "merged",
    "unload": "unloaded",
    "merge_adapter": "merged_in_place",
    "unmerge_adapter": "unmerged",
}


def install(run: Run, events: Events) -> None:
    """Wraps the operations of transformers, PEFT, diffusers and torch that change what a model is."""
    _of_transformers(run, events)
    _of_peft(run, events)
    _of_tuners(run, events)
    _of_torch(run, events)


def _of_transformers(run: Run, events: Events) -> None:
    patches = run.patches

    @patches.after("transformers.modeling_utils")
    def models(module: Any) -> None:
        patches.replace(module.PreTrainedModel, "from_pretrained", lambda real: _created(events, real))

    @patches.after("transformers.models.auto.modeling_auto")
    def autos(module: Any) -> None:
        for cls in [c for c in vars(module).values() if isinstance(c, type) and "from_pretrained" in vars(c)]:
            patches.replace(cls, "from_pretrained", lambda real: _created(events, real))
            patches.replace(cls, "from_config", lambda real: _created(events, real))

    @patches.after("transformers.integrations.peft")
    def integration(module: Any) -> None:
        mixin = module.PeftAdapterMixin
        patches.replace(mixin, "add_adapter", lambda real: _added(events, real, "added", 1))
        patches.replace(mixin, "load_adapter", lambda real: _added(events, real, "loaded", 1))
        for name, kind in (("set_adapter", "activated"), ("delete_adapter", "deleted")):
            patches.replace(mixin, name, partial(_plain, events, kind))

    @patches.after("diffusers.loaders.peft")
    def parts_of_pipelines(module: Any) -> None:
        patches.replace(module.PeftAdapterMixin, "unload_lora", lambda real: _taken_out(events, real))


def _of_peft(run: Run, events: Events) -> None:
    patches = run.patches

    @patches.after("peft.peft_model")
    def peft_models(module: Any) -> None:
        cls = module.PeftModel
        patches.replace(cls, "__init__", lambda real: _wrapped(events, real))
        patches.replace(cls, "__getattr__", partial(_held, events))
        patches.replace(cls, "from_pretrained", lambda real: _loaded(events, real))
        patches.replace(cls, "add_adapter", lambda real: _added(events, real, "added", 0))
        patches.replace(cls, "load_adapter", lambda real: _added(events, real, "loaded", 1))
        for name, kind in (
            ("set_adapter", "activated"),
            ("delete_adapter", "deleted"),
            ("add_weighted_adapter", "added"),
        ):
            patches.replace(cls, name, partial(_plain, events, kind))

    @patches.after("peft.mapping_func", "peft.mapping")
    def wrapping(module: Any) -> None:
        patches.replace(module, "get_peft_model", lambda real: _wrapping(events, real))

    @patches.after("peft.mapping")
    def injecting(module: Any) -> None:
        patches.replace(module, "inject_adapter_in_model", lambda real: _injected(events, real))


def _of_tuners(run: Run, events: Events) -> None:
    """The merges, of the tuner that all others are made of and of those that have one of their own."""
    bases: list[Any] = []

    @run.patches.after("peft.tuners.tuners_utils")
    def tuners(module: Any) -> None:
        bases.append(module.BaseTuner)
        _merging(run, events, module.BaseTuner)

    @run.patches.after("peft.tuners")
    def all_tuners(module: Any) -> None:
        waiting = [cls for base in bases for cls in base.__subclasses__()]
        while waiting:
            cls = waiting.pop()
            waiting += cls.__subclasses__()
            _merging(run, events, cls)


def _of_torch(run: Run, events: Events) -> None:
    @run.patches.after("torch")
    def compiling(module: Any) -> None:
        def compile_(real: Any) -> Any:
            def wrapper(model: Any = None, *args: Any, **options: Any) -> Any:
                if not isinstance(model, module.nn.Module) or not run.code.asks():
                    return real(model, *args, **options) if model is not None else real(*args, **options)
                return events.around("compiled", model, lambda: real(model, *args, **options))

            return wrapper

        run.patches.replace(module, "compile", compile_)


def _merging(run: Run, events: Events, cls: Any) -> None:
    for name, kind in MERGES.items():
        if name in vars(cls) and not getattr(vars(cls)[name], "watched", False):
            run.patches.replace(cls, name, partial(_merge, events, kind))


def _merge(events: Events, kind: str, real: Any) -> Any:
    def method(self: Any, *args: Any, **options: Any) -> Any:
        named = options.get("adapter_names")
        return events.around(kind, self, lambda: real(self, *args, **options), adapters=named)

    method.watched = True  # type: ignore[attr-defined]
    return method


def _taken_out(events: Events, real: Any) -> Any:
    """The layers leave a part of a pipeline; what was fused stays in its weights."""

    def unload_lora(self: Any, *args: Any, **options: Any) -> Any:
        fused = any(getattr(layer, "merged", False) for layer in self.modules())
        found = real(self, *args, **options)
        events.models.freed[self] = "merged" if fused else "unloaded"
        return found

    return unload_lora


def _held(events: Events, real: Any) -> Any:
    """A PeftModel has the merges of its tuner, and lives on until one is called: `PeftModel.from_pretrained(...)
    .merge_and_unload()` is of a PeftModel, too."""

    def attribute(self: Any, name: str) -> Any:
        found = real(self, name)
        if name not in MERGES:
            return found
        events.models.own(self)  # a copy of one was never constructed

        @wraps(found)
        def method(*args: Any, **options: Any) -> Any:
            return found(*args, **options)

        method.held = self  # type: ignore[attr-defined]
        return method

    return attribute


def _created(events: Events, real: Any) -> Any:
    def create(cls: Any, *args: Any, **options: Any) -> Any:
        return events.around("created", None, lambda: real(cls, *args, **options), asker=cls.__name__)

    return create


def _wrapping(events: Events, real: Any) -> Any:
    def get_peft_model(model: Any, *args: Any, **options: Any) -> Any:
        def wrap() -> Any:
            found = real(model, *args, **options)
            for name in adapters_of(found):  # heads join after the constructor, before peft 0.14
                events.began(found, name, "created")
            return found

        return events.around("wrapped", model, wrap)

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


def _injected(events: Events, real: Any) -> Any:
    def inject(peft_config: Any, model: Any, adapter_name: str = "default", *args: Any, **options: Any) -> Any:
        def add(held: Any, name: str) -> Any:
            return real(peft_config, held, name, *args, **options)

        return _added(events, add, "added", 0)(model, adapter_name)

    return inject


def _plain(events: Events, kind: str, real: Any) -> Any:
    def method(self: Any, *args: Any, **options: Any) -> Any:
        named = args[0] if args else options.get("adapter_name")
        return events.around(
            kind, self, lambda: real(self, *args, **options), adapter=str(named) if named is not None else None
        )

    return method
