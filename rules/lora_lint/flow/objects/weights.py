"""Parameters and state dicts: a few representative tensors stand for all, under the keys they really have.

So `"lora_" in name`, a key filter in a comprehension or a loop over `named_parameters()` is simply evaluated, and what
it picks out is known without a rule for its form, as far as all tensors answer alike (`knowledge.spoken_keys`). The
keys are those of `knowledge.keys`.
"""

from __future__ import annotations

from lora_lint.flow.values import Const, Param, Value, WeightsRec
from lora_lint.knowledge import keys
from lora_lint.knowledge.spoken_keys import WORDS, Key
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Config, Oid, PeftModel, Wrapper


def targets_of(config: object) -> tuple[str, ...]:
    """The modules of a block that the adapter may be put on, by name."""
    if isinstance(config, Config):
        names = config.get("target_modules")
        if isinstance(names, tuple) and names and isinstance(names[0], str) and keys.EMBEDDING not in names[0]:
            return tuple(name.rpartition(".")[2] for name in names if isinstance(name, str))
    return keys.TARGETS


def parameters(life: Life, oid: Oid) -> list[Param]:
    """Representative parameters of a model, under the keys of its own state dict."""
    model = life.models[oid]
    if isinstance(model, Wrapper):
        prefix = keys.PREFIXES[model.kind]
        return [Param(p.model, p.adapter, prefix + p.key) for p in parameters(life, model.inner)]
    if isinstance(model, PeftModel):
        prefix = keys.OF_TUNER if model.tuner else keys.OF_PEFT
        return [Param(p.model, p.adapter, prefix + p.key) for p in parameters(life, model.base)]
    found: list[Param] = []
    targets = [targets_of(life.adapters[layer].config) for layer in model.layers]
    sure = keys.are_so_called(model.source)
    words = _words(life)
    for key in keys.plain(model.source, model.cls):
        name = key.format(target=targets[0][0] if targets else keys.TARGET)
        if targets and keys.ATTENTION in key:
            name = name.removesuffix("weight") + keys.UNDER_TARGET
        tail = ".".join(name.split(".")[-1 if key.startswith(keys.BLOCK) else -2 :])  # heads are called as they are
        path = name.removesuffix(tail)
        found.append(Param(oid, None, Key(name, path, tail, sure, words, [one + tail for one in _others(path)])))
    for layer, modules in zip(model.layers, targets, strict=True):
        for key, path in _adapter_keys(life, layer, modules[0]):
            tail = key.removeprefix(path)
            alike = [one + tail for one in _others(path, modules)]
            found.append(Param(oid, layer, Key(key, path, tail, sure, words, alike)))
    return found


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
    named = (adapter.name for adapter in life.adapters.values() if isinstance(adapter.name, str))
    return frozenset(word.lower() for name in named for word in WORDS.findall(name))


def own_keys(life: Life, base: Oid, adapter: Oid) -> list[str]:
    """The keys of an adapter's tensors, as the plain model that holds it names them."""
    return [param.key for param in parameters(life, base) if param.adapter == adapter]


def _adapter_keys(life: Life, layer: Oid, target: str) -> list[tuple[str, str]]:
    """Each with the path that leads into a block."""
    adapter = life.adapters[layer]
    name = adapter.name if isinstance(adapter.name, str) else "default"
    config = adapter.config if isinstance(adapter.config, Config) else None
    if config is not None and config.cls in keys.PROMPT_CONFIGS:
        return [(keys.PROMPT.format(name=name), "")]
    tensors = keys.TENSORS.get(config.cls, keys.LORA_TENSORS) if config is not None else keys.LORA_TENSORS
    found = [
        (keys.IN_BLOCK.format(path=path, tensor=tensor, name=name), path)
        for path in (block + keys.in_block(target) for block in keys.BLOCKS)
        for tensor in tensors
    ]
    if config is not None:
        found += [(keys.COPIED.format(module=module, name=name), "") for module in _copied(config)]
    return found


def _copied(config: Config) -> list[str]:
    """The modules that an adapter has whole copies of: those that are asked for, and the head of its task."""
    asked = config.get("modules_to_save")
    modules = [module for module in asked if isinstance(module, str)] if isinstance(asked, tuple) else []
    return list(dict.fromkeys((*modules, *keys.heads_of(config.get("task_type")))))


def entries(life: Life, record: WeightsRec) -> list[tuple[Value, Value]]:
    """Keys and tensors of a state dict."""
    found: list[tuple[Value, Value]] = []
    for param in parameters(life, record.model):
        if record.keys == "adapter":
            if param.adapter is None:
                continue
            name = life.adapters[param.adapter].name
            key = _unnamed(param.key, f".{name}.") if isinstance(name, str) else param.key
            found.append((Const(key), Param(param.model, param.adapter, key, record.detached)))
        else:
            found.append((Const(param.key), Param(param.model, param.adapter, param.key, record.detached)))
    return found


def _unnamed(key: str, name: str) -> str:
    """A key as it is written to disk, without the adapter's name."""
    made = key.made(lambda text: text.replace(name, ".", 1)) if isinstance(key, Key) else None
    return made if made is not None else key.replace(name, ".", 1)
