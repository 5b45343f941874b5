"""DeepSpeed, read in its repository (2026): an engine passes on to its model whatever it has not itself."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row

DEEPSPEED = Table(
    functions={
        "initialize": row("engine", "args model optimizer model_parameters training_data lr_scheduler"),
        "init_distributed": row("quiet"),
    },
    families=(
        (r"ops\.(adam|lamb|lion|adagrad)\.\w+$", row("optimizer", "params")),
        (r"", row("handed")),  # a model may be trained and saved there
    ),
)
