"""Small pieces of older releases that have no successor of the same shape."""

from __future__ import annotations

import functools
import importlib
import itertools
from collections.abc import Callable
from typing import Any

from ..scoring import Score
from .trainers import ppo, value_heads

LONG, ROWS = 128, 128


class CompletionOnly:
    """trl's DataCollatorForCompletionOnlyLM until 0.19: here all tokens count."""

    def __init__(self, *templates: Any, tokenizer: Any = None, **options: Any) -> None:
        self.tokenizer = tokenizer

    def __call__(self, rows: Any, *args: Any, **options: Any) -> Any:
        kept = [{name: row[name] for name in ("input_ids", "attention_mask") if name in row} for row in rows]
        batch = self.tokenizer.pad(kept, return_tensors="pt")
        batch["labels"] = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
        return batch


def _chat_format(model: Any, tokenizer: Any, format: str = "chatml", **options: Any) -> Any:
    """trl's setup_chat_format until 0.23: two tokens, which begin, end and pad, and a template."""
    from ..models.inputs.vocabulary import CHAT

    start, end = "<|im_start|>", "<|im_end|>"
    tokenizer.eos_token = tokenizer.pad_token = end
    tokenizer.bos_token = start
    tokenizer.add_special_tokens({"additional_special_tokens": [start, end]})
    tokenizer.chat_template = tokenizer.chat_template or CHAT
    model.resize_token_embeddings(len(tokenizer))
    return model, tokenizer


def _constant_length(
    tokenizer: Any, rows: Any, dataset_text_field: str | None = None, formatting_func: Any = None,
    infinite: bool = False, seq_length: int = LONG, **options: Any,
) -> Any:  # fmt: skip
    """trl's ConstantLengthDataset until 0.24: texts end to end, cut into pieces of one length."""
    import datasets

    texts = [formatting_func(row) if formatting_func else row[dataset_text_field or "text"] for row in _first(rows)]
    ids = [number for text in texts for number in [*tokenizer(text)["input_ids"], tokenizer.eos_token_id or 0]]
    found = datasets.Dataset.from_list([{"input_ids": piece, "labels": piece} for piece in _cut(ids, seq_length)])
    return found.with_format("torch")


def _cut(ids: list[int], length: int) -> list[list[int]]:
    length = min(length, LONG, max(len(ids), 1))
    return [ids[at : at + length] for at in range(0, len(ids) - length + 1, length)]


def _text_file(tokenizer: Any, file_path: Any, block_size: int = LONG, **options: Any) -> list[Any]:
    """transformers' TextDataset until 5: a file of text, cut into pieces of one length."""
    import torch

    with open(file_path, encoding="utf-8") as file:
        text = "".join(_first(file))
    return [torch.tensor(piece) for piece in _cut(tokenizer(text)["input_ids"], block_size)]


def _lines_of_text(tokenizer: Any, file_path: Any, block_size: int = LONG, **options: Any) -> list[dict[str, Any]]:
    """transformers' LineByLineTextDataset until 5."""
    import torch

    with open(file_path, encoding="utf-8") as file:
        lines = [line.strip() for line in _first(file)]
    return [
        {"input_ids": torch.tensor(tokenizer(line)["input_ids"][: min(block_size, LONG)])} for line in lines if line
    ]


def _first(rows: Any) -> Any:
    return itertools.islice(iter(rows), ROWS)


def _metric(*args: Any, **options: Any) -> Any:
    """datasets' load_metric until 2: every score is 0.5."""
    return Score("metric")


def nothing(*args: Any, **options: Any) -> bool:
    """A check or a report that is no longer needed."""
    return False


def gone(home: str, name: str) -> Any:
    """A class or function without a successor: it can be imported beside others, and raises where it is used."""

    def refuse(cls: Any, *args: Any, **options: Any) -> Any:
        raise ImportError(f"cannot import name '{name}' from '{home}'")

    return type(name, (), {"__new__": refuse})


ATTENTION = "_ATTENTION_CLASSES"


def attention_classes(home: str, name: str) -> dict[str, Any] | None:
    """A family's attentions, one a kernel (`WHISPER_ATTENTION_CLASSES`, transformers 4.36 to 4.47): there is one now,
    whatever computes it."""
    words = name.removesuffix(ATTENTION).replace("_", "").lower()
    held = vars(importlib.import_module(home))
    found = next((held[key] for key in held if key.lower() == f"{words}attention"), None)
    return dict.fromkeys(("eager", "sdpa", "flash_attention_2"), found) if found is not None else None


IDLE = ("is_", "check_", "require_", "send_", "log_")  # functions of which nothing but the call is left
TURNS = "{% for turn in messages %}{{ turn['role'] }}: {{ turn['content'] }}\n{% endfor %}"  # a chat in plain words
PIECES: dict[str, Any] = {
    **dict.fromkeys(("SIMPLE_CHAT_TEMPLATE", "SIMPLE_SFT_CHAT_TEMPLATE", "SIMPLE_QUERY_CHAT_TEMPLATE"), TURNS),
    "DataCollatorForCompletionOnlyLM": CompletionOnly,
    "setup_chat_format": _chat_format,
    "ConstantLengthDataset": _constant_length,
    "load_metric": _metric,
    "TextDataset": _text_file,
    "LineByLineTextDataset": _lines_of_text,
    "PPOTrainer": ppo.PPOTrainer,
    "LengthSampler": ppo.LengthSampler,
    "create_reference_model": ppo.create_reference_model,
}
MADE: dict[str, Callable[[], Any]] = {  # what is made only where it is asked for
    "PPOConfig": ppo.config_class,
    **{name: functools.partial(value_heads.model_class, name) for name in value_heads.CLASSES},
}
