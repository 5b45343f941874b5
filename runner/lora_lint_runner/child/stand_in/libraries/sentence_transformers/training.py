"""How the small sentence-transformers trains: all of its losses are one, and what evaluates scores 0.5."""

from __future__ import annotations

from typing import Any

from ...scoring import VALUE, Scores

NO_COLUMNS = ("label", "labels", "score", "scores", "dataset_name")
OF_SENTENCES = (
    "batch_sampler", "multi_dataset_batch_sampler", "prompts", "router_mapping", "learning_rate_mapping",
)  # fmt: skip


def loss_of(name: str) -> Any:
    """Every loss: near what it is rated, or nearer to its partner than to those of others."""
    import torch
    from torch.nn import functional

    class Loss(torch.nn.Module):
        def __init__(self, model: Any = None, *args: Any, **options: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, sentence_features: Any, labels: Any = None) -> Any:
            found = [self.model(features)["sentence_embedding"] for features in sentence_features]
            sides = [functional.normalize(part, dim=-1) for part in found]
            if len(sides) == 1:  # nearer to what has the same label
                near = sides[0] @ sides[0].T
                return functional.mse_loss(near, (labels[:, None] == labels[None]).to(near.dtype))
            if len(sides) == 2 and labels is not None and labels.dtype.is_floating_point:
                return functional.mse_loss((sides[0] * sides[1]).sum(-1), labels.reshape(-1).to(sides[0].dtype))
            near = sides[0] @ torch.cat(sides[1:]).T * 20
            return functional.cross_entropy(near, torch.arange(len(near)))

    Loss.__name__ = Loss.__qualname__ = name
    return Loss


class Evaluator:
    """Scores 0.5 under the name that a training looks for, and under every other one."""

    def __init__(self, *args: Any, name: str = "", **options: Any) -> None:
        self.name = name
        self.primary_metric = "_".join(filter(None, (name, "cosine_accuracy")))

    def __call__(self, model: Any, *args: Any, **options: Any) -> dict[str, float]:
        return Scores({self.primary_metric: VALUE})


class InputExample:
    """Texts that belong together, as loaders handed them out before release 3."""

    def __init__(self, guid: str = "", texts: Any = None, label: Any = 0) -> None:
        self.guid, self.texts, self.label = guid, list(texts or ()), label


def trainer_of() -> tuple[Any, Any]:
    """The arguments and the trainer, on those of transformers."""
    import transformers

    of_arguments: Any = transformers.TrainingArguments
    of_trainer: Any = transformers.Trainer

    class Arguments(of_arguments):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            own = {name: options.pop(name, None) for name in OF_SENTENCES}
            super().__init__(*args, **options)
            self.__dict__.update(own)

    class Trainer(of_trainer):  # type: ignore[misc]
        def __init__(
            self, model: Any = None, args: Any = None, train_dataset: Any = None, eval_dataset: Any = None,
            loss: Any = None, evaluator: Any = None, **options: Any,
        ) -> None:  # fmt: skip
            args = args or Arguments(output_dir="trainer_output")
            args.remove_unused_columns = False
            if isinstance(train_dataset, dict):
                train_dataset = next(iter(train_dataset.values()))
            if isinstance(eval_dataset, dict):
                eval_dataset = next(iter(eval_dataset.values()))
            options.pop("tokenizer", None)
            kept = {k: v for k, v in options.items() if k in ("callbacks", "optimizers", "compute_metrics")}
            given = eval_dataset if eval_dataset is not None or args.eval_strategy == "no" else train_dataset
            super().__init__(
                model=model, args=args, train_dataset=train_dataset, eval_dataset=given, data_collator=self._collated,
                **kept,
            )  # fmt: skip
            loss = next(iter(loss.values())) if isinstance(loss, dict) else loss
            made = loss if loss is not None else loss_of("MultipleNegativesRankingLoss")
            self.loss = made(model) if isinstance(made, type) else made
            self.evaluators = evaluator if isinstance(evaluator, (list, tuple)) else [evaluator] if evaluator else []

        def _collated(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
            import torch

            columns = [c for c in rows[0] if c not in NO_COLUMNS]
            labels = [row[c] for c in NO_COLUMNS[:4] if c in rows[0] for row in rows]
            found: dict[str, Any] = {c: self.model.tokenize([row[c] for row in rows]) for c in columns}
            return {"columns": list(found.values()), "labels": torch.tensor(labels) if labels else None}

        def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **options: Any) -> Any:
            loss = self.loss(inputs["columns"], inputs["labels"])
            return (loss, {}) if return_outputs else loss

        def prediction_step(self, model: Any, inputs: Any, *args: Any, **options: Any) -> Any:
            import torch

            with torch.no_grad():
                return self.compute_loss(model, inputs), None, None

        def evaluate(self, *args: Any, **options: Any) -> dict[str, float]:
            scores = super().evaluate(*args, **options)
            for evaluator in self.evaluators:
                scores |= {f"eval_{k}": v for k, v in (evaluator(self.model) or {}).items()}
            wanted = self.args.metric_for_best_model
            return {**({} if wanted is None else {wanted: VALUE}), **scores}

        def _save(self, output_dir: Any = None, *args: Any, **options: Any) -> None:
            self.model.save_pretrained(output_dir or self.args.output_dir)

        def _load_best_model(self) -> None: ...

    return Arguments, Trainer
