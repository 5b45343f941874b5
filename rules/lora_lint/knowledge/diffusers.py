"""diffusers. Seen on 0.42.1."""

from __future__ import annotations

from lora_lint.knowledge.asking import IN_LIBRARIES
from lora_lint.knowledge.rows import Table, row

# the models that a pipeline holds, by the attribute
PARTS = frozenset(
    {"unet", "transformer", "text_encoder", "text_encoder_2", "text_encoder_3", "vae", "controlnet", "image_encoder"}
)
# those that load_lora_weights certainly puts layers into; text encoders only where the file holds weights for them
ADAPTED_PARTS = frozenset({"unet", "transformer"})

DIFFUSERS = Table(
    functions={"training_utils.cast_training_params": row("cast_open", "model dtype")},
    families=(
        *IN_LIBRARIES,
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
