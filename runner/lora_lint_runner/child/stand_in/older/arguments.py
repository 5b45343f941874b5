"""Arguments under the names of older releases: taken as they were meant; what nothing takes any more goes unheard."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import sys
from collections.abc import Callable
from typing import Any

from ...context import Run
from ..training.trainers import OFF

NEW_NAMES = {
    "tokenizer": "processing_class", "max_seq_length": "max_length", "evaluation_strategy": "eval_strategy",
    "no_cuda": "use_cpu", "use_auth_token": "token", "per_gpu_train_batch_size": "per_device_train_batch_size",
    "per_gpu_eval_batch_size": "per_device_eval_batch_size", "max_new_tokens": "max_completion_length",
    "replace_additional_special_tokens": "replace_extra_special_tokens", "reward_model": "reward_funcs",
    "reward_processing_class": "reward_processing_classes", "input_embeds": "inputs_embeds",
}  # fmt: skip
OF_CONFIG = ("dataset_text_field", "max_seq_length", "packing", "dataset_num_proc", "beta", "max_length")
HOMES = {
    **{f"trl.trainer.{kind}_trainer": f"{kind.upper()}Trainer" for kind in ("sft", "dpo", "grpo", "kto")},
    **{f"trl.experimental.{kind}.{kind}_trainer": f"{kind.upper()}Trainer" for kind in ("orpo", "cpo", "gkd")},
    "trl.experimental.online_dpo.online_dpo_trainer": "OnlineDPOTrainer",
    "trl.trainer.reward_trainer": "RewardTrainer",
}
CONFIGS = {home.replace("_trainer", "_config"): name.replace("Trainer", "Config") for home, name in HOMES.items()}


def install(run: Run) -> None:
    """For all trainers and configs of trl, as unsloth does; those of modules that are there already, too."""
    for table in (HOMES, CONFIGS):
        for home, name in table.items():
            accept(run, home, name)
            run.patches.imported(home)


def around_trainers(run: Run, wrapping: Callable[[Any], Any]) -> None:
    """What `wrapping` makes of it is put in the place of each trainer's `__init__`."""
    for home, name in HOMES.items():

        @run.patches.after(home)
        def patch(module: Any, name: str = name) -> None:
            run.patches.replace(getattr(module, name), "__init__", wrapping)


def changed(change: Callable[[dict[str, Any]], None]) -> Callable[[Any], Any]:
    """For `around_trainers`: an `__init__` that gets its arguments, all by their names, as `change` leaves them."""

    def wrapping(real: Any) -> Any:
        names = list(inspect.signature(real).parameters)

        def init(*args: Any, **options: Any) -> None:
            given = {**dict(zip(names, args)), **options}
            change(given)
            real(**given)

        return init

    return wrapping


def accept(run: Run, home: str, owner: str, method: str = "__init__") -> None:
    """From now on a class, or a function (then `owner` is empty), takes what it took in older releases. A class that
    the script itself makes of one does so once it is made."""

    @run.patches.after(home)
    def patch(module: Any) -> None:
        held = getattr(module, owner, None) if owner else module
        if held is not None:
            run.patches.replace(held, method, lambda real: _taking(run, owner or method, real))
        else:
            run.patches.replace(dataclasses, "dataclass", lambda real: _making(run, owner, real))


def _making(run: Run, owner: str, real: Any) -> Any:
    """`dataclasses.dataclass`, by which a class of the script's gets the arguments that it takes."""

    def finished(cls: Any) -> Any:
        if cls.__name__ == owner:
            run.patches.replace(cls, "__init__", lambda init: _taking(run, owner, init))
        return cls

    def dataclass(cls: Any = None, /, **options: Any) -> Any:
        return finished(real(cls, **options)) if cls is not None else lambda held: finished(real(held, **options))

    return dataclass


def _taking(run: Run, owner: str, real: Any) -> Any:
    known = inspect.signature(real).parameters
    places = list(known) if owner.endswith("Trainer") else []

    def taking(*args: Any, **options: Any) -> Any:
        if places:  # what it is given by place is looked at as well
            options = {**dict(zip(places[1:], args[1:])), **options}
            args = (*args[:1], *args[len(places) :])
        if "args" in options and owner.endswith("Trainer"):
            options["args"] = _of_its_own(run, owner, real.__module__, options["args"])
        kept: dict[str, Any] = {}
        unheard: dict[str, Any] = {}
        for name, value in options.items():
            new = name if name in known else NEW_NAMES.get(name, name)
            if new in known:
                kept.setdefault(new, _as_data_set(value) if new.endswith("_dataset") else value)
            elif owner.endswith("Trainer") and (name in OF_CONFIG or new in OF_CONFIG):
                _tell(options.get("args"), new, value)
            else:
                run.neutral(f"argument {name} of {owner}: left out, the installed release has none of it")
                unheard[name] = value
        made = real(*args, **kept)
        _remember(args[0] if made is None and args else made, unheard)
        return made

    return taking


def _remember(made: Any, unheard: dict[str, Any]) -> None:
    """What is made of the arguments has, for the script itself, also those that went unheard."""
    for name, value in unheard.items():
        with contextlib.suppress(AttributeError, TypeError):
            if not hasattr(made, name):
                setattr(made, name, value)


def _of_its_own(run: Run, owner: str, home: str, config: Any) -> Any:
    """The arguments as the trainer's own config, where a script gives it those of transformers' Trainer."""
    name = owner.replace("Trainer", "Config")
    cls = getattr(sys.modules[home], name, None)
    if type(config).__name__ != "TrainingArguments" or not isinstance(cls, type) or isinstance(config, cls):
        return config
    run.neutral(f"TrainingArguments for {owner}, which now takes a {name}: made one")
    known = {field.name for field in dataclasses.fields(cls) if field.init}
    return cls(**{n: v for n, v in config.to_dict().items() if n in known and n != "push_to_hub_token"})


def _as_data_set(found: Any) -> Any:
    """A list of rows, which older trainers took, as a data set that hands them out as they are."""
    if not isinstance(found, list) or not found:
        return found
    import datasets

    class Listed(datasets.Dataset):  # type: ignore[misc]
        """Rows of any kind: some collators take chats, not dicts."""

        def __getitem__(self, key: Any) -> Any:
            return found[key] if isinstance(key, int) else super().__getitem__(key)

        def __getitems__(self, keys: list[int]) -> list[Any]:
            return [found[key] for key in keys]

        def __iter__(self) -> Any:
            return iter(found)

        def select(self, indices: Any, *args: Any, **options: Any) -> Any:
            return _as_data_set([found[place] for place in indices])

    # what has no columns lost none of them to what the model takes: one that it takes stands for the row
    names = list(found[0]) if isinstance(found[0], dict) else ["input_ids"]
    numbers = datasets.Dataset.from_dict({name: list(range(len(found))) for name in names})
    numbers.__class__ = Listed
    return numbers


def _tell(config: Any, name: str, value: Any) -> None:
    given = value is not None and name not in OFF  # None stood for the default
    if config is not None and hasattr(config, name) and given:
        setattr(config, name, value)
