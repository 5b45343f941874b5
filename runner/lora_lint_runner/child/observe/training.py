"""Training as it happens: backward passes, optimizer steps, trainers, and what a model is asked on the way."""

from __future__ import annotations

import weakref
from typing import Any

from ..context import Run
from .events import Events
from .state import within


def install(run: Run, events: Events) -> None:
    """Wraps what trains, in torch and transformers, and the forward passes of models."""
    patches = run.patches

    @patches.after("torch.optim.optimizer")
    def optimizers(module: Any) -> None:
        hook = getattr(module, "register_optimizer_step_post_hook", None)
        if hook is not None:
            hook(lambda optimizer, args, options: events.stepped(optimizer))
            if run.spec.smoke:
                module.register_optimizer_step_pre_hook(lambda optimizer, a, k: events.moved.before_step(optimizer))
                module.register_optimizer_step_pre_hook(lambda optimizer, a, k: events.flat.before_step(optimizer))
                hook(lambda optimizer, args, options: events.unheld.stepped(optimizer))
        patches.replace(module.Optimizer, "__init__", lambda real: _built(events, real))
        patches.replace(module.Optimizer, "add_param_group", lambda real: _holding(events, real))

    @patches.after("torch")
    def torch_(module: Any) -> None:
        def backward(real: Any) -> Any:
            def method(self: Any, *args: Any, **options: Any) -> Any:
                events.went_back()
                if events.fast:
                    return None
                try:
                    return real(self, *args, **options)
                except RuntimeError as error:
                    if not events.answers or "second time" not in str(error):
                        raise
                    return None  # what was answered from memory has been gone back through before

            return method

        patches.replace(module.Tensor, "backward", backward)

    @patches.after("transformers.trainer")
    def trainers(module: Any) -> None:
        patches.replace(module.Trainer, "train", lambda real: _training(run, events, real))

    @patches.after("transformers.modeling_utils")
    def transformers_(module: Any) -> None:
        _watch_calls(module.PreTrainedModel, events)

    @patches.after("peft.peft_model")
    def peft_(module: Any) -> None:
        _watch_calls(module.PeftModel, events)

    @patches.after("diffusers.models.modeling_utils")
    def diffusers_(module: Any) -> None:
        module.ModelMixin.__call__ = _remembering(module.ModelMixin.__call__, events)

    @patches.after("diffusers.models.autoencoders.autoencoder_kl")
    def images(module: Any) -> None:
        patches.replace(module.AutoencoderKL, "encode", lambda real: _remembering(real, events))


def _training(run: Run, events: Events, real: Any) -> Any:
    def train(self: Any, *args: Any, **options: Any) -> Any:
        if events.training:
            return real(self, *args, **options)
        if not events.steps:
            events.models.begin_again(self.model)
        before = events.models.describe(within(self.model))
        where, own = run.code.here(), run.code.asks()
        steps = events.steps
        events.training.append(self)
        events.trainings += 1
        ended = False
        try:
            found = real(self, *args, **options)
            ended = True
            return found
        finally:
            events.training.pop()
            more = {"steps": events.steps - steps, "own": own, "ended": ended}
            run.journal.event("trained", where=where, model=before, how="trainer", **more)

    return train


def _built(events: Events, real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        events.newest = id(self)
        events.optimizer = weakref.ref(self)

    return init


def _holding(events: Events, real: Any) -> Any:
    def add(self: Any, param_group: Any) -> None:
        real(self, param_group)
        events.unheld.hold(self.param_groups[-1]["params"])

    return add


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
                events.answered = weakref.ref(self)
                if any(p.requires_grad for p in self.parameters()):  # a frozen one only helps another that trains
                    events.asked = weakref.ref(self)
            else:
                events.evaluations += 1
            return remembering(self, *args, **options)
        finally:
            events.forward -= 1

    remembering = _remembering(real, events)
    cls.__call__ = call


def _remembering(real: Any, events: Events) -> Any:
    """What a model answers, from memory where a loop only goes on to reach a save."""

    def answer(self: Any, *args: Any, **options: Any) -> Any:
        if not events.fast:
            return real(self, *args, **options)
        import torch

        key = (id(self), real.__name__, torch.is_grad_enabled(), _shapes(args, options))
        if key not in events.answers:
            events.answers[key] = real(self, *args, **options)
        return events.answers[key]

    return answer


def _shapes(args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(tuple(getattr(v, "shape", ())) for v in (*args, *options.values()))
