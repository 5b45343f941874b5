"""accelerate. Seen on 1.15.0."""

from __future__ import annotations

from lora_lint.knowledge.asking import IN_LIBRARIES
from lora_lint.knowledge.rows import Plain, Table, row, rows

ACCELERATE = Table(
    families=IN_LIBRARIES,
    functions={
        "Accelerator": row("make"),
        "PartialState": row("make"),
        "utils.set_seed": row("quiet"),
        "utils.is_peft_model": row("is_kind", "model", cls="peft.PeftModel"),
        "utils.extract_model_from_parallel": row("unwrapped", "model"),
        "init_empty_weights": row("context", kind="null"),
        "dispatch_model": row("first", "model"),
        "load_checkpoint_and_dispatch": row("first", "model"),
    },
    methods={
        "Accelerator": {
            **rows("prepare_all", "prepare prepare_model", parting="fsdp_plugin"),
            "unwrap_model": row("unwrapped", "model"),
            "backward": row("backward", "loss"),
            "save": row("save_weights", "obj f"),
            "save_model": row("save_plain_weights", "model save_directory"),
            "save_state": row("save_state", "output_dir"),
            "get_state_dict": row("state_dict_of", "model"),
            "accumulate": row("context", kind="null"),
            "autocast": row("context", kind="null"),
            "no_sync": row("context", kind="null"),
            "main_process_first": row("context", kind="null"),
            "local_main_process_first": row("context", kind="null"),
            "on_main_process": row("identity", "function"),
            **rows(
                "quiet",
                "print wait_for_everyone free_memory clip_grad_norm_ clip_grad_value_ log end_training init_trackers "
                "register_for_checkpointing load_state clear skip_first_batches register_save_state_pre_hook "
                "register_load_state_pre_hook",
            ),
        }
    },
    attributes={
        name: {
            "is_main_process": Plain(True),
            "is_local_main_process": Plain(True),
            "process_index": Plain(0),
            "local_process_index": Plain(0),
        }
        for name in ("Accelerator", "PartialState")
    },
)
