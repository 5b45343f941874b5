"""What hasattr really says of each kind of model, against the names in the tables."""

from __future__ import annotations

from typing import Any

import pytest

from lora_lint.knowledge import never, peft, torch, transformers

pytestmark = pytest.mark.slow

PEFT_KINDS = ("PeftModel", "PeftModel without task type", "emptied PeftModel", "compiled PeftModel")
PLAIN_KINDS = ("plain", "merged", "unloaded", "integration", "compiled plain")


def lacks(models: dict[str, Any], kinds: tuple[str, ...], names: frozenset[str] | set[str]) -> dict[str, list[str]]:
    """The names that a model of one of the kinds has not, by kind."""
    return {kind: gone for kind in kinds if (gone := sorted(n for n in names if not hasattr(models[kind], n)))}


def has(models: dict[str, Any], kinds: tuple[str, ...], names: frozenset[str] | set[str]) -> dict[str, list[str]]:
    return {kind: there for kind in kinds if (there := sorted(n for n in names if hasattr(models[kind], n)))}


def test_names_that_only_a_peft_model_has_are_there(models: dict[str, Any]) -> None:
    assert not lacks(models, PEFT_KINDS, peft.PEFT_ONLY)


def test_and_no_plain_model_has_them(models: dict[str, Any]) -> None:
    kinds = tuple(kind for kind in PLAIN_KINDS if kind != "integration")
    assert not has(models, kinds, peft.PEFT_ONLY)


def test_the_integration_adds_peft_config_and_nothing_else_of_them(models: dict[str, Any]) -> None:
    assert has(models, ("integration",), peft.PEFT_ONLY) == {"integration": ["peft_config"]}


def test_what_a_bare_tuner_has_not(models: dict[str, Any]) -> None:
    assert set(lacks(models, ("LoraModel",), peft.PEFT_ONLY)["LoraModel"]) == peft.PEFT_ONLY_WRAPPER & peft.PEFT_ONLY


def test_what_a_peft_model_has_besides(models: dict[str, Any]) -> None:
    assert not lacks(models, PEFT_KINDS, set(peft.PEFT_HAS))


def test_names_that_nobody_has(models: dict[str, Any]) -> None:
    assert not has(models, (*PEFT_KINDS, "LoraModel", *PLAIN_KINDS), set(never.INSTEAD))


def test_what_every_plain_model_has(models: dict[str, Any]) -> None:
    assert not lacks(models, PLAIN_KINDS, transformers.PLAIN_HAS)


def test_a_peft_model_answers_for_what_its_plain_model_has(models: dict[str, Any]) -> None:
    assert not lacks(models, PEFT_KINDS, transformers.PLAIN_HAS)


def test_what_every_torch_module_has(models: dict[str, Any]) -> None:
    import torch as library

    module = {"module": library.nn.Linear(1, 1)}
    assert not lacks(module, ("module",), torch.MODULE_ATTRIBUTES)


def test_a_data_parallel_wrapper_hides_the_model(models: dict[str, Any]) -> None:
    hidden = (peft.PEFT_ONLY | transformers.PLAIN_HAS) - torch.PARALLEL_ATTRIBUTES
    assert not has(models, ("DataParallel",), hidden)


def test_what_a_data_parallel_wrapper_has(models: dict[str, Any]) -> None:
    assert not lacks(models, ("DataParallel",), torch.MODULE_ATTRIBUTES | {"module", "device_ids"})


def test_a_parallel_wrapper_has_what_the_tables_say(models: dict[str, Any]) -> None:
    """One of the two: whether a script is launched with one process or several is not known."""
    from torch import distributed, nn

    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    try:
        wrapper = nn.parallel.DistributedDataParallel(nn.Linear(1, 1))
        both = (wrapper, models["DataParallel"])
        assert [name for name in torch.PARALLEL_ATTRIBUTES if not any(hasattr(one, name) for one in both)] == []
    finally:
        distributed.destroy_process_group()


def test_rows_of_methods_name_methods_that_are_there(models: dict[str, Any]) -> None:
    assert not lacks(models, ("PeftModel",), set(peft.ON_PEFT) - OF_OTHERS)
    assert not lacks(models, ("plain",), set(transformers.ON_PLAIN) - OF_OTHERS)
    assert not lacks(models, ("PeftModel", "plain"), set(transformers.ON_ANY) - OF_OTHERS)


# methods of the tables that another library or another class of model adds
OF_OTHERS = {
    "save_pretrained_merged", "push_to_hub_merged", "save_pretrained_gguf", "push_to_hub_gguf",  # unsloth
    "prepare_for_training",  # unsloth's classes
    "load_lora_weights", "fuse_lora", "unfuse_lora", "unload_lora_weights", "save_lora_weights", "save_lora_adapter",
    "unload_lora", "delete_adapters", "save_attn_procs",  # diffusers' models
    "save_lora", "load_lora",  # unsloth, for vLLM
    "save_checkpoint", "save_16bit_model", "save_fp16_model", "backward", "step",  # deepspeed's engine
    "get_prompt", "get_prompt_embedding_to_save",  # prompt tuning
}  # fmt: skip


def test_what_the_configs_of_all_methods_say_of_themselves() -> None:
    import peft as library

    asked = {"AdaLoraConfig": {"total_step": 9}, "CPTConfig": {"task_type": "CAUSAL_LM"}}
    for name in peft.METHODS.keys() & set(dir(library)):
        real = getattr(library, name)(**asked.get(name, {}))
        for attribute, known in peft.PEFT.attributes[name].items():
            assert getattr(real, attribute) == known.value, (name, attribute)
        base = peft.PEFT.bases[name].removeprefix("peft.")
        assert base in [cls.__name__ for cls in type(real).__mro__], name
        others = set(peft.CONFIGS.split()) & {cls.__name__ for cls in type(real).__mro__[1:]}
        assert base in others or not others, name
