"""sentence-transformers, which puts adapters on the transformers model that it holds. Seen on 6.0.2."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row, rows

_MODELS = "SentenceTransformer SparseEncoder MultiVectorEncoder".split()

SENTENCE_TRANSFORMERS = Table(
    functions={**{name: row("load_model", "model_name_or_path") for name in _MODELS}, "InputExample": row("make")},
    families=(
        (r"\w*Trainer$", row("trainer", "model args train_dataset eval_dataset loss")),
        (r"\w*TrainingArguments$", row("make", "output_dir")),
        # what is made of a model to train or to measure it
        (r"evaluation\.\w+Evaluator$", row("make")),  # which reads the model that it is called with
        (r"(losses|evaluation|util|readers|datasets|training_args|similarity_functions)\.", row("reader")),
    ),
    bases={f"{name}Trainer": "transformers.Trainer" for name in _MODELS},
)

# what these models have besides what a transformers model has
_ON_MODELS = {
    "save": row("save", "save_directory"),
    "save_to_hub": row("push", "repo_id"),
    "fit": row("fit_itself", "train_objectives evaluator"),
    **rows(
        "quiet",
        "encode encode_query encode_document encode_multi_process similarity similarity_pairwise tokenize evaluate "
        "start_multi_process_pool stop_multi_process_pool set_pooling_include_prompt",
    ),
}
METHODS = dict.fromkeys(_MODELS, _ON_MODELS)
