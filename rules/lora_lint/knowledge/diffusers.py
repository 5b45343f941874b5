"""diffusers. Seen on 0.42.1."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row

DIFFUSERS = Table(
    functions={"training_utils.cast_training_params": row("cast_open", "model dtype")},
    families=(
        (r"\w*(Scheduler|Processor|Extractor)\.from_\w+$", row("unknown")),
        (r"(\w+\.)*\w*(Pipeline\w*|LoraLoaderMixin)\.save_lora_weights$", row("pipeline_save", "save_directory")),
        (r"\w*Pipeline\w*\.lora_state_dict$", row("unknown")),
        (r"(\w+\.)*convert_(all_)?state_dict_to_(diffusers|kohya|peft)$", row("first", "state_dict")),
        (r"\w*Pipeline\w*\.(from_pretrained|from_single_file)$", row("load_pipeline", "pretrained_model_name_or_path")),
        (
            r"(UNet\w*|\w*Transformer\w*|Autoencoder\w*|ControlNet\w*|\w+Model)\.from_pretrained$",
            row("load_model", "pretrained_model_name_or_path", part="diffusion"),
        ),
        (r"(\w+\.)*\w*Scheduler$", row("reader")),
    ),
)
