"""Everything stays in single precision, also where the script wants numbers in half."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import KEPT

HALVED = [
    "from diffusers.utils.torch_utils import randn_tensor\nx = randn_tensor((1, 64), dtype=torch.bfloat16)\n",
    "x = torch.ones(1, 64).type(torch.float16)\n",
    "x = torch.ones(1, 64, dtype=torch.long).to(torch.bfloat16)\n",
    "x = torch.ones(1, 64, dtype=torch.long).to(device='cuda', dtype=torch.float16)\n",
    "x = torch.ones(1, 64, dtype=torch.long).half()\n",
]


@pytest.mark.parametrize("halved", HALVED)
def test_a_model_in_half_precision_takes_numbers_in_half(halved: str, run: Run) -> None:
    layer = "layer = torch.nn.Linear(64, 64).to(torch.bfloat16)\n"
    confirmed(run("import torch\n" + layer + halved + "print(layer(x))\n" + KEPT))


def test_whole_numbers_stay_whole_where_nothing_is_halved(run: Run) -> None:
    confirmed(run("import torch\nx = torch.ones(2, dtype=torch.long)\nx[x.to('cuda').type(torch.long)]\n" + KEPT))
