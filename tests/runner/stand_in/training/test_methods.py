"""Settings of PEFT methods, fitted to the tiny weights that stand in for the real ones."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, LOOP, SAVE

CONVERTED = 'model.save_pretrained("out", path_initial_model_for_weight_conversion="begun")\n'


@pytest.mark.parametrize("begun", ["pissa_niter_4", "olora"])
def test_a_lora_that_begins_with_a_share_of_the_weights_has_no_higher_rank_than_they(run: Run, begun: str) -> None:
    text = HEAD.replace("LoraConfig(", f'LoraConfig(r=32, init_lora_weights="{begun}", ')
    first = 'model.peft_config["default"].init_lora_weights = True\nmodel.save_pretrained("begun")\n'
    again = f'model.peft_config["default"].init_lora_weights = "{begun}"\n'
    ran = run(text + first + again + LOOP + CONVERTED)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert f"{begun}: rank 8 in place of 32, of tiny weights" in ran.json["after"]["neutralised"]


def test_a_lora_that_begins_with_nought_has_its_rank(run: Run) -> None:
    text = HEAD.replace("LoraConfig(", "LoraConfig(r=32, ")
    ran = run(text + LOOP + 'assert model.peft_config["default"].r == 32\n' + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
