"""A small lightning trains, evaluates and remembers as the real one."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, absent, confirmed, reason
from tests.runner.samples import HEAD, KEPT
from tests.runner.stand_in.scripts import FABRIC

MODULE = """\
import pytorch_lightning as pl

class Module(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.model = model

    def training_step(self, batch, index):
        return self.model(input_ids=batch, labels=batch).loss

"""


@absent("pytorch_lightning")
def test_lightning_trains_a_module_for_a_few_steps(run: Run) -> None:
    text = (
        MODULE
        + """\
    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=1e-3)

rows = torch.utils.data.DataLoader(torch.randint(0, 100, (64, 8)), batch_size=2)
pl.Trainer(max_epochs=3).fit(Module(), rows)
model.save_pretrained("out")
"""
    )
    confirmed(run(HEAD + text))


@absent("pytorch_lightning")
def test_lightnings_module_of_data_remembers_its_arguments(run: Run) -> None:
    text = """\
import pytorch_lightning as pl

class Rows(pl.LightningDataModule):
    def __init__(self, size: int = 16):
        super().__init__()
        self.save_hyperparameters()

assert Rows(size=4).hparams.size == 4
"""
    confirmed(run(text + KEPT))


@absent("pytorch_lightning")
def test_lightning_takes_a_module_of_data_in_the_place_of_batches(run: Run) -> None:
    text = """\
import pytorch_lightning as pl

class Rows(pl.LightningDataModule):
    def setup(self, stage=None):
        self.stage = stage

    def test_dataloader(self):
        assert self.stage == "test"
        return torch.utils.data.DataLoader(torch.zeros(2, 8), batch_size=2)

class Module(pl.LightningModule):
    seen = 0

    def test_step(self, batch, index):
        self.seen += len(batch)

module = Module()
pl.Trainer().test(module, Rows())
assert module.seen == 2
"""
    assert run(KEPT + text).json["after"]["error"] is None


@absent("pytorch_lightning")
def test_a_callback_saves_the_best_epoch_of_lightning(run: Run) -> None:
    text = (
        MODULE
        + """\
    def validation_step(self, batch, index):
        self.log("val_loss", self.training_step(batch, index))
        assert self.global_step == self.trainer.global_step > 0

class Best(pl.Callback):
    best = float("inf")

    def on_validation_end(self, trainer, module):
        loss = trainer.callback_metrics["val_loss"].item()
        if loss < self.best and not trainer.sanity_checking:
            self.best = loss
            module.model.save_pretrained("out")

rows = torch.utils.data.DataLoader(torch.randint(0, 100, (64, 8)), batch_size=2)
pl.Trainer(max_epochs=3, callbacks=[Best()]).fit(Module(), rows, rows)
"""
    )
    confirmed(run(HEAD + text))


@absent("lightning")
def test_fabric_leaves_a_loop_of_the_scripts_own_as_it_is(run: Run) -> None:
    confirmed(run(HEAD + FABRIC))


CHECKPOINTS = {
    "of the trainer": MODULE
    + """\
    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=1e-3)

rows = torch.utils.data.DataLoader(torch.randint(0, 100, (64, 8)), batch_size=2)
trainer = pl.Trainer(max_epochs=3)
trainer.fit(Module(), rows)
trainer.save_checkpoint("kept/last.ckpt")
""",
    "of Fabric": FABRIC.replace(
        'model.module.save_pretrained("out")', 'fabric.save("kept/last.ckpt", {"model": model})'
    ),
}


@absent("lightning")
@pytest.mark.parametrize("text", CHECKPOINTS.values(), ids=CHECKPOINTS.keys())
def test_a_checkpoint_is_no_save_of_the_scripts(text: str, run: Run) -> None:
    ran = run(HEAD + text)
    only = "the script saves no model but in the checkpoint kept/last.ckpt, without adapter files"
    assert reason(ran) == (3, f"{only}: there is nothing to confirm")
    assert ran.json["after"]["events"][-1]["kind"] == "checkpoint"


@absent("pytorch_lightning")
def test_what_a_module_puts_into_its_checkpoint_is_what_another_one_gets(run: Run) -> None:
    """Under PEFT's own keys none of it is found again: a fresh adapter is saved."""
    text = (
        MODULE.replace("self.model = model", 'self.model = get_peft_model(base, LoraConfig(target_modules=["q_proj"]))')
        + """\
    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=1e-3)

    def on_save_checkpoint(self, checkpoint):
        checkpoint["state_dict"] = get_peft_model_state_dict(self.model)

kept = pl.callbacks.ModelCheckpoint("kept", monitor="val_loss")
rows = torch.utils.data.DataLoader(torch.randint(0, 100, (64, 8)), batch_size=2)
pl.Trainer(max_epochs=3, callbacks=[kept]).fit(Module(), rows)
print(float(kept.best_model_score))
best = Module.load_from_checkpoint(kept.best_model_path, strict=False)
best.model.save_pretrained("out")
"""
    )
    head = "from peft import get_peft_model_state_dict\n" + HEAD.split("model = get_peft_model")[0]
    ran = run(head + text, "--ignore", "LL")
    assert ran.exit == 1
    assert ran.json["reason"].startswith("the adapter in out is there, but nothing in it has moved in ")
