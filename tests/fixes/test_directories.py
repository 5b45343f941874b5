"""Which directory the adapter is saved to, beside the one of the merged model, and how it is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Fixed = Callable[[str], "str | None"]

HEAD = """\
import os
import tempfile
from pathlib import Path

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

SLASHED = "last/"


def folder(name):
    return os.path.join("runs", name)


def counted():
    rounds.append(1)
    return f"{out}-{len(rounds)}"


out = os.environ["OUT"]
names = {"two  spaces": out}
rounds = []
args = TrainingArguments(output_dir="runs", save_strategy="no")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
"""


@pytest.mark.parametrize(
    ("path", "beside"),
    [
        ('"out"', '"out-adapter"'),
        ("'./'", "'./adapter'"),
        ('"/"', '"/adapter"'),
        ("out", 'f"{out}-adapter"'),
        ('out + "-merged"', 'out + "-merged-adapter"'),
        ('"runs/" + out', '"runs/" + out + "-adapter"'),
        ('out + f"-{1}"', 'out + f"-{1}-adapter"'),
        ('"runs/" "last"', '"runs/" "last-adapter"'),
        ('out + "/"', 'f"{out}-adapter"'),
        ("out + os.sep", 'f"{out}-adapter"'),
        ('f"{out}/"', 'f"{out}-adapter"'),
        ('os.path.join(out, "last")', 'os.path.join(out, "last-adapter")'),
        ('os.path.join(out, "last", "")', 'os.path.join(out, "last-adapter")'),
        ("os.path.join(out, SLASHED)", 'os.path.join(out, SLASHED.rstrip("/") + "-adapter")'),
        ("SLASHED", 'SLASHED.rstrip("/") + "-adapter"'),
        ('os.path.expanduser("~/out/")', 'os.path.expanduser("~/out/").rstrip("/") + "-adapter"'),
        ("Path(out) / SLASHED", 'Path(out) / SLASHED.rstrip("/") + "-adapter"'),
        ('"/".join([out, "last"])', 'f\'{"/".join([out, "last"])}-adapter\''),
        ('out.replace("\\\\", "/")', 'str(out.replace("\\\\", "/")) + "-adapter"'),
        ('names["two  spaces"]', "f'{names[\"two  spaces\"]}-adapter'"),
        ("folder(out)", 'f"{folder(out)}-adapter"'),
        ('later := "out"', '"out-adapter"'),
    ],
)
def test_the_directory_beside_is_written_as_the_script_writes_its_own(path: str, beside: str, fixed: Fixed) -> None:
    made = fixed(f"""\
        Trainer(model=model, args=args).train()
        model = model.merge_and_unload()
        model.save_pretrained({path})
    """)
    assert made is not None
    assert f"model.save_pretrained({beside})\nmodel = model.merge" in made


def test_the_model_that_a_class_is_told_to_save_is_no_directory(fixed: Fixed) -> None:
    made = fixed("""\
        Trainer(model=model, args=args).train()
        model.save_pretrained(out)
        model = model.merge_and_unload()
        type(model).save_pretrained(model, out)
    """)
    assert made is not None
    assert made.endswith('save_pretrained(model, f"{out}-merged")\n')


@pytest.mark.parametrize(
    ("file", "beside"),
    [
        ('"lora.pt"', '"lora-adapter"'),
        ('f"{out}/lora.bin"', 'f"{out}/lora-adapter"'),
        ('out + ".pt"', 'f"{out}-adapter"'),
        ('out + "-lora.pt"', 'out + "-lora-adapter"'),
    ],
)
def test_a_directory_beside_a_file_has_no_ending(file: str, beside: str, fixed: Fixed) -> None:
    made = fixed(f"""\
        import torch
        from peft import get_peft_model_state_dict
        Trainer(model=model, args=args).train()
        torch.save(get_peft_model_state_dict(model), {file})
    """)
    assert made is not None
    assert made.endswith(f"{file})\nmodel.save_pretrained({beside})\n")


@pytest.mark.parametrize("path", ["tempfile.mkdtemp()", "input()", "counted()", "os.environ.pop('ELSEWHERE')"])
def test_a_path_is_not_asked_for_twice(path: str, fixed: Fixed) -> None:
    made = fixed(f"""\
        Trainer(model=model, args=args).train()
        model = model.merge_and_unload()
        model.save_pretrained({path})
    """)
    assert made is None


SETTINGS = 'settings = SimpleNamespace(out="a") if os.environ["QUICK"] else load_settings()\n'


def test_a_path_may_be_one_of_several(fixed: Fixed) -> None:
    made = fixed(f"""\
        from types import SimpleNamespace
        {SETTINGS}
        Trainer(model=model, args=args).train()
        model = model.merge_and_unload()
        model.save_pretrained(settings.out)
    """)
    assert made is not None
    assert 'model.save_pretrained(f"{settings.out}-adapter")\nmodel = model.merge' in made


def test_one_of_several_paths_that_changes_after_the_merge_is_another(fixed: Fixed) -> None:
    made = fixed(f"""\
        from types import SimpleNamespace
        {SETTINGS}
        Trainer(model=model, args=args).train()
        model = model.merge_and_unload()
        settings.out = settings.out + "-merged"
        model.save_pretrained(settings.out)
    """)
    assert made is None or 'save_pretrained(f"{settings.out}-adapter")' not in made


def test_the_directory_beside_is_one_that_nothing_was_saved_to(fixed: Fixed) -> None:
    made = fixed("""\
        AutoModelForCausalLM.from_pretrained("gpt2").save_pretrained("out-adapter")
        Trainer(model=model, args=args).train()
        model = model.merge_and_unload()
        model.save_pretrained("out")
    """)
    assert made is not None
    assert 'model.save_pretrained("out-adapter-2")' in made


@pytest.mark.parametrize("more", ["", "settings.use_cache = True", "del args"])
def test_a_path_that_gets_its_name_after_the_merge_is_written_out_before_it(more: str, fixed: Fixed) -> None:
    made = fixed(f"""\
        out = os.environ["OUT"]
        Trainer(model=model, args=args).train()
        model = model.merge_and_unload()
        {more}
        final = os.path.join(out, "final")
        model.save_pretrained(final)
    """)
    assert made is not None
    assert 'model.save_pretrained(os.path.join(out, "final-adapter"))\nmodel = model.merge' in made


@pytest.mark.parametrize(
    "later",
    ['out = out + "-2"\nfinal = os.path.join(out, "final")', 'final = os.path.join(tempfile.mkdtemp(), "final")'],
)
def test_not_where_it_would_be_another_one_there(later: str, fixed: Fixed) -> None:
    lines = ['out = os.environ["OUT"]', "Trainer(model=model, args=args).train()", "model = model.merge_and_unload()"]
    made = fixed("\n".join([*lines, later, "model.save_pretrained(final)\n"]))
    assert made is None
