"""deepspeed where it is not installed: an engine of one process."""

from __future__ import annotations

from collections.abc import Callable

from tests.runner.conftest import Ran
from tests.runner.samples import HEAD

ENGINE = """\
import argparse
import deepspeed

parser = deepspeed.add_config_arguments(argparse.ArgumentParser())
args = parser.parse_args()
config = {"train_micro_batch_size_per_gpu": 2, "optimizer": {"type": "AdamW", "params": {"lr": 1e-3}}}
engine, _, _, _ = deepspeed.initialize(args=args, model=model, model_parameters=model.parameters(), config=config)
for step in range(10):
    ids = torch.randint(0, 100, (2, 8), device=engine.device)
    loss = engine(input_ids=ids, labels=ids).loss
    engine.backward(loss)
    engine.step()
assert engine.module is model
model.save_pretrained("out")
"""


def test_an_engine_trains_the_model_that_it_was_given(run: Callable[..., Ran]) -> None:
    ran = run(HEAD + ENGINE)
    assert ran.exit == 0, ran.json["reason"]
    assert "deepspeed engine: one process, AdamW of torch" in ran.json["after"]["neutralised"]


def test_settings_of_accelerates_plugin_can_be_asked_for(run: Callable[..., Ran]) -> None:
    text = """\
import copy
from accelerate import Accelerator

settings = copy.deepcopy(Accelerator().state.deepspeed_plugin.deepspeed_config)
assert settings["zero_optimization"]["stage"] != 3
"""
    ran = run(HEAD + text + ENGINE)
    assert ran.exit == 0, ran.json["reason"]
