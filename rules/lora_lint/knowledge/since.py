"""What came to peft with which release, and what went: names that can be imported from it, keywords of its calls, and
values of these.

Read in the wheels of peft 0.2.0 to 0.21.2, the last of each minor release; what 0.2 had is not listed. `since` means
that the release before it lacks the name, `until` that this release lacks it and those before have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

NAMES_SINCE = {
    "0.3": "AdaLoraConfig AdaLoraModel AdaptionPromptConfig AdaptionPromptModel",
    "0.4": "AutoPeftModel AutoPeftModelForCausalLM AutoPeftModelForFeatureExtraction AutoPeftModelForQuestionAnswering "
    "AutoPeftModelForSeq2SeqLM AutoPeftModelForSequenceClassification AutoPeftModelForTokenClassification IA3Config "
    "IA3Model PeftModelForFeatureExtraction PeftModelForQuestionAnswering prepare_model_for_kbit_training",
    "0.5": "inject_adapter_in_model load_peft_weights",
    "0.6": "LoHaConfig LoHaModel LoKrConfig LoKrModel MultitaskPromptTuningConfig MultitaskPromptTuningInit",
    "0.7": "LoftQConfig OFTConfig OFTModel PeftMixedModel",
    "0.8": "PolyConfig PolyModel cast_mixed_precision_params",
    "0.10": "replace_lora_weights_loftq",
    "0.11": "BOFTConfig BOFTModel LNTuningConfig LNTuningModel VeraConfig VeraModel get_layer_status get_model_status",
    "0.12": "FourierFTConfig FourierFTModel HRAConfig HRAModel LoraRuntimeConfig XLoraConfig XLoraModel",
    "0.13": "VBLoRAConfig VBLoRAModel",
    "0.14": "BoneConfig BoneModel CPTConfig CPTEmbedding EvaConfig get_eva_state_dict initialize_lora_eva_weights",
    "0.15": "TrainableTokensConfig TrainableTokensModel",
    "0.16": "C3AConfig C3AModel RandLoraConfig RandLoraModel",
    "0.17": "MissConfig MissModel ShiraConfig ShiraModel",
    "0.18": "ArrowConfig DeloraConfig DeloraModel OSFConfig OSFModel PeftWarning RoadConfig RoadModel WaveFTConfig "
    "WaveFTModel create_arrow_model",
    "0.19": "AdamssConfig BdLoraConfig CartridgeConfig GraloraConfig LilyConfig LoraGAConfig PeanutConfig PsoftConfig "
    "PveraConfig TinyLoraConfig convert_to_lora preprocess_loraga save_as_lora",
}

KEYWORDS_SINCE = {
    "LoraConfig": {
        "0.3": "init_lora_weights",
        "0.4": "auto_mapping layers_pattern layers_to_transform revision",
        "0.6": "alpha_pattern rank_pattern",
        "0.7": "loftq_config megatron_config megatron_core",
        "0.8": "use_rslora",
        "0.9": "use_dora",
        "0.10": "layer_replication",
        "0.12": "runtime_config",
        "0.14": "eva_config exclude_modules lora_bias",
        "0.15": "corda_config trainable_token_indices",
        "0.16": "qalora_group_size use_qalora",
        "0.17": "target_parameters",
        "0.18": "alora_invocation_tokens arrow_config ensure_weight_tying",
        "0.19": "lora_ga_config use_bdlora",
        "0.20": "monteclora_config velora_config",
    },
    "get_peft_model": {
        "0.4": "adapter_name",
        "0.7": "mixed",
        "0.12": "autocast_adapter_dtype revision",
        "0.14": "low_cpu_mem_usage",
    },
    "prepare_model_for_kbit_training": {"0.6": "gradient_checkpointing_kwargs"},
    "get_peft_model_state_dict": {"0.6": "unwrap_compiled", "0.7": "save_embedding_layers"},
    "PeftModel.merge_and_unload": {"0.5": "progressbar", "0.6": "safe_merge", "0.7": "adapter_names"},
    "PeftModel.add_weighted_adapter": {
        "0.4": "combination_type",
        "0.5": "svd_rank",
        "0.9": "density majority_sign_method",
    },
}

NAMES_UNTIL = {"0.10": "prepare_model_for_int8_training", "0.19": "BoneConfig BoneModel"}
KEYWORDS_UNTIL = {"LoraConfig": {"0.3": "enable_lora merge_weights"}}
# keywords that a call did without, and from a release on raises where they are not given
ASKED_SINCE = {"AdaLoraConfig": ("total_step", "0.15", "ValueError")}
# calls that gave the model back, and from a release on give something else
MODEL_UNTIL = {"set_peft_model_state_dict": "0.3"}
# what takes the place of a name, with the same arguments: it did nothing but call this one
RENAMED = {"prepare_model_for_int8_training": "prepare_model_for_kbit_training"}

# values of keywords that mean something of their own, and what the releases before raise of them
VALUES_SINCE = {("LoraConfig", "target_modules", "all-linear"): ("0.8", "ValueError")}

# what imports a name of peft by itself, and in which releases of its own library
IMPORTS = {
    "transformers.Trainer": ("PeftMixedModel", ("transformers", ">=5")),
    "transformers.Seq2SeqTrainer": ("PeftMixedModel", ("transformers", ">=5")),
}

_NAMES = {name: release for release, names in NAMES_SINCE.items() for name in names.split()}
_GONE = {name: release for release, names in NAMES_UNTIL.items() for name in names.split()}


def _by_keyword(table: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], str]:
    return {
        (call, name): release
        for call, releases in table.items()
        for release, names in releases.items()
        for name in names.split()
    }


_KEYWORDS, _KEYWORDS_GONE = _by_keyword(KEYWORDS_SINCE), _by_keyword(KEYWORDS_UNTIL)

# what can be asked of a release at all: imports by library and last name, and keywords by call
IMPORTED = frozenset({f"peft.{name}" for name in (*_NAMES, *_GONE)} | IMPORTS.keys())
KEYWORDS = {
    call.rpartition(".")[2]: frozenset(name for of, name in (*_KEYWORDS, *_KEYWORDS_GONE) if of == call)
    for call in {**KEYWORDS_SINCE, **KEYWORDS_UNTIL}
}


class Need(NamedTuple):
    """What a script asks of peft: `since` is the first release that has it, `error` what earlier ones raise.

    `others` are releases of other libraries that have to be there for it (library, specifier). `until` is the first
    release that has it no more, "" where the newest has it, and `instead` what that one has in its place. `result`: it
    is what a call gives that is gone, and the call is still there.
    """

    what: str
    since: str
    error: str
    others: tuple[tuple[str, str], ...] = ()
    until: str = ""
    instead: str = ""
    result: bool = False


def imported(name: str) -> Need | None:
    """What importing a qualified name asks of peft; None where any release will do."""
    library, _, rest = name.partition(".")
    own = rest.rpartition(".")[2]
    if library == "peft" and own in _NAMES:
        return Need(own, _NAMES[own], "ImportError", until=_GONE.get(own, ""))
    if library == "peft" and own in _GONE:
        return Need(own, "", "ImportError", until=_GONE[own], instead=RENAMED.get(own, ""))
    if name in IMPORTS:
        inner, other = IMPORTS[name]
        return Need(f"{own} of {library}, which imports {inner} from it", _NAMES[inner], "ImportError", (other,))
    return None


def called(call: str, keywords: Mapping[str, Any], *, more: bool = False) -> Need | None:
    """What a call with these keywords asks of peft; None where any release will do. A value that is unknown is None.

    `more`: there may be others (`**options`).
    """
    for keyword, value in keywords.items():
        since = _KEYWORDS.get((call, keyword))
        if since is not None:
            return Need(f"{call}({keyword}=...)", since, "TypeError")
        if (call, keyword) in _KEYWORDS_GONE:
            return Need(f"{call}({keyword}=...)", "", "TypeError", until=_KEYWORDS_GONE[call, keyword])
        if isinstance(value, str) and (call, keyword, value) in VALUES_SINCE:
            return Need(f'{call}({keyword}="{value}")', *VALUES_SINCE[call, keyword, value])
    if call in ASKED_SINCE and not more:
        keyword, until, error = ASKED_SINCE[call]
        return Need(f"{call} without {keyword}", "", error, until=until) if keyword not in keywords else None
    return None


def result_used(call: str) -> Need | None:
    """What it asks of peft to take for a model what a call gives back; None where any release will do."""
    until = MODEL_UNTIL.get(call)
    if until is None:
        return None
    return Need(f"{call} that gives the model back", "", "what is assigned is no model", until=until, result=True)
