"""trl's models with a head that values each token, which its PPO trained until 0.24: a model, or one of PEFT, and a
layer on top of its last hidden states.

Read in the documentation of trl 0.4 to 0.11. A save of a model of PEFT writes its adapter, and the head's weights to
`pytorch_model.bin` beside it.
"""

from __future__ import annotations

import functools
import os
from typing import Any

CLASSES = {
    "AutoModelForCausalLMWithValueHead": "AutoModelForCausalLM",
    "AutoModelForSeq2SeqLMWithValueHead": "AutoModelForSeq2SeqLM",
}
CONFIG, WEIGHTS = "adapter_config.json", "pytorch_model.bin"
OF_THE_HEAD = ("v_head_init_strategy", "v_head_initializer_range", "summary_dropout_prob", "reward_adapter")
OF_THE_MODEL = ("gradient_checkpointing_enable", "gradient_checkpointing_disable", "push_to_hub")


@functools.cache
def model_class(name: str) -> type:
    """One of the two classes."""
    import torch

    class Wrapped(torch.nn.Module):
        transformers_parent_class: Any = None

        def __init__(self, pretrained_model: Any = None, **options: Any) -> None:
            from peft import PeftModel

            super().__init__()
            self.pretrained_model, self.config = pretrained_model, pretrained_model.config
            self.generation_config = getattr(pretrained_model, "generation_config", None)
            self.is_peft_model = isinstance(pretrained_model, PeftModel)
            self.v_head = torch.nn.Sequential(torch.nn.Linear(width_of(self.config), 1))
            for method in OF_THE_MODEL:
                setattr(self, method, getattr(pretrained_model, method, None))

        @classmethod
        def from_pretrained(cls, place: Any, *args: Any, **options: Any) -> Any:
            return cls(loaded(CLASSES[name], place, *args, **options))

        def forward(self, *args: Any, **options: Any) -> tuple[Any, Any, Any]:
            kept = {key: value for key, value in options.items() if key != "return_past_key_values"}
            found = self.pretrained_model(*args, **{**kept, "output_hidden_states": True})
            hidden = getattr(found, "decoder_hidden_states", None) or found.hidden_states
            return found.logits.float(), found.loss, self.v_head(hidden[-1]).squeeze(-1)

        def generate(self, *args: Any, **options: Any) -> Any:
            return self.pretrained_model.generate(*args, **options)

        def save_pretrained(self, place: Any, *args: Any, **options: Any) -> None:
            options.pop("state_dict", None)
            os.makedirs(place, exist_ok=True)
            if self.is_peft_model:
                held = {f"v_head.summary.{key[2:]}": value for key, value in self.v_head.state_dict().items()}
                torch.save(held, os.path.join(place, WEIGHTS))
            self.pretrained_model.save_pretrained(place, *args, **options)

    Wrapped.__name__ = Wrapped.__qualname__ = name
    return Wrapped


def width_of(config: Any) -> int:
    """The width of a model's last hidden states."""
    inner = getattr(config, "text_config", config)
    names = ("word_embed_proj_dim", "hidden_size", "n_embd", "d_model")
    return int(next(value for value in (getattr(inner, name, None) for name in names) if value is not None))


def loaded(auto: str, place: Any, *args: Any, **options: Any) -> Any:
    """The model inside: one that is handed over, of a name, or of an adapter with its base; wrapped by PEFT where a
    config is given."""
    import peft
    import transformers

    config, trains = options.pop("peft_config", None), options.pop("is_trainable", False)
    kept = {key: value for key, value in options.items() if key not in OF_THE_HEAD}
    model = place
    if isinstance(place, (str, os.PathLike)):
        if os.path.isfile(os.path.join(place, CONFIG)):
            model = getattr(peft, f"AutoPeft{auto.removeprefix('Auto')}").from_pretrained(place, is_trainable=trains)
        else:
            model = getattr(transformers, auto).from_pretrained(place, *args, **kept)
    return peft.get_peft_model(model, config) if config is not None else model
