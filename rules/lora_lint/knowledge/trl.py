"""trl. Seen on 1.16.0: its trainers wrap the model by themselves when they are given a peft_config.

Trainers that need a reference and are given a PeftModel, from the release under `reference` on, add a frozen copy of
its adapter named "ref" (with `if_set`, where that setting is not zero); every save then writes it to a folder of its
own. Read in the sources of trl 0.26 to 1.16. Under the setting `ahead` the reference is run before the training.

A trainer that is given a name loads a model that generates; one with `loads` another.
"""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row, rows

_FIRST = "SFTTrainer RewardTrainer PRMTrainer"
_ONE_SCORE = "AutoModelForSequenceClassification"
_WITH_REFERENCE = "DPOTrainer KTOTrainer ORPOTrainer CPOTrainer BCOTrainer"
_AHEAD = "precompute_ref_log_probs"

TRL = Table(
    functions={
        **rows("trainer", _FIRST, "model args data_collator train_dataset", wraps=True),
        **rows("trainer", _WITH_REFERENCE, "model ref_model args", wraps=True, ahead=_AHEAD),
        "RewardTrainer": row("trainer", "model args data_collator train_dataset", wraps=True, loads=_ONE_SCORE),
        "DPOTrainer": row("trainer", "model ref_model args", wraps=True, reference="0.29", ahead=_AHEAD),
        "KTOTrainer": row("trainer", "model ref_model args", wraps=True, reference="1.2", ahead=_AHEAD),
        "GRPOTrainer": row(
            "trainer", "model reward_funcs args train_dataset", wraps=True, reference="0.27", if_set="beta"
        ),
        "RLOOTrainer": row("trainer", "model reward_funcs args train_dataset", wraps=True, reference="0.27"),
        "OnlineDPOTrainer": row("trainer", "model ref_model", wraps=True),
        "get_peft_config": row("maybe_config", "model_args", asks="use_peft"),
        "get_quantization_config": row("unknown"),
        "TrlParser": row("make", "dataclass_types"),
        "ModelConfig": row("make"),
        "setup_chat_format": row("chat_template", "model tokenizer format"),
        "clone_chat_template": row("chat_template", "model tokenizer source_tokenizer_path", beside=("added_tokens",)),
        "create_reference_model": row("deepcopy", "model"),
    },
    families=(
        (r"\w*Trainer$", row("trainer", "model args", wraps=True)),
        (r"\w*Config$", row("make", "output_dir")),
        (r"AutoModelFor\w*ValueHead\w*\.from_pretrained$", row("value_head", "pretrained_model_name_or_path")),
    ),
    bases=dict.fromkeys(
        f"{_FIRST} {_WITH_REFERENCE} GRPOTrainer RLOOTrainer OnlineDPOTrainer".split(), "transformers.Trainer"
    )
    | {"TrlParser": "transformers.HfArgumentParser", "SFTConfig": "transformers.TrainingArguments"},
)

# what a trainer does with a PeftModel and a peft_config, by release: it raises (huggingface/trl#4713), merges the
# adapter that is there and wraps anew, wraps the PeftModel once more, or leaves the config alone. Read in the wheels of
# trl 0.7.11, 0.9.6, 0.11.4 and 0.15.2 to 0.27.0; raising was seen on 1.16.0
BOTH_GIVEN: dict[str, tuple[tuple[str, str], ...]] = {
    "SFTTrainer": ((">=0.27", "raises"), (">=0.22,<0.27", "merges"), (">=0.20,<0.22", "nests"), ("<0.20", "keeps")),
    "GRPOTrainer": ((">=0.27", "raises"), (">=0.22,<0.27", "merges"), ("<0.22", "nests")),
    "RewardTrainer": ((">=0.27", "raises"), (">=0.22,<0.27", "merges"), ("<0.22", "keeps")),
    "": ((">=0.27", "raises"), ("<0.27", "merges")),
}
