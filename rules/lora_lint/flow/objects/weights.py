"""Parameters and state dicts: a few representative tensors stand for all, under the keys they really have.

So `"lora_" in name`, a key filter in a comprehension or a loop over `named_parameters()` is simply evaluated, and what
it picks out is known without a rule for its form, as far as all tensors answer alike (`knowledge.spoken_keys`). The
keys are those of `knowledge.keys`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from lora_lint.flow.values import Const, Param, Value, WeightsRec
from lora_lint.knowledge import keys
from lora_lint.knowledge.spoken_keys import WORDS, Key
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Adapter, BaseModel, Config, Oid, Wrapper


def targets_of(config: object) -> tuple[str, ...]:
    """The modules of a block that the adapter may be put on, by name."""
    if isinstance(config, Config):
        names = config.get("target_modules")
        if isinstance(names, tuple) and names and isinstance(names[0], str) and keys.EMBEDDING not in names[0]:
            return tuple(name.rpartition(".")[2] for name in names if isinstance(name, str))
    return keys.TARGETS


def parameters(life: Life, oid: Oid) -> list[Param]:
    """Representative parameters of a model, under the keys of its own state dict."""
    oid, prefix = _under(life, oid)
    model = life.base(oid)
    spoken = _spoken(life, model, prefix)
    found = [Param(oid, None, key) for key in _keys_of_base(life, model, spoken)]
    for layer in model.layers:
        found += [Param(oid, layer, key) for key in _keys_of(life.adapters[layer], spoken)]
    return found


def head_of(life: Life, oid: Oid) -> str:
    """What stands before each key of a model: what its wrappers call what is in them."""
    return _under(life, oid)[1]


def _under(life: Life, oid: Oid) -> tuple[Oid, str]:
    """The plain model under a model's wrappers, and what these put before its keys."""
    prefix, model = "", life.models[oid]
    while not isinstance(model, BaseModel):
        if isinstance(model, Wrapper):
            prefix += keys.PREFIXES[model.kind]
            oid = model.inner
        else:
            prefix += keys.OF_TUNER if model.tuner else keys.OF_PEFT
            oid = model.base
        model = life.models[oid]
    return oid, prefix


def base_keys(life: Life, base: Oid) -> list[str]:
    """The keys of a plain model's own tensors, without those of its adapters."""
    model = life.base(base)
    return _keys_of_base(life, model, _spoken(life, model))


def own_keys(life: Life, base: Oid, adapter: Oid) -> list[str]:
    """The keys of an adapter's tensors, as the plain model that holds it names them."""
    model = life.base(base)
    return _keys_of(life.adapters[adapter], _spoken(life, model)) if adapter in model.layers else []


def _spoken(life: Life, model: BaseModel, prefix: str = "") -> _Spoken:
    return _Spoken(prefix, keys.are_so_called(_name_of(model)), _words(life))


def _name_of(model: BaseModel) -> str | None:
    return model.source if isinstance(model.source, str) else None


def _keys_of_base(life: Life, model: BaseModel, spoken: _Spoken) -> list[str]:
    target = targets_of(life.adapters[model.layers[0]].config)[0] if model.layers else None
    return _of_model(spoken, _name_of(model), model.cls, target)


def _keys_of(adapter: Adapter, spoken: _Spoken) -> list[str]:
    called = adapter.name if isinstance(adapter.name, str) else "default"
    config = adapter.config if isinstance(adapter.config, Config) else None
    cls, copied = (config.cls, _copied(config)) if config is not None else ("", ())
    return _of_adapter(spoken, called, cls, copied, targets_of(adapter.config))


class _Spoken(NamedTuple):
    """What the keys of a model have in common: the prefix of its wrappers, and what `Key` says of it."""

    prefix: str
    sure: bool
    words: frozenset[str]

    def key(self, path: str, tail: str, others: list[str]) -> str:
        return self.prefix + Key(path + tail, path, tail, self.sure, self.words, [other + tail for other in others])


# a script asks for the same keys at each of its lines that speak of parameters, and others for them, too
@lru_cache(maxsize=256)
def _of_model(spoken: _Spoken, model: str | None, cls: str, target: str | None) -> list[str]:
    """Those of the model itself. What an adapter is put on, if one is, has its weight one level deeper."""
    found = []
    for key in keys.plain(model, cls):
        name = key.format(target=keys.TARGET if target is None else target)
        if target is not None and keys.ATTENTION in key:
            name = name.removesuffix("weight") + keys.UNDER_TARGET
        tail = ".".join(name.split(".")[-1 if key.startswith(keys.BLOCK) else -2 :])  # heads are called as they are
        path = name.removesuffix(tail)
        found.append(spoken.key(path, tail, _others(path)))
    return found


@lru_cache(maxsize=256)
def _of_adapter(
    spoken: _Spoken, name: str, config: str, copied: tuple[str, ...], modules: tuple[str, ...]
) -> list[str]:
    """Those of an adapter whose config is of this class, and that may be put on these modules of a block."""
    if config in keys.PROMPT_CONFIGS:
        return [spoken.key("", keys.PROMPT.format(name=name), [])]
    found = []
    for path in (block + keys.in_block(modules[0]) for block in keys.BLOCKS):
        for tensor in keys.TENSORS.get(config, keys.LORA_TENSORS):
            tail = keys.IN_BLOCK.format(path=path, tensor=tensor, name=name).removeprefix(path)
            found.append(spoken.key(path, tail, _others(path, modules)))
    return found + [spoken.key("", keys.COPIED.format(module=module, name=name), []) for module in copied]


def _others(path: str, modules: tuple[str, ...] = ()) -> list[str]:
    """Where the path leads in other blocks, and to other modules like this one."""
    block = next((block for block in keys.BLOCKS if path.startswith(block)), None)
    if block is None:
        return []
    here = path.removeprefix(block)
    there = [keys.in_block(module) for module in modules] or keys.beside(here)
    return [one + module for one in (*keys.BLOCKS, *keys.OTHERS) for module in (here, *there) if one + module != path]


def _words(life: Life) -> frozenset[str]:
    """Those of the names of adapters."""
    return _words_in(tuple(adapter.name for adapter in life.adapters.values() if isinstance(adapter.name, str)))


@lru_cache(maxsize=256)
def _words_in(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for name in names for word in WORDS.findall(name))


def _copied(config: Config) -> tuple[str, ...]:
    """The modules that an adapter has whole copies of: those that are asked for, and the head of its task."""
    asked = config.get("modules_to_save")
    modules = [module for module in asked if isinstance(module, str)] if isinstance(asked, tuple) else []
    return tuple(dict.fromkeys((*modules, *keys.heads_of(config.get("task_type")))))


def entries(life: Life, record: WeightsRec) -> list[tuple[Value, Value]]:
    """Keys and tensors of a state dict."""
    found: list[tuple[Value, Value]] = []
    for param in parameters(life, record.model):
        if record.keys == "adapter":
            if param.adapter is None:
                continue
            name = life.adapters[param.adapter].name
            key = _unnamed(param.key, f".{name}.") if isinstance(name, str) else param.key
            found.append((Const(key), Param(param.model, param.adapter, key, record.detached, record.taken)))
        else:
            found.append(
                (Const(param.key), Param(param.model, param.adapter, param.key, record.detached, record.taken))
            )
    return found


def _unnamed(key: str, name: str) -> str:
    """A key as it is written to disk, without the adapter's name."""
    made = key.made(lambda text: text.replace(name, ".", 1)) if isinstance(key, Key) else None
    return made if made is not None else key.replace(name, ".", 1)
