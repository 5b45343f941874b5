"""PyTorch Lightning, under both of its names. Seen on pytorch-lightning 2.6.6."""

from __future__ import annotations

from lora_lint.knowledge.rows import Plain, Table, row, rows

# methods of a module or callback that `fit` calls: which makes the optimizers, which gives the loss, and the others in
# their order before and after the steps; callbacks are asked for the latter only
HOOKS = {
    "optimizers": "configure_optimizers",
    "loss": "training_step",
    "checked": "validation_step",
    "setup": "setup",
    "before": ("configure_model", "on_fit_start", "on_train_start", "on_train_epoch_start"),
    "after": (
        "on_train_batch_end", "on_validation_epoch_end", "on_train_epoch_end", "on_validation_end", "on_train_end",
        "on_fit_end",
    ),
    "given_batch": "on_train_batch_end",
}  # fmt: skip

LIGHTNING = Table(
    functions={
        "Trainer": row("make"),
        "Fabric": row("make"),
        "seed_everything": row("quiet"),
        "ModelCheckpoint": row("make"),
    },
    methods={
        "Trainer": {
            "fit": row("fit", "model", **HOOKS),
            "save_checkpoint": row("save_state", "filepath"),
            **rows("quiet", "test validate predict"),
        },
        "Fabric": {
            **rows("prepare_all", "setup setup_module setup_optimizers setup_dataloaders"),
            "backward": row("backward", "loss"),
            "save": row("save_state", "path"),
            **rows("context", "autocast no_backward_sync rank_zero_first init_module init_tensor", kind="null"),
            **rows("quiet", "launch seed_everything print barrier log log_dict call clip_gradients load load_raw"),
        },
        "LightningModule": {
            "manual_backward": row("backward", "loss"),
            **rows(
                "quiet", "log log_dict print save_hyperparameters optimizers lr_schedulers clip_gradients all_gather"
            ),
        },
    },
    attributes={"Fabric": {"is_global_zero": Plain(True), "global_rank": Plain(0), "local_rank": Plain(0)}},
    bases={"LightningModule": "torch.nn.Module"},
)
