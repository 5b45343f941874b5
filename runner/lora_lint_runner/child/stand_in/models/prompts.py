"""A prompt whose sizes the script writes down (`token_dim=768`) is as wide and as deep as the stand-in of its model."""

from __future__ import annotations

from typing import Any

from ...context import Run

# of a prompt, and what every config of transformers answers to
SIZES = {
    "num_layers": "num_hidden_layers", "token_dim": "hidden_size", "num_attention_heads": "num_attention_heads",
}  # fmt: skip


def install(run: Run) -> None:
    @run.patches.after("peft.peft_model")
    def patch(module: Any) -> None:
        run.patches.replace(module, "_prepare_prompt_learning_config", lambda real: _fitted(run, real))


def _fitted(run: Run, real: Any) -> Any:
    """Where the script leaves them open, PEFT asks the model itself."""

    def prepare(config: Any, model_config: Any) -> Any:
        texts = model_config.get_text_config() if hasattr(model_config, "get_text_config") else None
        for name, asked in SIZES.items() if run.met.tiny else ():
            told, own = getattr(config, name, None), getattr(texts, asked, None)
            if told is not None and own is not None and told != own and not config.inference_mode:
                run.neutral(f"{name} {told} of a prompt: {own}, as the tiny model has it")
                setattr(config, name, own)
        return real(config, model_config)

    return prepare
