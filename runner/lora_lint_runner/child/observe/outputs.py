"""What a model answered when it was saved: the same question is asked again after the files were loaded anew.

The question is the last batch that the model was trained on, cut to two rows: valid for any architecture.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .bare import parts, switched_off, weights
from .merges import Merged, is_large
from .state import Models, adapters_of, digest, is_peft, unwrapped


class Answer(NamedTuple):
    """What the model saved to `folder` said to `inputs`. `base` is its base as a class, a name, config values, a
    sub-folder and options of its loading;
    `own_base` says that the script made that base itself (by a merge), so that no hub has it; `merged_in` are digests
    of how those adapters began that were trained in this run and merged into it. Of a merged model also what it said
    before the merge, and what was merged. `layers` counts those of each list of the base. `size` is that of its weights
    in bytes, `dtype` the number format they were trained in; None for a stand-in's. `beside` are the weights of
    the base that train with the adapter, each with a digest of its values, `own` its modules of the script's classes,
    `parts` all of its modules. `bare` is what it says without its adapter, of which `weights` are digests.
    """

    folder: str
    inputs: tuple[tuple[Any, ...], dict[str, Any]]
    output: Any
    base_class: Any
    base_name: str | None
    base_config: Any
    base_part: str | None
    base_options: dict[str, Any]
    own_base: bool
    before_merge: Any
    merged: Merged | None
    layers: dict[str, int] = {}
    merged_in: list[dict[str, str]] = []
    size: int = 0
    dtype: Any = None
    beside: dict[str, str] = {}
    own: list[str] = []
    parts: dict[str, type] = {}
    bare: Any = None
    weights: dict[str, str] = {}


class Outputs:
    """Remembers questions and answers of one run."""

    def __init__(self, models: Models, owns: Callable[[str], bool] = lambda file: False) -> None:
        self.models, self.owns = models, owns  # `owns`: is a file the user's?
        self.merges: weakref.WeakKeyDictionary[Any, tuple[Any, Merged | None]] = weakref.WeakKeyDictionary()
        self.inputs: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self.answers: dict[str, Answer] = {}
        self.silent: dict[str, str] = {}  # folders whose model gave no answer to compare with, and why

    def asked(self, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Called with the arguments of each outermost forward pass."""
        import torch

        if torch.is_grad_enabled() and any(isinstance(v, torch.Tensor) for v in (*args, *options.values())):
            self.inputs = (args, options)

    def expect(self, model: Any) -> Any:
        """What a model answers just before it is merged: its merged form should say the same."""
        if self.inputs is None or is_large(model):
            return None
        return ask(model, _cut(_taken(model, self.inputs)))

    def forget(self, folder: str) -> None:
        """What lies in a folder is no more what a model has answered for."""
        self.answers.pop(folder, None)
        self.silent.pop(folder, None)

    def remember(self, folder: str, model: Any, steps: int) -> None:
        """Asks a model that has just been saved to `folder`, after so many optimizer steps in all."""
        if self.inputs is None:
            self.silent[folder] = "no batch was trained on"
            return
        inner, _ = unwrapped(model)
        try:
            if _takes_minutes(inner):
                self.silent[folder] = "the model is large"
                return
            inputs = _cut(_taken(inner, self.inputs))
            first = ask(inner, inputs)
            if first is None or not _same(first, ask(inner, inputs)):
                self.silent[folder] = "the model gave no answer to compare" if first is None else "its answers vary"
                return  # an answer that changes by itself proves nothing
            base = inner.get_base_model() if is_peft(inner) else inner
            before_merge, merged = self.merges.get(inner, (None, None))
            config = getattr(base, "config", None)
            name = getattr(config, "_name_or_path", None) or getattr(base, "name_or_path", None)
            self.answers[folder] = Answer(
                folder,
                inputs,
                first,
                type(base),
                name,
                config,
                base.__dict__.get("part_of_repository"),
                base.__dict__.get("loaded_with", {}),
                is_peft(inner) and base in self.models.freed,
                before_merge,
                merged if merged is not None and merged.steps == steps else None,  # else it was trained afterwards
                layers(base),
                [start.digests for start in self.models.trained_in.get(base, ())],
                sum(p.nbytes for p in base.parameters()),
                None if "loaded_with" in base.__dict__ else getattr(base, "dtype", None),
                _trained_beside(inner),
                [n for n, module in base.named_modules() if n and self.owns(_file_of(type(module)))],
                parts(base),
                _bare(inner, inputs),
                weights(inner) if is_peft(inner) and not is_large(inner) else {},
            )
        except Exception as error:
            self.silent[folder] = f"{type(error).__name__} when the model was asked"


def _bare(model: Any, inputs: tuple[tuple[Any, ...], dict[str, Any]]) -> Any:
    """What a PeftModel answers without its adapter; None where that cannot be told."""
    if not is_peft(model):
        return None
    with switched_off(model) as able:
        return ask(model, inputs) if able else None


def _file_of(cls: type) -> str:
    """Where a class is defined."""
    return getattr(sys.modules.get(cls.__module__), "__file__", None) or ""


def _trained_beside(model: Any) -> dict[str, str]:
    """The weights that the optimizer may move and that are no adapter's."""
    if not is_peft(model):
        return {}
    adapters = [f".{name}" for name in adapters_of(model)]
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad and not any(a in n for a in adapters)}
    return {n.removeprefix("base_model.model."): digest(p) for n, p in trained.items()}


def _takes_minutes(model: Any) -> bool:
    """Is a model too large to be asked in passing? On an accelerator that costs less than a step of its training."""
    on_accelerator = all(p.device.type not in ("cpu", "meta") for p in model.parameters())
    return is_large(model) and not (on_accelerator and is_peft(model))


def layers(base: Any) -> dict[str, int]:
    """How many layers a model has, by the names of their lists."""
    return {n: len(m) for n, m in base.named_modules() if type(m).__name__ == "ModuleList" and "lora_" not in n}


def ask(model: Any, inputs: tuple[tuple[Any, ...], dict[str, Any]]) -> Any:
    """The model's answer as one tensor, its state and the random numbers as before."""
    import torch

    state = torch.get_rng_state()
    modes = {module: module.training for module in model.modules()}
    args, options = inputs
    try:
        model.eval()
        with torch.no_grad(), _fixed(), _as_made(model):
            found = model(*args, **options)
    except Exception:
        return None
    finally:
        for module, mode in modes.items():
            module.training = mode
        torch.set_rng_state(state)
    return _tensor(found)


@contextlib.contextmanager
def _fixed() -> Iterator[None]:
    """The same random numbers for every answer."""
    import torch

    torch.manual_seed(0)
    yield


@contextlib.contextmanager
def _as_made(model: Any) -> Iterator[None]:
    """Without the lower precision that accelerate (1.15) has put around a model for its training: one that is loaded
    anew answers without it."""
    own = model.__dict__
    if "_original_forward" not in own or "forward" not in own:
        yield
        return
    around, own["forward"] = own["forward"], own["_original_forward"]
    try:
        yield
    finally:
        own["forward"] = around


def _tensor(found: Any) -> Any:
    import torch

    for name in (
        "logits",
        "last_hidden_state",
        "sample",
        "logits_per_image",
        "prediction_logits",
        "pred_logits",
        "loss",
    ):
        held = getattr(found, name, None)
        if isinstance(held, torch.Tensor) and held.is_floating_point():
            return held.detach().to("cpu", torch.float32)
    if isinstance(found, torch.Tensor) and found.is_floating_point():
        return found.detach().to("cpu", torch.float32)
    values = found.values() if isinstance(found, dict) else found if isinstance(found, (tuple, list)) else ()
    for held in values:
        if isinstance(held, torch.Tensor) and held.is_floating_point():
            return held.detach().to("cpu", torch.float32)
    return None


def _taken(model: Any, inputs: tuple[tuple[Any, ...], dict[str, Any]]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments that the class of a base model names. A trainer puts a forward of its own in place, which takes
    more and answers in another way (trl 1.16: `fused_lm_head=True` gives no logits); a fresh base has none of that."""
    base = model.get_base_model() if is_peft(model) else model
    named = inspect.signature(type(base).forward).parameters
    if all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for name, p in named.items() if name != "self"):
        return inputs
    args, options = inputs
    return args, {name: value for name, value in options.items() if name in named}


def _cut(inputs: tuple[tuple[Any, ...], dict[str, Any]]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Two rows of a batch. Arguments without a batch (an image grid, say) keep the whole batch as it was."""
    import torch

    args, options = inputs
    tensors = [v for v in (*args, *options.values()) if isinstance(v, torch.Tensor) and v.dim() > 0]
    sizes = {t.shape[0] for t in tensors}

    def rows(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            kept = value[:2] if len(sizes) == 1 and value.dim() > 0 else value
            return kept.detach().clone()
        if isinstance(value, (list, tuple)) and sizes == {len(value)}:  # boxes, or masks, of each picture
            return value[:2]
        return value

    return tuple(rows(a) for a in args), {k: rows(v) for k, v in options.items()}


def _same(first: Any, second: Any) -> bool:
    import torch

    return (
        second is not None
        and first.shape == second.shape
        and bool(torch.allclose(first, second, atol=1e-6, equal_nan=True))
    )
