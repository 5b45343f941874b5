"""Parameters and state dicts: a few representative tensors stand for all, under the keys they really have.

So `"lora_" in name`, a key filter in a comprehension or a loop over `named_parameters()` is simply evaluated, and what
it picks out is known without a rule for its form. Keys as seen on peft 0.21.2 with a Llama (docs/facts.md).
"""

from __future__ import annotations

from lora_lint.flow.values import Const, Param, Value, WeightsRec
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Config, Oid, PeftModel, Wrapper

BLOCK = "model.layers.0."
BLOCKS = (BLOCK, "model.layers.30.")  # an early and a late one: scripts tell them apart
PLAIN_KEYS = (
    "model.embed_tokens.weight",
    BLOCK + "self_attn.{target}.weight",
    BLOCK + "mlp.down_proj.weight",
    BLOCK + "input_layernorm.weight",
    "model.norm.weight",
    "lm_head.weight",
)
TENSORS = {  # by the class of the adapter's config: the names of its tensors inside a layer
    "IA3Config": ("ia3_l",),
    "LoHaConfig": ("hada_w1_a", "hada_w2_a"),
    "LoKrConfig": ("lokr_w1", "lokr_w2"),
    "OFTConfig": ("oft_R",),
    "VeraConfig": ("vera_lambda_b", "vera_lambda_d"),
}
PREFIXES = {"compiled": "_orig_mod.", "parallel": "module.", "sharded": ""}  # that a wrapper puts before the keys
LORA_TENSORS = ("lora_A", "lora_B")
PROMPT_CONFIGS = frozenset({"PromptTuningConfig", "PrefixTuningConfig", "PromptEncoderConfig", "CPTConfig"})


def target_of(config: object) -> str:
    """A module name that the adapter is put on."""
    if isinstance(config, Config):
        names = config.get("target_modules")
        if isinstance(names, tuple) and names and isinstance(names[0], str) and "embed" not in names[0]:
            return names[0].rpartition(".")[2]
    return "q_proj"


def parameters(life: Life, oid: Oid) -> list[Param]:
    """Representative parameters of a model, under the keys of its own state dict."""
    model = life.models[oid]
    if isinstance(model, Wrapper):
        prefix = PREFIXES[model.kind]
        return [Param(p.model, p.adapter, prefix + p.key) for p in parameters(life, model.inner)]
    if isinstance(model, PeftModel):
        prefix = "model." if model.tuner else "base_model.model."
        return [Param(p.model, p.adapter, prefix + p.key) for p in parameters(life, model.base)]
    found: list[Param] = []
    targets = [target_of(life.adapters[layer].config) for layer in model.layers]
    for key in PLAIN_KEYS:
        name = key.format(target=targets[0] if targets else "q_proj")
        if targets and "self_attn" in key:
            name = name.removesuffix("weight") + "base_layer.weight"
        found.append(Param(oid, None, name))
    for layer, target in zip(model.layers, targets, strict=True):
        found += [Param(oid, layer, key) for key in _adapter_keys(life, layer, target)]
    return found


def own_keys(life: Life, base: Oid, adapter: Oid) -> list[str]:
    """The keys of an adapter's tensors, as the plain model that holds it names them."""
    return [param.key for param in parameters(life, base) if param.adapter == adapter]


def _adapter_keys(life: Life, layer: Oid, target: str) -> list[str]:
    adapter = life.adapters[layer]
    name = adapter.name if isinstance(adapter.name, str) else "default"
    config = adapter.config if isinstance(adapter.config, Config) else None
    if config is not None and config.cls in PROMPT_CONFIGS:
        return [f"prompt_encoder.{name}.embedding.weight"]
    tensors = TENSORS.get(config.cls, LORA_TENSORS) if config is not None else LORA_TENSORS
    keys = [f"{block}self_attn.{target}.{tensor}.{name}.weight" for block in BLOCKS for tensor in tensors]
    extra = config.get("modules_to_save") if config is not None else None
    if isinstance(extra, tuple):
        keys += [f"{module}.modules_to_save.{name}.weight" for module in extra if isinstance(module, str)]
    return keys


def entries(life: Life, record: WeightsRec) -> list[tuple[Value, Value]]:
    """Keys and tensors of a state dict."""
    found: list[tuple[Value, Value]] = []
    for param in parameters(life, record.model):
        if record.keys == "adapter":
            if param.adapter is None:
                continue
            name = life.adapters[param.adapter].name
            key = param.key.replace(f".{name}.", ".", 1) if isinstance(name, str) else param.key
            found.append((Const(key), Param(param.model, param.adapter, key)))
        else:
            found.append((Const(param.key), param))
    return found
