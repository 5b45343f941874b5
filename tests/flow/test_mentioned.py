"""What a script says anywhere, also where nothing runs it."""

from __future__ import annotations

import pytest

from lora_lint.lifecycle.mentioned import Mentioned


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ntorch.load(f)",
        "import torch as t\ndef never():\n    t.load(f)",
        "from torch import load as read\nread(f)",
    ],
)
def test_a_call_has_the_name_that_imports_give_it(text: str) -> None:
    assert Mentioned([text]).calls("torch.load")


def test_a_method_has_its_own_name() -> None:
    said = Mentioned(["self.models[0].load_state_dict(weights)"])
    assert said.calls(".load_state_dict")
    assert not said.calls("load_state_dict")


def test_a_comment_or_docstring_says_nothing() -> None:
    said = Mentioned(['"""torch.load("adapter.bin")"""\n# torch.load("adapter.bin")\nprint("torch.load")\n'])
    assert not said.calls("torch.load")
    assert not said.texts("adapter.bin")


def test_a_text_may_be_part_of_another() -> None:
    assert Mentioned(['import os\nopen(f"{out}/adapter_model.safetensors")']).texts("adapter_model.safetensors")


def test_what_cannot_be_read_may_say_anything() -> None:
    said = Mentioned(["def"])
    assert said.calls("torch.load")
    assert said.texts("adapter.bin")


def test_an_option_that_nothing_reads() -> None:
    offered = 'parser.add_argument("--output-dir")\nparser.add_argument("--base")\n'
    assert Mentioned([f"{offered}load(args.base)"]).unread_options() == ["output_dir"]
    assert Mentioned([f'{offered}load(args.base, vars(args)["output_dir"])']).unread_options() == []
    assert Mentioned([f"{offered}load(args.base)", "def save(output_dir): ..."]).unread_options() == []
    assert Mentioned([offered, "def"]).unread_options() == []


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("import t5_encoder", True),
        ("import t5_encoder\nt5_encoder.load()", False),
        ("import torch", False),
        ("from transformers import AutoModel\nAutoModel.register(Config, Model)", True),
        ("from transformers import AutoModel\nAutoModel.from_pretrained('t5-base')", False),
    ],
)
def test_what_an_auto_class_makes_may_have_been_changed(text: str, may: bool) -> None:
    assert Mentioned([text]).registers("AutoModel", "google-t5/t5-base") is may
