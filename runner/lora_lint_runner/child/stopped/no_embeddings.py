"""Embeddings that PEFT looks for when it saves an adapter, in a model that has none: one of speech, with letters of its
own."""

from __future__ import annotations

from .retries.learning import frames


def of(error: BaseException) -> str:
    """What to do about it, in words behind the error; nothing where that is not the reason. Seen with peft 0.21.2 and
    transformers 5.23.0: `get_peft_model_state_dict` compares vocab_size with that of the base model's config."""
    if not isinstance(error, NotImplementedError) or "get_input_embeddings" not in str(error):
        return ""
    saving = any(frame.f_code.co_name == "get_peft_model_state_dict" for frame in frames(error))
    if not saving:
        return ""
    return (
        " (PEFT saves the embeddings of a model whose vocab_size is not that of its base model, and this one has none: "
        'save it with save_embedding_layers=False, and give a trainer save_strategy="no")'
    )
