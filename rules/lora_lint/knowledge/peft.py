"""peft. Seen on 0.21.2 unless a row says otherwise; docs/facts.md says what sees it again."""

from __future__ import annotations

from lora_lint.knowledge.rows import Plain, Table, row, rows

CONFIGS = (
    "LoraConfig AdaLoraConfig IA3Config LoHaConfig LoKrConfig OFTConfig BOFTConfig VeraConfig PromptTuningConfig "
    "PrefixTuningConfig PromptEncoderConfig MultitaskPromptTuningConfig AdaptionPromptConfig PolyConfig LNTuningConfig "
    "FourierFTConfig HRAConfig VBLoRAConfig XLoraConfig CPTConfig BoneConfig RandLoraConfig TrainableTokensConfig "
    "ShiraConfig C3AConfig MissConfig RoadConfig DeloraConfig OSFConfig WaveFTConfig GraloraConfig ArrowConfig"
)
# configs that are built on another one than PeftConfig
BUILT_ON = {
    "AdaLoraConfig": "peft.LoraConfig",
    **dict.fromkeys(
        ("PromptTuningConfig", "PrefixTuningConfig", "PromptEncoderConfig", "CPTConfig"), "peft.PromptLearningConfig"
    ),
    "MultitaskPromptTuningConfig": "peft.PromptTuningConfig",
    "PromptLearningConfig": "peft.PeftConfig",
    "LoHaConfig": "peft.LycorisConfig",
    "LoKrConfig": "peft.LycorisConfig",
    "LycorisConfig": "peft.PeftConfig",
}
NO_CONFIGS = frozenset({"ArrowConfig"})  # settings of a LoraConfig
PROMPTS = frozenset(
    "PromptTuningConfig PrefixTuningConfig PromptEncoderConfig CPTConfig MultitaskPromptTuningConfig".split()
)
# what PEFT calls a method, where it is not the name of its config in capitals
METHOD_NAMES = {
    "PromptTuningConfig": "PROMPT_TUNING",
    "PrefixTuningConfig": "PREFIX_TUNING",
    "PromptEncoderConfig": "P_TUNING",
    "MultitaskPromptTuningConfig": "MULTITASK_PROMPT_TUNING",
    "AdaptionPromptConfig": "ADAPTION_PROMPT",
    "LNTuningConfig": "LN_TUNING",
    "TrainableTokensConfig": "TRAINABLE_TOKENS",
}
METHODS = {
    config: METHOD_NAMES.get(config) or config.removesuffix("Config").upper()
    for config in CONFIGS.split()
    if config not in NO_CONFIGS
}
AUTO = (
    "AutoPeftModel AutoPeftModelForCausalLM AutoPeftModelForSeq2SeqLM AutoPeftModelForSequenceClassification "
    "AutoPeftModelForTokenClassification AutoPeftModelForQuestionAnswering AutoPeftModelForFeatureExtraction"
)
WRAPPERS = (
    "PeftModel PeftModelForCausalLM PeftModelForSeq2SeqLM PeftModelForSequenceClassification "
    "PeftModelForTokenClassification PeftModelForQuestionAnswering PeftModelForFeatureExtraction PeftMixedModel"
)
TUNERS = "LoraModel AdaLoraModel IA3Model LoHaModel LoKrModel OFTModel BOFTModel VeraModel XLoraModel"

# before this release save_pretrained wrote adapter_model.bin unless it was asked for safetensors
WRITES_BIN = "<0.7"
OLD_WEIGHTS = "adapter_model.bin"
WEIGHTS = ("adapter_model.safetensors", OLD_WEIGHTS)

PEFT = Table(
    functions={
        "get_peft_model": row("wrap", "model peft_config adapter_name mixed autocast_adapter_dtype revision"),
        **rows("wrap", WRAPPERS, "model peft_config adapter_name"),
        "PeftMixedModel": row("wrap", "model peft_config adapter_name", mixed=True),
        **rows("wrap", TUNERS, "model peft_config adapter_name", tuner=True),
        **{
            f"{name}.from_pretrained": row(
                "load_peft", "model model_id adapter_name is_trainable config autocast_adapter_dtype"
            )
            for name in WRAPPERS.split()
        },
        "PeftMixedModel.from_pretrained": row(
            "load_peft", "model model_id adapter_name is_trainable config", mixed=True
        ),
        **{
            f"{name}.from_pretrained": row(
                "load_auto_peft", "pretrained_model_name_or_path adapter_name is_trainable config revision"
            )
            for name in AUTO.split()
        },
        "inject_adapter_in_model": row("inject", "peft_config model adapter_name", receiver="model", bare=True),
        "prepare_model_for_kbit_training": row("prepare", "model use_gradient_checkpointing"),
        "prepare_model_for_int8_training": row("prepare", "model use_gradient_checkpointing"),
        "get_peft_model_state_dict": row("adapter_weights", "model state_dict adapter_name"),
        "set_peft_model_state_dict": row("load_weights", "model peft_model_state_dict adapter_name"),
        "load_peft_weights": row("unknown"),
        "cast_mixed_precision_params": row("cast_open", "model dtype"),
        **rows("make", CONFIGS),
        **{
            f"{name}.from_pretrained": row("load_config", "pretrained_model_name_or_path")
            for name in ("PeftConfig " + CONFIGS).split()
        },
        "TaskType": row("first", "value"),
        "PeftModelForCausalLM.save_pretrained": row("unbound", method="save_pretrained"),
    },
    attributes={
        "PromptLearningConfig": {"is_prompt_learning": Plain(True)},
        "PeftType": {name: Plain(name) for name in METHODS.values()},
        **{
            config: {
                "peft_type": Plain(name),
                "is_prompt_learning": Plain(config in PROMPTS),
                "is_adaption_prompt": Plain(config == "AdaptionPromptConfig"),
            }
            for config, name in METHODS.items()
        },
    },
    methods={
        config: {"save_pretrained": row("save_config", "save_directory"), "to_dict": row("self")}
        for config in ("PeftConfig " + CONFIGS).split()
    },
    bases={
        **{f"{name}": "peft.PeftModel" for name in WRAPPERS.split() if name != "PeftModel"},
        **dict.fromkeys(CONFIGS.split(), "peft.PeftConfig"),
        **BUILT_ON,
        **dict.fromkeys(TUNERS.split(), "peft.BaseTuner"),
        "AdaLoraModel": "peft.LoraModel",
    },
)

# -- methods of model objects, by the kind of the object ---------------------------------------------------------------

# on a PeftModel, and on a bare tuner such as LoraModel where `PEFT_ONLY_WRAPPER` does not say otherwise
ON_PEFT = {
    "save_pretrained": row(
        "save", "save_directory safe_serialization selected_adapters save_embedding_layers is_main_process"
    ),
    "push_to_hub": row("push", "repo_id"),
    "merge_and_unload": row("merge", "progressbar safe_merge adapter_names"),
    "unload": row("unload"),
    "merge_adapter": row("fold_in", "adapter_names safe_merge"),
    "unmerge_adapter": row("unfold"),
    "add_adapter": row("add_adapter", "adapter_name peft_config low_cpu_mem_usage"),
    "load_adapter": row("load_adapter", "model_id adapter_name is_trainable"),
    "set_adapter": row("set_adapter", "adapter_name inference_mode"),
    "delete_adapter": row("delete_adapter", "adapter_name"),
    "add_weighted_adapter": row("blend", "adapters weights adapter_name combination_type"),
    "get_base_model": row("inner"),
    "from_pretrained": row("load_peft", "model model_id adapter_name is_trainable config autocast_adapter_dtype"),
    # unsloth adds these to a model that it loads for vLLM; without it they are in `never`
    "save_lora": row("save", "save_directory"),
    "load_lora": row("quiet"),
    "disable_adapter": row("context", kind="disabled"),
    "disable_adapter_layers": row("disable"),
    "enable_adapter_layers": row("enable"),
    "set_requires_grad": row("open_adapters", "adapter_names requires_grad"),
    **rows(
        "quiet",
        "print_trainable_parameters get_nb_trainable_parameters get_layer_status get_model_status "
        "create_or_update_model_card get_prompt get_prompt_embedding_to_save supports_lora_conversion",
    ),
}

# names that only a PeftModel has; a plain transformers model raises AttributeError. Seen with hasattr on both.
PEFT_ONLY = frozenset(
    "merge_and_unload unload merge_adapter unmerge_adapter get_base_model disable_adapter print_trainable_parameters "
    "get_nb_trainable_parameters peft_type active_adapter active_peft_config add_weighted_adapter modules_to_save "
    "disable_adapter_layers enable_adapter_layers set_requires_grad get_layer_status get_model_status "
    "create_or_update_model_card base_model_torch_dtype peft_config".split()
)
# of these, the ones that the wrapper has and its bare tuner has not
PEFT_ONLY_WRAPPER = frozenset(
    "print_trainable_parameters get_nb_trainable_parameters active_peft_config create_or_update_model_card "
    "get_base_model disable_adapter save_pretrained modules_to_save get_model_status get_layer_status "
    "base_model_torch_dtype peft_type".split()
)
# attributes of the wrapper beyond PEFT_ONLY that plain models have as well, or that lead into it
PEFT_HAS = PEFT_ONLY | {
    "save_pretrained", "load_adapter", "add_adapter", "set_adapter", "delete_adapter", "active_adapters",
    "disable_adapters", "enable_adapters", "base_model", "push_to_hub", "generate", "config", "device", "dtype",
    "get_input_embeddings", "get_output_embeddings", "resize_token_embeddings", "gradient_checkpointing_enable",
    "enable_input_require_grads", "name_or_path", "num_parameters", "generation_config", "from_pretrained",
    "prepare_inputs_for_generation", "model",
}  # fmt: skip
# methods that `model.base_model`, the tuner inside the wrapper, has as well
TUNER_METHODS = frozenset(
    "merge_and_unload unload set_adapter delete_adapter merge_adapter unmerge_adapter add_weighted_adapter "
    "enable_adapter_layers disable_adapter_layers set_requires_grad".split()
)
