"""unsloth, read in its repository (2026): its models are transformers models with methods added."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row

# what they load by a publisher's name is unsloth's own upload where there is one (unsloth/models/mapper.py)
CLASSES = (
    "FastLanguageModel FastModel FastVisionModel FastTextModel FastSentenceTransformer FastLlamaModel FastMistralModel "
    "FastQwen2Model FastGemmaModel"
).split()

# a PeftModel comes back from get_peft_model as it is ("Already have LoRA adapters! We shall skip this step"), one that
# has another of these raises TypeError; the vision classes raise at any
_COMPARED = ("r", "lora_alpha", "lora_dropout", "bias", "use_rslora", "target_modules")

# an adapter is loaded as a PeftModel, to be trained (is_trainable=True); some names are surely those of base models
_LOAD = row("load_model", "model_name", tupled=True, adapters=True, plain="unsloth/")
# in 4 bits, where nothing else is asked for
_LOAD_SMALL = row(
    "load_model",
    "model_name max_seq_length dtype load_in_4bit",
    tupled=True,
    adapters=True,
    plain="unsloth/",
    bits="4bit",
    unless=("load_in_8bit", "load_in_16bit", "load_in_fp8", "full_finetuning"),
)
_AS_IT_IS = "FastSentenceTransformer"

# methods that every model has once one of these classes has wrapped it
PUT_ON = frozenset("save_pretrained_merged push_to_hub_merged save_pretrained_gguf push_to_hub_gguf".split())

UNSLOTH = Table(
    functions={
        **{f"{name}.from_pretrained": _LOAD if name == _AS_IT_IS else _LOAD_SMALL for name in CLASSES},
        **{
            f"{name}.get_peft_model": row("wrap_keywords", "model r target_modules lora_alpha", compares=_COMPARED)
            for name in CLASSES
        },
        **{f"{name}.for_inference": row("first", "model") for name in CLASSES},
        **{f"{name}.for_training": row("first", "model") for name in CLASSES},
        "chat_templates.train_on_responses_only": row("first", "trainer"),
        "train_on_responses_only": row("first", "trainer"),
        "unsloth_train": row("train_given", "trainer"),
        "UnslothTrainer": row("trainer", "model args", wraps=True),
        "UnslothTrainingArguments": row("make", "output_dir"),
        "is_bfloat16_supported": row("unknown"),
    },
    families=((r"chat_templates\.", row("reader")), (r"\w*Trainer$", row("trainer", "model args", wraps=True))),
    bases={"UnslothTrainer": "transformers.Trainer", "UnslothTrainingArguments": "transformers.TrainingArguments"},
)
