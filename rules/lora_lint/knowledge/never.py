"""Names that sound as if a PeftModel had them and that no release of peft has had, and what exists in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Instead(NamedTuple):
    """`said` is what exists, for people. `method` is it where the name alone is wrong: with so many `arguments`."""

    said: str = ""
    method: str = ""
    arguments: int = 0


def _renamed(method: str, arguments: int) -> Instead:
    return Instead(method, method, arguments)


_BY_WHAT_EXISTS: Mapping[Instead, str] = {
    _renamed("save_pretrained", 1): "save_adapter save_adapters save_lora save_peft save_peft_model save_lora_weights "
    "save_adapter_model",
    Instead("save_pretrained"): "save_adapter_weights save_adapter_config save_pretrained_adapter save_lora_model "
    "save_lora_pretrained save_peft_weights save_peft_adapter",
    Instead("load_adapter"): "load_lora load_adapter_weights load_peft_model load_peft_weights",
    Instead("add_adapter"): "add_lora add_peft_adapter",
    _renamed("set_adapter", 1): "activate_adapter",
    Instead("set_adapter"): "set_active_adapter set_active_adapters switch_adapter use_adapter select_adapter",
    Instead("active_adapters"): "get_active_adapter",
    Instead("peft_config"): "get_adapter_names get_adapter_config get_peft_config get_lora_config",
    Instead("disable_adapter"): "deactivate_adapter",
    _renamed("enable_adapter_layers", 0): "enable_adapter",
    _renamed("delete_adapter", 1): "remove_adapter",
    Instead("delete_adapter"): "remove_adapters drop_adapter",
    _renamed("merge_and_unload", 0): "merge_lora merge_lora_weights",
    Instead("merge_and_unload"): "merge_and_unload_adapter merge_and_unload_adapters merge_and_unload_lora "
    "merge_adapter_and_unload merge_unload unload_and_merge merge_adapter_weights merge_lora_adapter "
    "merge_lora_adapters merge_lora_layers merge_peft merge_peft_model merge_base_model merge_into_base merge_to_base",
    Instead("merge_adapter or merge_and_unload"): "merge",
    Instead("merge_adapter"): "merge_adapters",
    Instead("merge_and_unload and save_pretrained"): "merge_and_save",
    _renamed("unmerge_adapter", 0): "unmerge",
    Instead("unmerge_adapter"): "unmerge_adapters unmerge_lora",
    Instead("unload"): "unload_adapter unload_adapters unload_peft remove_lora remove_peft unmerge_and_unload",
    Instead(
        "get_peft_model_state_dict(model) of peft"
    ): "get_peft_state_dict get_peft_model_state_dict get_adapter_weights get_lora_state_dict lora_state_dict",
    Instead("set_peft_model_state_dict(model, weights) of peft"): "set_peft_state_dict",
    Instead("print_trainable_parameters"): "print_trainable_params print_trainable_parameter",
    Instead("get_nb_trainable_parameters"): "get_nb_trainable_params",
    Instead(): "get_adapter merge_and_unmerge",
}
INSTEAD = {name: instead for instead, names in _BY_WHAT_EXISTS.items() for name in names.split()}
