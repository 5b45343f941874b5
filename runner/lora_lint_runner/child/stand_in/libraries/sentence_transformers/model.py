"""The model: sentences in, vectors out, saved as a list of its modules."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

from ....context import Run
from .modules import write

ROWS = 32  # of an encoding
ADAPTERS = frozenset(
    "add_adapter load_adapter set_adapter active_adapters active_adapter enable_adapters disable_adapters "
    "delete_adapter get_adapter_state_dict".split()
)


def model_of(run: Run, parts: SimpleNamespace) -> Any:
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
            _write(self, str(path))

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
            optimizer = (optimizer_class or torch.optim.AdamW)(_trained(self), **(optimizer_params or {"lr": 1e-3}))
            _train(self, train_objectives, optimizer, run.spec.steps)
            if evaluator is not None:
                evaluator(self, output_path)
            if output_path:
                self.save(output_path)

        def smart_batching_collate(self, rows: Any) -> Any:
            return _batch(self, rows)

    return SentenceTransformer


def _trained(model: Any) -> list[Any]:
    return [p for p in model.parameters() if p.requires_grad]


def _batch(model: Any, rows: Any) -> tuple[list[Any], Any]:
    """The columns of examples, each as tokens, and their labels."""
    import torch

    return [model.tokenize(texts) for texts in zip(*(row.texts for row in rows))], torch.tensor([r.label for r in rows])


def _train(model: Any, objectives: Any, optimizer: Any, steps: int) -> None:
    """A few steps with each loader of examples and its loss."""
    for loader, loss in objectives:
        loader.collate_fn = lambda rows: rows
        for _, rows in zip(range(steps), loader):
            loss(*_batch(model, rows)).backward()
            optimizer.step()
            optimizer.zero_grad()


def _write(model: Any, path: str) -> None:
    """The modules of a model, each in a folder of its own but the first, and their list."""
    os.makedirs(path, exist_ok=True)
    model[0].save(path)
    listed = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
    for place, module in list(enumerate(model))[1:]:
        kind = type(module).__name__
        folder = os.path.join(path, f"{place}_{kind}")
        if hasattr(module, "save"):
            module.save(folder)
        kinds = f"sentence_transformers.models.{kind}"
        listed.append({"idx": place, "name": str(place), "path": os.path.basename(folder), "type": kinds})
    write(path, "modules.json", listed)
    write(path, "config_sentence_transformers.json", {"prompts": model.prompts})
