"""Every function, class and method that the tables name exists in the installed library, with the parameters they say.

Unsloth needs a GPU to be imported at all, so its table is not compared.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from lora_lint.knowledge import accelerate, diffusers, peft, torch, transformers, trl
from lora_lint.knowledge.rows import Row

pytestmark = pytest.mark.slow

LIBRARIES = {
    "peft": peft.PEFT,
    "transformers": transformers.TRANSFORMERS,
    "trl": trl.TRL,
    "accelerate": accelerate.ACCELERATE,
    "torch": torch.TORCH,
    "safetensors": torch.SAFETENSORS,
    "diffusers": diffusers.DIFFUSERS,
}

# names that scripts still use and that the newest release has no more, or has in another place
GONE = {
    "peft.prepare_model_for_int8_training": "until peft 0.9",
    "peft.BoneConfig": "MissConfig now",
    "transformers.AdamW": "until transformers 5",
    "trl.PRMTrainer": "until trl 1.0",
    "trl.BCOTrainer": "until trl 1.0",
    "trl.ORPOTrainer": "trl.experimental.orpo now",
    "trl.CPOTrainer": "trl.experimental.cpo now",
    "trl.OnlineDPOTrainer": "trl.experimental.online_dpo now",
    "trl.setup_chat_format": "until trl 0.23",
}
# rows that say something else than the library, known and harmless
OTHERWISE = {
    "peft.AdaLoraModel": "its second parameter is called config",
    "peft.XLoraModel": "its second parameter is called config",
    "peft.PeftMixedModel.from_pretrained": "ends after config",
    "peft.ArrowConfig.from_pretrained": "a plain dataclass, nothing to load",
    "peft.ArrowConfig.save_pretrained": "a plain dataclass",
    "peft.ArrowConfig.to_dict": "a plain dataclass",
    "torch.FullyShardedDataParallel.summon_full_params": "its parameter is called module",
    "transformers.PreTrainedModel.activation_checkpointing_enable": "activation_checkpointing_kwargs there",
    "torch.Module.backward": "of an engine of DeepSpeed",
    "transformers.pipeline.save_pretrained": "of the Pipeline that it returns",
    "transformers.pipeline.push_to_hub": "of the Pipeline that it returns",
    "transformers.HfArgumentParser.parse_args_and_config": "of TrlParser, which is built on it",
}
# the tables know some names by their last parts only
HOMES = {
    "torch.FullyShardedDataParallel": "torch.distributed.fsdp.FullyShardedDataParallel",
    "torch.fsdp": "torch.distributed.fsdp",
    "torch.checkpoint.state_dict": "torch.distributed.checkpoint.state_dict",
    "torch.Optimizer": "torch.optim.Optimizer",
    "torch.Module": "torch.nn.Module",
}


class Entry(NamedTuple):
    """A row of a table and the library object that it speaks of."""

    name: str
    row: Row


def entries() -> Iterator[Entry]:
    for library, table in LIBRARIES.items():
        for name, row in table.functions.items():
            yield Entry(f"{library}.{name}", row)
        for cls, methods in table.methods.items():
            for name, row in methods.items():
                yield Entry(f"{library}.{cls}.{name}", row)


def resolve(name: str) -> Any:
    """The object of a dotted name. Raises AttributeError where there is none."""
    home = next((short for short in HOMES if name.startswith(f"{short}.")), "")
    parts = (HOMES[home] + name.removeprefix(home) if home else name).split(".")
    found: Any = importlib.import_module(parts[0])
    for n, part in enumerate(parts[1:], 1):
        try:
            found = getattr(found, part)
        except AttributeError:
            try:
                found = importlib.import_module(".".join(parts[: n + 1]))
            except ImportError:
                raise AttributeError(f"there is no {'.'.join(parts[: n + 1])}") from None
    return found


def exists(name: str) -> bool:
    try:
        resolve(name)
    except AttributeError:
        return False
    return True


def positional(thing: Any) -> list[str] | None:
    """The names that positional arguments go to; None where anything is taken."""
    try:
        parameters = list(inspect.signature(thing).parameters.values())
    except (ValueError, TypeError):
        return None
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return names[1:] if names[:1] == ["self"] else names


def gone(name: str) -> bool:
    return any(name == old or name.startswith(f"{old}.") for old in GONE)


@pytest.fixture(params=list(LIBRARIES))
def library(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(request.param, reason="its table is compared with the installed library")
    return str(request.param)


def test_every_name_is_in_the_library(library: str) -> None:
    names = [e.name for e in entries() if e.name.startswith(f"{library}.") and e.name not in OTHERWISE]
    assert [name for name in names if not gone(name) and not exists(name)] == []


def test_parameters_begin_as_the_rows_say(library: str) -> None:
    wrong = {}
    for name, row in entries():
        if not name.startswith(f"{library}.") or gone(name) or name in OTHERWISE or not row.params or not exists(name):
            continue
        names = positional(resolve(name))
        if names is not None and tuple(names[: len(row.params)]) != row.params:
            wrong[name] = (row.params, tuple(names[: len(row.params)]))
    assert wrong == {}


def test_what_is_said_to_be_gone_is_gone() -> None:
    assert [name for name in GONE if exists(name)] == []


def test_methods_of_models_take_what_the_rows_say() -> None:
    wrong = {}
    for owner, methods in METHODS:
        for name, row in methods.items():
            if f"{owner}.{name}" in OTHERWISE:
                continue
            method = getattr(resolve(owner), name, None)
            names = positional(method) if method is not None and row.params else None
            if names is not None and tuple(names[: len(row.params)]) != row.params:
                wrong[f"{owner}.{name}"] = (row.params, tuple(names[: len(row.params)]))
    assert wrong == {}


METHODS = (
    ("peft.PeftModel", peft.ON_PEFT),
    ("peft.LoraModel", peft.ON_PEFT),
    ("transformers.PreTrainedModel", transformers.ON_PLAIN),
    ("transformers.PreTrainedModel", transformers.ON_ANY),
    ("torch.nn.Module", transformers.ON_ANY),
)
