"""Models that stand in for large ones: with all layers where a script counts them, with adapters in their folders."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.runner.conftest import Ran
from tests.runner.samples import HEAD, LOOP

Run = Callable[..., Ran]
LAYERS = {
    "one in the middle is taken by its number": "print(type(base.transformer.h[-6]), base.transformer.h[7])\n",
    "those in the middle become a model of their own": "base.transformer.h = base.transformer.h[2:-2]\n",
}


@pytest.mark.parametrize("used", LAYERS.values(), ids=LAYERS.keys())
def test_a_script_that_goes_by_the_numbers_of_layers_gets_all_of_them(run: Run, used: str) -> None:
    text = HEAD.replace("meta-llama/Llama-3.2-1B", "gpt2").replace('["q_proj", "v_proj"]', '["c_attn"]')
    text = text.replace("\nmodel = ", "\n" + used + "model = ") + LOOP + 'model.save_pretrained("out")\n'
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]


def test_a_second_adapter_in_a_folder_of_a_repository_is_loaded(run: Run) -> None:
    """As PEFT itself does it, where a PiSSA adapter is saved as a plain one."""
    text = 'model.load_adapter("nobody/llama-lora", subfolder="start", adapter_name="start")\n'
    ran = run(HEAD + text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
