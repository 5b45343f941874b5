"""PyTorch Lightning, under both of its names. Seen on pytorch-lightning 2.6.6."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row, rows

LIGHTNING = Table(
    functions={"Trainer": row("make"), "seed_everything": row("quiet"), "ModelCheckpoint": row("make")},
    methods={
        "Trainer": {
            "fit": row("fit", "model"),
            "save_checkpoint": row("save_state", "filepath"),
            **rows("quiet", "test validate predict"),
        },
        "LightningModule": {
            "manual_backward": row("backward", "loss"),
            **rows(
                "quiet", "log log_dict print save_hyperparameters optimizers lr_schedulers clip_gradients all_gather"
            ),
        },
    },
    bases={"LightningModule": "torch.nn.Module"},
)
