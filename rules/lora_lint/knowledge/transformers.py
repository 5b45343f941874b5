"""transformers. Seen on 5.23.0."""

from __future__ import annotations

from lora_lint.knowledge.asking import IN_LIBRARIES
from lora_lint.knowledge.rows import Holds, Kept, Plain, Table, row, rows

TRAINER = {
    "train": row("train", "resume_from_checkpoint"),
    "save_model": row("save_trainer", "output_dir", calls="_save"),
    "_save": row("save_trainer", "output_dir state_dict"),
    "_save_checkpoint": row("save_checkpoint", "model trial"),
    "push_to_hub": row("push_trainer"),
    "add_callback": row("add_callback", "callback"),
    "pop_callback": row("quiet"),
    "remove_callback": row("quiet"),
    **rows(
        "quiet",
        "save_state log_metrics log create_model_card get_train_dataloader "
        "get_eval_dataloader hyperparameter_search prediction_step "
        "create_optimizer create_scheduler create_optimizer_and_scheduler num_examples evaluation_loop",
    ),
    "compute_loss": row("loss_of", "model inputs"),
    **rows("evaluate", "evaluate predict"),
    "save_metrics": row("record"),
    "is_world_process_zero": row("plain", value=True),
    "is_local_process_zero": row("plain", value=True),
}

# the arguments by which a tokenizer is loaded with more tokens: those that it has not become the last of its vocabulary
# (seen on 5.23; in 4.x only the first is a list)
TOKENS_TO_ADD = ("additional_special_tokens", "extra_special_tokens")

TRANSFORMERS = Table(
    functions={
        "Trainer": row(
            "trainer",
            "model args data_collator train_dataset eval_dataset processing_class model_init compute_loss_func "
            "compute_metrics callbacks",
        ),
        "Seq2SeqTrainer": row(
            "trainer",
            "model args data_collator train_dataset eval_dataset processing_class model_init compute_loss_func "
            "compute_metrics callbacks",
        ),
        "TrainingArguments": row("make", "output_dir"),
        "Seq2SeqTrainingArguments": row("make", "output_dir"),
        "BitsAndBytesConfig": row("make", "load_in_8bit load_in_4bit"),
        "HfArgumentParser": row("make", "dataclass_types"),
        "set_seed": row("quiet"),
        "modeling_utils.unwrap_model": row("unwrapped", "model"),
        "pipeline": row("make", "task model config tokenizer"),
        "trainer_utils.get_last_checkpoint": row("unknown"),
        **rows("is_kind", "trainer._is_peft_model trainer_utils._is_peft_model", "model", cls="peft.PeftModel"),
        "is_torch_available": row("plain", value=True),
        "utils.is_peft_available": row("plain", value=True),
        **{f"{name}.from_pretrained": row("made") for name in ("AutoConfig", "AutoProcessor")},
        "AutoTokenizer.from_pretrained": row("tokenizer", adds=TOKENS_TO_ADD),
        "AdamW": row("optimizer", "params"),
        "get_scheduler": row("reader"),
    },
    families=(
        *IN_LIBRARIES,
        # what is loaded or built by these is no model
        (r"\w*(Tokenizer|TokenizerFast)\.from_pretrained$", row("tokenizer", adds=TOKENS_TO_ADD)),
        (
            r"\w*(Tokenizer|TokenizerFast|Processor|Extractor|Config|Collator\w*|Criteria|Streamer)\.from_\w+$",
            row("made"),
        ),
        (r"\w*(Tokenizer|TokenizerFast|Processor|Extractor|Streamer)$", row("made")),
        (
            r"(AutoModel\w*|\w+Model|\w+For[A-Z]\w*|\w+Head\w*|\w+Decoder\w*|\w+WithProjection|\w+HifiGan)\.from_pretrained$",
            row("load_model", "pretrained_model_name_or_path"),
        ),
        (
            r"(AutoModel\w*|\w+Model|\w+For[A-Z]\w*|\w+Head\w*|\w+WithProjection)\.(from_config|_from_config)$",
            row("build_model", "config"),
        ),
        (r"\w*(Config|Arguments)$", row("make", "output_dir")),
        (r"\w*Trainer$", row("trainer", "model args data_collator train_dataset")),
        (r"(AutoModel\w*|\w+Model|\w+For[A-Z]\w*|\w+Head\w*|\w+WithProjection)$", row("build_model", "config")),
        (r"(\w+Model|\w+For[A-Z]\w*|\w+WithProjection)\.(save_pretrained|push_to_hub)$", row("unbound")),
        (r"(\w*Scheduler|get_\w+_schedule\w*)$", row("reader")),
    ),
    methods={
        "Trainer": TRAINER,
        "TrainingArguments": {"to_dict": row("as_dict", rest=True)},
        "pipeline": rows("gives_itself", "save_pretrained push_to_hub"),  # saves its model as that saves itself
        "HfArgumentParser": {
            "parse_args_into_dataclasses": row("parse_records", command_line=True),
            "parse_json_file": row("parse_records"),
            "parse_yaml_file": row("parse_records"),
            "parse_dict": row("parse_records"),
            "parse_args_and_config": row("parse_records"),
        },
    },
    bases={
        "PreTrainedModel": "torch.nn.Module",
        "Seq2SeqTrainer": "transformers.Trainer",
        "Seq2SeqTrainingArguments": "transformers.TrainingArguments",
    },
    attributes={
        "Trainer": {"accelerator": Holds("accelerate.Accelerator")},
        "TrainingArguments": {
            "process_index": Plain(0),
            "local_process_index": Plain(0),
            "should_save": Plain(True),
            "local_rank": Kept(-1, since="5.0", before=0),  # read in 4.57.1 and 5.0.0 to 5.23.0
        },
    },
)

# -- methods of a plain model ------------------------------------------------------------------------------------------

ON_PLAIN = {
    "save_pretrained": row("save", "save_directory is_main_process state_dict push_to_hub max_shard_size"),
    "push_to_hub": row("push", "repo_id"),
    "add_adapter": row("inject", "adapter_config adapter_name", receiver="self"),
    # with keywords of AdapterHub's method it is that one
    "load_adapter": row("inject_loaded", "peft_model_id adapter_name", others=("load_as", "set_active", "with_head")),
    "set_adapter": row("set_adapter", "adapter_name"),
    "delete_adapter": row("delete_adapter", "adapter_names"),
    "disable_adapters": row("disable"),
    "enable_adapters": row("enable"),
    "active_adapters": row("quiet"),
    "get_adapter_state_dict": row("adapter_weights", "adapter_name"),
    "dequantize": row("dequantize"),
}
CASTS = {"half": "float16", "float": "float32", "double": "float64", "bfloat16": "bfloat16"}
# on every model, wrapped or not
ON_ANY = {
    **rows("self", "train eval share_memory prepare_for_training"),
    **rows("on_device", "cuda cpu to_empty"),
    **{name: row("cast", dtype=dtype) for name, dtype in CASTS.items()},
    **rows("cast", "to type"),
    **rows("quiet", "zero_grad register_forward_hook gradient_checkpointing_disable tie_weights compile init_weights"),
    "gradient_checkpointing_enable": row("checkpointing", "gradient_checkpointing_kwargs"),
    "activation_checkpointing_enable": row("checkpointing", "gradient_checkpointing_kwargs"),
    "enable_input_require_grads": row("input_grads", on=True),
    "disable_input_require_grads": row("input_grads", on=False),
    "requires_grad_": row("requires_grad", "requires_grad"),
    "apply": row("apply", "fn"),
    **rows("part", "get_submodule get_parameter", "target"),
    "resize_token_embeddings": row("resize", "new_num_tokens"),
    "parameters": row("parameters"),
    "named_parameters": row("parameters", named=True),
    "state_dict": row("state_dict", "destination prefix keep_vars"),
    "load_state_dict": row("load_state_dict", "state_dict strict"),
    **rows("forward", "__call__ forward generate", gates="data"),
    **rows("plain_model", "get_decoder get_encoder"),
    # an engine of DeepSpeed, which is taken for its model
    **rows("gives_itself", "save_checkpoint save_16bit_model save_fp16_model"),
    "backward": row("backward", "loss"),
    "step": row("quiet"),
    # unsloth adds these to the models that it loads
    "save_pretrained_merged": row("save_merged", "save_directory tokenizer save_method"),
    "save_lora": row("save", "save_directory"),
    "push_to_hub_merged": row("save_merged", "repo_id tokenizer save_method", hub=True),
    "save_pretrained_gguf": row("save_merged", "save_directory tokenizer", format="gguf"),
    "push_to_hub_gguf": row("save_merged", "repo_id tokenizer", hub=True, format="gguf"),
    # diffusers pipelines and models
    "load_lora_weights": row("pipeline_load", "pretrained_model_name_or_path"),
    "fuse_lora": row("fuse"),
    "unfuse_lora": row("unfuse"),
    **rows("pipeline_unload", "unload_lora_weights unload_lora delete_adapters"),
    "save_lora_weights": row("pipeline_save", "save_directory"),
    "save_lora_adapter": row("save_lora_adapter", "save_directory adapter_name"),
    "save_attn_procs": row("save_lora_adapter", "save_directory"),  # the same file, until diffusers 0.39
}

# attributes that every PreTrainedModel has; with those of a torch module, what hasattr says of a plain model
PLAIN_HAS = frozenset(
    "save_pretrained from_pretrained push_to_hub load_adapter add_adapter set_adapter delete_adapter active_adapters "
    "disable_adapters enable_adapters base_model config device dtype generate get_input_embeddings "
    "get_output_embeddings resize_token_embeddings gradient_checkpointing_enable gradient_checkpointing_disable "
    "enable_input_require_grads disable_input_require_grads name_or_path num_parameters generation_config tie_weights "
    "set_input_embeddings get_adapter_state_dict prepare_inputs_for_generation init_weights post_init "
    "_hf_peft_config_loaded add_model_tags is_gradient_checkpointing get_memory_footprint".split()
)
# how the classes begin that tell sounds apart under a name which is that of classifiers of texts elsewhere
HEARING = "Wav2Vec2 Wav2Vec2Bert Wav2Vec2Conformer Hubert WavLM UniSpeech UniSpeechSat Data2VecAudio SEW SEWD".split()
OF_SOUNDS = (*(f"{stem}ForSequenceClassification" for stem in HEARING), "ForAudioClassification")
# the head of these has the same name in most families, another in some (5.23.0: XLNet, BigBird, ModernBERT, Splinter)
ANSWERING = "ForQuestionAnswering"
# model classes whose head is made anew for the script's own labels: the task type with which PEFT trains and saves it
# along with the adapter ("" where PEFT has none), and what the head is called
HEADS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    *((ending, "", ("classifier",)) for ending in OF_SOUNDS),
    ("ForSequenceClassification", "SEQ_CLS", ("classifier", "score")),
    ("ForTokenClassification", "TOKEN_CLS", ("classifier", "score")),
    (ANSWERING, "QUESTION_ANS", ("qa_outputs",)),
    ("ForImageClassification", "", ("classifier",)),
    ("ForMultipleChoice", "", ("classifier",)),
    ("ForCTC", "", ("lm_head",)),
    ("ForObjectDetection", "", ("class_labels_classifier",)),
    ("ForSemanticSegmentation", "", ("decode_head", "classifier")),
)
# of detectors the head is looked at by these names alone (`families.DETECTORS`), of segmenters likewise
DETECTING, SEGMENTING = "ForObjectDetection", "ForSemanticSegmentation"
# the labels of a classifier where nobody names any, and the families of which no published config names others, as
# those of BART and DistilGPT-2 do
LABELS_AT_FIRST = 2
OF_SO_MANY_LABELS = frozenset(
    "bert distilbert deberta-v2 roberta llama mistral mixtral qwen2 qwen3 gemma phi3 gpt_neox bloom opt".split()
)
# the trainers that refuse a model with quantized weights and no adapter, since 4.34: all of them ask Trainer's own
# constructor (`validate_quantization_for_training` in 5.23.0)
ASK_FOR_ADAPTER = frozenset(
    "transformers.Trainer transformers.Seq2SeqTrainer trl.SFTTrainer trl.DPOTrainer trl.KTOTrainer trl.RewardTrainer "
    "trl.GRPOTrainer".split()
)
# models of pictures or sounds: in 5.23.0 with reentrant checkpointing no adapter of ViT, DeiT, BEiT, DINOv2, Swin and
# Swin 2 moves, and Whisper raises in backward; `enable_input_require_grads` helps all but Swin. Wav2Vec2 does without
WITHOUT_WORDS = ("ForImageClassification", "WhisperForConditionalGeneration")
# models without a head, beside those of the classes above, which have an embedding for input only
WITHOUT_HEAD = frozenset({"AutoModel"})
# the heads of speech models that write letters: one row a letter, in a model that has no embedding of tokens, of which
# get_input_embeddings raises NotImplementedError (all 13 classes of 5.23.0), and what their vocabulary counts at first
LETTERS = "ForCTC"
LETTERS_AT_FIRST = 32
# what tokenizers have already, as scripts name it once more, and the one token that needs no learning
TOKENS_THERE = frozenset({"<s>", "</s>", "<unk>"})
PADDING = "pad_token"
# before this release gradient checkpointing was torch's reentrant form by default, and inputs got no gradient
REENTRANT_BY_DEFAULT = "<5.0"
# the training argument under which DeepSpeed parts every parameter, and the entry of its dict that says so (ZeRO-3)
PARTS_PARAMETERS = ("deepspeed", ("zero_optimization", "stage"), 3)
# the attributes of a model that say it is quantized: whoever dequantizes its layers by hand unsets them
QUANTIZED_MARKS = frozenset({"is_loaded_in_4bit", "is_loaded_in_8bit", "is_quantized"})
# the attribute of a model whose truth says that input and output embedding are one weight
TIES = ("config", "tie_word_embeddings")
