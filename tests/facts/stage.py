"""What lies in a script's working directory: tiny random models with a tokenizer, and finished adapters for them.

Each folder is built once, by a script run that names it, and copied for every run, so no run can change another's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

SENTENCES = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]  # fmt: skip
CHAT = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }}</s>{% endfor %}"


def tokenizer() -> Any:
    """A byte-level tokenizer: any text has tokens, none is unknown."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokens = ["<unk>", "<s>", "</s>", "<pad>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    raw = Tokenizer(models.BPE(vocab={token: n for n, token in enumerate(tokens)}, merges=[], unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(
        tokenizer_object=raw, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="<pad>"
    )
    made.model_input_names = ["input_ids", "attention_mask"]
    made.chat_template = CHAT
    return made


def _save(model: Any, folder: str) -> None:
    model.save_pretrained(folder)
    tokenizer().save_pretrained(folder)


def _llama(folder: str, *, tied: bool = False, width: int = 32) -> None:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=260, hidden_size=width, intermediate_size=2 * width, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=128, bos_token_id=1, eos_token_id=2, pad_token_id=3,
        tie_word_embeddings=tied,
    )  # fmt: skip
    _save(LlamaForCausalLM(config), folder)


def _gpt2(folder: str) -> None:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=260, n_embd=32, n_layer=2, n_head=4, n_positions=128, bos_token_id=1, eos_token_id=2, pad_token_id=3
    )
    _save(GPT2LMHeadModel(config), folder)


def _bert(folder: str) -> None:
    import torch
    from transformers import BertConfig, BertForPreTraining

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=260, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=128, pad_token_id=3,
    )  # fmt: skip
    _save(BertForPreTraining(config), folder)  # with its pooler, as the real ones have


def _vit(folder: str) -> None:
    import torch
    from transformers import ViTConfig, ViTForImageClassification

    torch.manual_seed(0)
    config = ViTConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, image_size=32, patch_size=8,
        num_labels=2,
    )  # fmt: skip
    ViTForImageClassification(config).save_pretrained(folder)


def _adapter(folder: str, *, seed: int, rank: int, base: str = "tiny-llama") -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    plain = AutoModelForCausalLM.from_pretrained(base)
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(plain, config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.05)
    model.save_pretrained(folder)


def _diffusion(folder: str) -> None:
    from tests.facts.stage_diffusion import build

    build(folder)


BUILDERS: dict[str, Callable[[str], None]] = {
    "tiny-llama": _llama,
    "tiny-tied": lambda folder: _llama(folder, tied=True),
    "tiny-wide": lambda folder: _llama(folder, width=128),  # wide enough for blocks of 4-bit weights
    "tiny-gpt2": _gpt2,
    "tiny-bert": _bert,
    "tiny-vit": _vit,
    "tiny-lora": lambda folder: _adapter(folder, seed=3, rank=4),
    "first-adapter": lambda folder: _adapter(folder, seed=1, rank=8),
    "second-adapter": lambda folder: _adapter(folder, seed=2, rank=8),
    "wide-adapter": lambda folder: _adapter(folder, seed=4, rank=8, base="tiny-wide"),
    "tiny-diffusion": _diffusion,
}
ALWAYS = ("tiny-llama",)


def wanted(text: str) -> list[str]:
    """The folders that a script names, and the one that all need."""
    return [name for name in BUILDERS if name in ALWAYS or name in text]


def folders(name: str, root: Path) -> list[Path]:
    """The folders under `root` that a name stands for: its own, and `name-lora` where its builder makes one."""
    return [path for path in (root / name, root / f"{name}-lora") if path.is_dir()]


def build(name: str, root: Path) -> None:
    """Builds one folder under `root`. Loads torch: call it in a child."""
    os.chdir(root)
    BUILDERS[name](name)
