"""A small sentence-transformers: a model of transformers with its words averaged, trained and saved as the real one's.

What it leaves on disk is what release 6.0 leaves: `save` lets the model of transformers write itself (an adapter, where
it holds one), and writes `modules.json` and the pooling beside it.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from ....context import Run
from ...anything import standing_for
from .training import Evaluator, InputExample, loss_of, trainer_of

MOST = 512  # tokens
PARTS = frozenset("losses evaluation models readers datasets util training_args trainer".split())
ROWS = 32  # of an encoding


def _transformer() -> Any:
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
            _write(path, "sentence_bert_config.json", {"max_seq_length": self.max_seq_length})

    return Transformer


def _after(name: str) -> Any:
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
            _write(path, "config.json", {"word_embedding_dimension": self.dimension})

    Module.__name__ = Module.__qualname__ = name
    return Module


def _model(run: Run, parts: SimpleNamespace) -> Any:
    import torch

    sequential: Any = torch.nn.Sequential

    class SentenceTransformer(sequential):  # type: ignore[misc]
        def __init__(
            self, model_name_or_path: Any = None, modules: Any = None, device: Any = None, **options: Any
        ) -> None:
            if modules is None:
                first = parts.Transformer(model_name_or_path, **options)
                modules = [first, parts.Pooling(first.get_word_embedding_dimension())]
            super().__init__(*modules)
            self.model_card_data = options.get("model_card_data")
            self.prompts = options.get("prompts") or {}
            self.similarity_fn_name = "cosine"

        @property
        def transformers_model(self) -> Any:
            return self[0].auto_model

        @property
        def tokenizer(self) -> Any:
            return self[0].tokenizer

        @property
        def device(self) -> Any:
            return torch.device("cpu")

        @property
        def max_seq_length(self) -> int:
            return int(self[0].max_seq_length)

        @max_seq_length.setter
        def max_seq_length(self, length: int) -> None:
            self[0].max_seq_length = length

        def __getattr__(self, name: str) -> Any:
            if name in ADAPTERS:  # those of a model of transformers
                return getattr(self.transformers_model, name)
            return super().__getattr__(name)

        def _first_module(self) -> Any:
            return self[0]

        def get_sentence_embedding_dimension(self) -> int:
            return int(self[0].get_word_embedding_dimension())

        def tokenize(self, texts: Any, **options: Any) -> dict[str, Any]:
            texts = [text if isinstance(text, str) else " ".join(map(str, text)) for text in texts]
            room = {"padding": True, "truncation": True, "max_length": self.max_seq_length}
            return dict(self.tokenizer(texts, return_tensors="pt", **room))

        preprocess = tokenize

        def forward(self, features: dict[str, Any], **options: Any) -> dict[str, Any]:
            for module in self:
                features = module(dict(features))
            return features

        def encode(self, sentences: Any, *args: Any, convert_to_tensor: bool = False, **options: Any) -> Any:
            texts = [sentences] if isinstance(sentences, str) else list(sentences)
            with torch.no_grad():
                parts = [texts[place : place + ROWS] for place in range(0, len(texts), ROWS)]
                found = torch.cat([self(self.tokenize(part))["sentence_embedding"] for part in parts])
            found = found[0] if isinstance(sentences, str) else found
            return found if convert_to_tensor else found.numpy()

        encode_query = encode_document = encode

        def similarity(self, left: Any, right: Any) -> Any:
            pairs = [torch.nn.functional.normalize(torch.as_tensor(side), dim=-1) for side in (left, right)]
            return pairs[0] @ pairs[1].T

        def evaluate(self, evaluator: Any, output_path: Any = None) -> Any:
            return evaluator(self, output_path)

        def save(self, path: Any, *args: Any, **options: Any) -> None:
            path = str(path)
            os.makedirs(path, exist_ok=True)
            self[0].save(path)
            listed = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
            for place, module in list(enumerate(self))[1:]:
                kind = type(module).__name__
                folder = os.path.join(path, f"{place}_{kind}")
                if hasattr(module, "save"):
                    module.save(folder)
                kinds = f"sentence_transformers.models.{kind}"
                listed.append({"idx": place, "name": str(place), "path": os.path.basename(folder), "type": kinds})
            _write(path, "modules.json", listed)
            _write(path, "config_sentence_transformers.json", {"prompts": self.prompts})

        save_pretrained = save

        def push_to_hub(self, name: str, *args: Any, **options: Any) -> str:
            run.neutral(f"push to the hub {name}: kept from happening")
            return f"https://huggingface.co/{name}"

        save_to_hub = push_to_hub

        def fit(
            self, train_objectives: Any, evaluator: Any = None, output_path: str | None = None,
            optimizer_class: Any = None, optimizer_params: Any = None, **options: Any,
        ) -> None:  # fmt: skip
            """As before release 3: loaders of examples, each with its loss."""
            trained = [p for p in self.parameters() if p.requires_grad]
            optimizer = (optimizer_class or torch.optim.AdamW)(trained, **(optimizer_params or {"lr": 1e-3}))
            for loader, loss in train_objectives:
                loader.collate_fn = lambda rows: rows
                for _, rows in zip(range(run.spec.steps), loader):
                    columns = [self.tokenize(texts) for texts in zip(*(row.texts for row in rows))]
                    loss(columns, torch.tensor([row.label for row in rows])).backward()
                    optimizer.step()
                    optimizer.zero_grad()
            if evaluator is not None:
                evaluator(self, output_path)
            if output_path:
                self.save(output_path)

        def smart_batching_collate(self, rows: Any) -> Any:
            columns = [self.tokenize(texts) for texts in zip(*(row.texts for row in rows))]
            return columns, torch.tensor([row.label for row in rows])

    return SentenceTransformer


ADAPTERS = frozenset(
    "add_adapter load_adapter set_adapter active_adapters active_adapter enable_adapters disable_adapters "
    "delete_adapter get_adapter_state_dict".split()
)


def _write(folder: str, name: str, held: Any) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(held, file)


def _found(run: Run) -> dict[str, Any]:
    parts = SimpleNamespace(Transformer=_transformer(), Pooling=_after("Pooling"))
    arguments, trainer = trainer_of()
    return {
        "Transformer": parts.Transformer,
        "Pooling": parts.Pooling,
        "SentenceTransformer": _model(run, parts),
        "SentenceTransformerTrainer": trainer,
        "SentenceTransformerTrainingArguments": arguments,
        "InputExample": InputExample,
        **{name: _after(name) for name in ("Normalize", "Dense", "Dropout", "LayerNorm")},
    }


def fill(module: ModuleType, run: Run) -> None:
    """One set of classes for all of its modules."""
    root = module.__name__.split(".")[0]
    if module.__name__ == root:
        module.__dict__["found"] = _found(run)
    found = sys.modules[root].__dict__["found"]

    def named(name: str) -> Any:
        if name in found:
            return found[name]
        if name in PARTS and module.__name__ == root:
            return importlib.import_module(f"{root}.{name}")
        if name.endswith("Loss"):
            found[name] = loss_of(name)
        elif name.endswith(("Evaluator", "Evaluation")):
            found[name] = Evaluator
        else:
            return standing_for(f"{module.__name__}.{name}")
        return found[name]

    module.__dict__.update(found if module.__name__ == root else {}, _fallback=named)
