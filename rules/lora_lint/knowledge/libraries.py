"""The libraries that the tables describe and that a project may hold a copy of: the tables are asked, not the copy."""

from __future__ import annotations

LIBRARIES = frozenset("accelerate bitsandbytes diffusers peft safetensors torch transformers trl unsloth".split())

# modules that a copy of the library has, and hardly a package that a project calls by its name; seen in peft 0.2.0 and
# 0.21.2, and in the releases of the others that the tables were read from
MODULES_OF = {
    "accelerate": ("accelerator.py",),
    "diffusers": ("configuration_utils.py",),
    "peft": ("peft_model.py",),
    "transformers": ("modeling_utils.py",),
    "trl": ("trainer/sft_trainer.py", "trainer/ppo_trainer.py"),  # the second of old ones
}
