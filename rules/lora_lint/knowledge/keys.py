"""The keys of state dicts: a few tensors that stand for all of a model. Seen on peft 0.21.2 with a Llama."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache

from lora_lint.knowledge import families
from lora_lint.knowledge.peft import PROMPTS
from lora_lint.knowledge.transformers import HEADS

BLOCK = "model.layers.0."
BLOCKS = (BLOCK, "model.layers.30.")  # an early and a late one: scripts tell them apart
ATTENTION = "self_attn."
IN_MLP = frozenset({"gate_proj", "up_proj", "down_proj"})
OTHERS = ("model.layers.7.", "model.layers.11.", "model.layers.23.")  # that blocks are called besides
BESIDE = (  # modules of a block that are like each other
    ("q_proj", "k_proj", "v_proj", "o_proj"),
    ("gate_proj", "up_proj", "down_proj"),
    ("input_layernorm", "post_attention_layernorm"),
)
TARGETS = (*BESIDE[0], *BESIDE[1])  # what an adapter may be put on, where its config names nothing
TARGET = "q_proj"  # the module that an adapter is put on, where its config names none
PLAIN = (  # of a model without adapters
    "model.{embedding}.weight",
    BLOCK + ATTENTION + "{target}.weight",
    BLOCK + "mlp.down_proj.weight",
    BLOCK + "input_layernorm.weight",
    "model.norm.weight",
    "lm_head.weight",
)
SO_CALLED = frozenset("llama mistral qwen2 qwen3 gemma phi3".split())  # the families whose blocks are
EMBEDDING = "embed"  # in the names of embeddings, which lie in no block
UNDER_TARGET = "base_layer.weight"  # where the weight of a module goes that an adapter is put on
PREFIXES = {"compiled": "_orig_mod.", "parallel": "module.", "sharded": ""}  # that a wrapper puts before the keys
OF_TUNER, OF_PEFT = "model.", "base_model.model."

# inside a layer, by the class of the adapter's config
LORA_TENSORS = ("lora_A", "lora_B")
TENSORS = {
    "IA3Config": ("ia3_l",),
    "LoHaConfig": ("hada_w1_a", "hada_w2_a"),
    "LoKrConfig": ("lokr_w1", "lokr_w2"),
    "OFTConfig": ("oft_R",),
    "VeraConfig": ("vera_lambda_b", "vera_lambda_d"),
}
# a field of a config, and another one that has to hold all that it names, where both are lists (peft 0.21.2)
PART_OF = {"IA3Config": ("feedforward_modules", "target_modules")}

PROMPT_CONFIGS = PROMPTS
# what `inference_mode` does not freeze (seen on peft 0.21.2): prompts, and those in attention layers
NEVER_FROZEN = PROMPTS | {"AdaptionPromptConfig"}
# the class of the layers that hold these tensors, where an adapter is put on linear layers and none of its settings
# changes or adds others
LAYERS = {"LoraConfig": "torch.nn.Linear"}
KEEP_LAYERS = frozenset(
    "r lora_alpha lora_dropout target_modules task_type inference_mode init_lora_weights use_rslora fan_in_fan_out "
    "rank_pattern alpha_pattern layers_to_transform layers_pattern exclude_modules modules_to_save".split()
)
# methods that mix adapters which they load: where their config names them. They go by their place, from "0" on
MIXED = {"XLoraConfig": "adapters"}
# formats of an adapter's own keys: in a block, of a prompt, and of a copied module
IN_BLOCK = "{path}.{tensor}.{name}.weight"
PROMPT = "prompt_encoder.{name}.embedding.weight"
COPIES = "modules_to_save"
COPIED = f"{{module}}.{COPIES}.{{name}}.weight"


# tensors and layers, which are not what a module is called
PARTS = frozenset({"weight", "bias", "data", "base_layer", "parameters", "named_parameters", "modules"})


@lru_cache(maxsize=1024)
def module_of(key: str) -> str:
    """The name of the module that a tensor is of: "model.norm.weight" is one of `norm`."""
    return next((part for part in reversed(key.split(".")) if part not in PARTS), "")


def is_of_adapter(name: str) -> bool:
    """`q_proj.lora_A`: does an adapter's layer call a part of itself by this name?"""
    return any(name == tensor.partition(".")[0] for tensors in (LORA_TENSORS, *TENSORS.values()) for tensor in tensors)


def is_layer(key: str) -> bool:
    """Is a tensor of an adapter one of its layers, and not of the copy of a module that it trains whole?"""
    return COPIES not in key.split(".")


def layer_of(config: str, fields: Mapping[str, Hashable]) -> str:
    """The class of an adapter's layers, "" where its config leaves that open: on an embedding they are no layers."""
    targets = fields.get("target_modules")
    linear = isinstance(targets, tuple) and families.LINEAR.issuperset(targets)
    return LAYERS.get(config, "") if linear and KEEP_LAYERS.issuperset(fields) else ""


def in_block(target: str) -> str:
    """Where a module lies in its block."""
    return target if "." in target else f"mlp.{target}" if target in IN_MLP else ATTENTION + target


def beside(path: str) -> list[str]:
    """Where modules like this one lie in its block; what follows stays as it is."""
    return [
        path.replace(one, other)
        for names in BESIDE
        for one in names
        for other in names
        if one in path.split(".") and other != one
    ]


def heads_of(task: object) -> tuple[str, ...]:
    """What the head is called that PEFT copies into an adapter of this task, by each of its names."""
    return next((names for _, its, names in HEADS if its and its == task), ())


def are_so_called(model: Hashable) -> bool:
    """Is a model known to have its blocks under these keys, by its name?"""
    return isinstance(model, str) and families.family_of(model) in SO_CALLED


@lru_cache(maxsize=256)
def plain(model: Hashable, cls: str) -> tuple[str, ...]:
    """The keys of a model of this name and class: its embedding is called as in its family, or as in most, and a head
    for the script's own labels by each of the names that such heads have."""
    embedding, *_ = families.embeddings_of(model if isinstance(model, str) else "")
    heads = next((names for ending, _, names in HEADS if cls.endswith(ending)), ())
    return (*(key.replace("{embedding}", embedding) for key in PLAIN), *(f"{name}.weight" for name in heads))


# how the keys begin that `load_lora_weights` of a pipeline looks for; what a PeftModel saves begins otherwise, and is
# passed over with a word in the log (executed with diffusers 0.42.1; pipelines of other families rename such keys)
LOOKED_FOR = {"StableDiffusionPipeline": "unet.", "StableDiffusionXLPipeline": "unet."}
