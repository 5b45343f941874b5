"""What a model is made of: a model of transformers with its tokenizer, and what comes behind it."""

from __future__ import annotations

import json
import os
from typing import Any

MOST = 512  # tokens


def transformer() -> Any:
    import torch

    class Transformer(torch.nn.Module):
        """The first module: tokenizer and model."""

        def __init__(self, model_name_or_path: Any, max_seq_length: int | None = None, **options: Any) -> None:
            from transformers import AutoModel, AutoTokenizer

            super().__init__()
            given = {**options.get("model_args", {}), **options.get("model_kwargs", {})}
            self.auto_model = AutoModel.from_pretrained(str(model_name_or_path), **given)
            self.tokenizer = AutoTokenizer.from_pretrained(str(model_name_or_path))
            if self.tokenizer.pad_token is None:
                self.tokenizer.pad_token = self.tokenizer.eos_token
            self.max_seq_length = max_seq_length or min(MOST, self.tokenizer.model_max_length)

        def get_word_embedding_dimension(self) -> int:
            return int(self.auto_model.config.hidden_size)

        def forward(self, features: dict[str, Any]) -> dict[str, Any]:
            known = {k: v for k, v in features.items() if k in ("input_ids", "attention_mask", "token_type_ids")}
            return {**features, "token_embeddings": self.auto_model(**known)[0]}

        def save(self, path: str, *args: Any, **options: Any) -> None:
            self.auto_model.save_pretrained(path)
            self.tokenizer.save_pretrained(path)
            write(path, "sentence_bert_config.json", {"max_seq_length": self.max_seq_length})

    return Transformer


def after(name: str) -> Any:
    """The modules behind the first one: only pooling does something."""
    import torch

    class Module(torch.nn.Module):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__()
            self.dimension = next((a for a in (*args, *options.values()) if isinstance(a, int)), None)

        def get_sentence_embedding_dimension(self) -> int | None:
            return self.dimension

        def forward(self, features: dict[str, Any]) -> dict[str, Any]:
            if name == "Normalize":
                features["sentence_embedding"] = torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)
            elif "sentence_embedding" not in features:
                words, mask = features["token_embeddings"], features["attention_mask"].unsqueeze(-1)
                features["sentence_embedding"] = (words * mask).sum(1) / mask.sum(1).clamp(min=1)
            return features

        def save(self, path: str, *args: Any, **options: Any) -> None:
            write(path, "config.json", {"word_embedding_dimension": self.dimension})

    Module.__name__ = Module.__qualname__ = name
    return Module


def write(folder: str, name: str, held: Any) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(held, file)
