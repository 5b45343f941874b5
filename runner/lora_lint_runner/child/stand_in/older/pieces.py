"""Small pieces of older releases that have no successor of the same shape."""

from __future__ import annotations

from typing import Any

from ..scoring import Score


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
    from ..models.vocabulary import CHAT

    start, end = "<|im_start|>", "<|im_end|>"
    tokenizer.eos_token = tokenizer.pad_token = end
    tokenizer.bos_token = start
    tokenizer.add_special_tokens({"additional_special_tokens": [start, end]})
    tokenizer.chat_template = tokenizer.chat_template or CHAT
    model.resize_token_embeddings(len(tokenizer))
    return model, tokenizer


def _metric(*args: Any, **options: Any) -> Any:
    """datasets' load_metric until 2: every score is 0.5."""
    return Score("metric")


def nothing(*args: Any, **options: Any) -> bool:
    """A check or a report that is no longer needed."""
    return False


IDLE = ("is_", "check_", "require_", "send_", "log_")  # functions of which nothing but the call is left
PIECES: dict[str, Any] = {
    "DataCollatorForCompletionOnlyLM": CompletionOnly,
    "setup_chat_format": _chat_format,
    "load_metric": _metric,
}
