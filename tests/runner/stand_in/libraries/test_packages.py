"""Packages, parts of them and releases that are not here: named, with the command that gets them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from tests.runner.conftest import Run, carried, confirmed, reason
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE

from lora_lint_runner.child.stand_in import absent


def test_a_package_that_is_not_installed_is_named_with_the_command_that_gets_it(run: Run) -> None:
    ran = run("import cv2_of_nobody.parts\n" + KEPT)
    assert ran.json["reason"] == (
        "the adapter files appear, with stand-ins for what is not here: "
        "train.py:1: package cv2_of_nobody is not installed: pip install cv2_of_nobody"
    )


def test_the_command_names_the_package_as_the_index_does(run: Run) -> None:
    assert "pip install gitpython" in run("import git\ngit.Repo('.').head\n" + KEPT).json["reason"]


def test_a_package_that_goes_with_a_gpu_is_there_to_the_script(run: Run) -> None:
    text = """\
from diffusers.utils.import_utils import is_xformers_available
from packaging import version
from transformers.utils import is_flash_attn_2_available

if not is_xformers_available() or not is_flash_attn_2_available():
    raise ValueError("make sure it is installed correctly")
import xformers
assert version.parse(xformers.__version__) > version.parse("0.0.16")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_part_of_a_package_that_others_share_is_stood_in_for_by_itself(run: Run) -> None:
    text = "from google.cloud import storage\nfrom google.api_core.exceptions import NotFound\n"
    ran = run(text + 'print(storage.Client().bucket("ours"), NotFound)\n' + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_part_of_what_tensorboard_is_to_torch(run: Run) -> None:
    text = "from torch.utils.tensorboard.writer import SummaryWriter\nSummaryWriter('log').add_scalar('loss', 1.0)\n"
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_package_that_trains_is_not_stood_in_for(run: Run) -> None:
    """Of a package of which nothing is known nothing is proved either: it may have been what trains."""
    text = "from trainer_of_nobody import fit\n" + HEAD + 'fit(model)\nmodel.save_pretrained("out")\n'
    assert "pip install trainer_of_nobody. With stand-ins for that: " in reason(run(text))[1]


@pytest.mark.skipif(importlib.util.find_spec("setfit") is not None, reason="it is installed here")
def test_a_package_that_is_known_to_train_is_named_at_once(run: Run) -> None:
    ran = run("from setfit import SetFitModel\nSetFitModel('a')\n")
    assert ran.json["reason"].endswith("package setfit is not installed: pip install setfit")


def test_a_part_of_python_that_another_release_has(run: Run) -> None:
    assert "Python 3." in run("from typing import NoSuchThing\n" + KEPT).json["reason"]


def test_what_a_stand_in_does_not_stand_is_told_of_its_package(run: Run) -> None:
    text = "import dataclasses\nfrom vllm import Settings\ndataclasses.fields(Settings)\n"
    assert reason(run(text + KEPT))[1].endswith("(a stand-in took the place of vllm: pip install vllm)")


def test_an_object_of_a_package_that_is_not_here_goes_into_a_file(run: Run) -> None:
    text = "import pickle\nfrom vllm import SamplingParams\npickle.dumps(SamplingParams(top_p=0.9))\n"
    confirmed(run(text + KEPT))


def test_a_class_of_a_package_that_is_not_here_says_what_a_value_is_like(run: Run) -> None:
    text = """\
from typing import Optional
from tensors_of_nobody import Shaped, device

class Method:
    def advantages(self, values: Shaped["batch", "length"], mask: Optional[Shaped["batch"]] = None):
        return values

kinds = Shaped["batch"] | None, device | None
"""
    assert "pip install tensors_of_nobody" in carried(run(text + KEPT))


@pytest.mark.slow
def test_what_a_package_that_is_not_here_hands_back_is_what_it_was_given(run: Run) -> None:
    text = """\
from opacus import Engine

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
loader = torch.utils.data.DataLoader([1, 2, 3])
private, optimizer, loader = Engine().private(module=model, optimizer=optimizer, data=loader, noise=1.0)
private = Engine.watched(private, 3)
assert private is model and len(loader) == 3

import numpy
import textcleaner_of_nobody as cleaner
from sound_of_nobody import Augment, reduced
line = cleaner.clean("one  small line", lower=True)
assert (line.strip() + "!").split() == ["one", "small", "line!"] and not line.sentiment.polarity > 0.5
assert [token.lemma_ for token in cleaner.load("en")("two words")] == ["two", "words"]
sound = numpy.zeros(8)
heard = reduced(y=[0.5] * 64, sr=16).copy()
heard[:8] *= 1.1
assert heard.shape == (64,) and reduced([0.5, 0.2]) is not None
assert reduced(y=sound, sr=16) is sound and Augment()(image=sound)["image"] is sound
"""
    assert "pip install opacus" in carried(run(HEAD + text + LOOP + SAVE))


def test_a_part_that_the_projects_own_package_lacks(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").touch()
    assert "the project's own mine has no such part" in run("import mine.data\n" + KEPT).json["reason"]


def test_a_package_of_the_project_that_is_installed_from_a_folder_of_its_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tools" / "mine").mkdir(parents=True)
    (tmp_path / "tools" / "setup.py").touch()
    (tmp_path / "tools" / "mine" / "__init__.py").touch()
    assert run("import mine\n" + KEPT).exit == 0


def test_the_projects_own_folder_may_have_another_name_where_its_author_has_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "data.py").write_text("from thesis_of_ours.utils.names import NAMES\n")
    (tmp_path / "utils" / "names.py").write_text("NAMES = ['a']\n")
    ran = run("from thesis_of_ours.utils.data import NAMES\nassert NAMES == ['a']\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["after"]["lacking"] == []


def test_a_project_beside_the_scripts_own_is_none_of_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`../data` takes the folder along in which both lie."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "train.py").write_text("import models\nopen('../data/notes.txt')\n" + KEPT)
    (tmp_path / "other" / "models").mkdir(parents=True)
    (tmp_path / "other" / "setup.py").touch()
    (tmp_path / "other" / "models" / "__init__.py").write_text("raise ValueError('of another')\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "notes.txt").touch()
    monkeypatch.chdir(tmp_path / "mine")
    assert "train.py:1: module models is not here: it seems to be the project's own" in run(None).json["reason"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("HUB_KEYS", "module HUB_KEYS is not here: it seems to be the project's own, put it beside the script"),
        ("utils", "module utils is not here: it seems to be the project's own, put it beside the script"),
        ("PIL", "package PIL is not installed: pip install pillow"),
    ],
)
def test_what_to_do_about_a_module_that_is_not_here(name: str, said: str) -> None:
    assert absent.install_it(name) == said


def test_a_folder_without_code_is_no_package(run: Run, tmp_path: Path) -> None:
    (tmp_path / "unsloth" / "weights").mkdir(parents=True)
    assert run("from unsloth import FastLanguageModel\n" + KEPT).exit == 0


def test_a_module_that_lies_elsewhere_in_the_project_is_read_from_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "poc" / "domains").mkdir(parents=True)
    (tmp_path / "poc" / "domains" / "fields_of_ours.py").write_text("FIELDS = ['a']\n")
    ran = run("from fields_of_ours import FIELDS\nassert FIELDS[0] == 'a'\n" + KEPT)
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear")


def test_releases_that_a_script_requires_are_said(run: Run) -> None:
    text = 'from transformers.utils.versions import require_version\nrequire_version("transformers<=4.1")\n'
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any(
        said.startswith("transformers<=4.1, which the script insists on") for said in ran.json["after"]["neutralised"]
    )


def test_the_release_of_a_library_that_a_script_insists_on_is_said(run: Run) -> None:
    ran = run('import transformers\nassert transformers.__version__ == "4.38.1"\n' + KEPT)
    assert ran.exit == 0
    assert any("transformers 4.38.1, which the script insists on" in text for text in ran.json["after"]["neutralised"])


@pytest.mark.slow
def test_a_module_of_a_package_is_not_the_package_of_its_name_that_this_one_looks_for(run: Run, tmp_path: Path) -> None:
    tuners = tmp_path / "tuned" / "tuners"
    tuners.mkdir(parents=True)
    for folder in (tuners, tuners.parent):
        (folder / "__init__.py").touch()
    (tuners.parent / "there.py").write_text('import importlib.util\nSHARDED = importlib.util.find_spec("sharded")\n')
    (tuners / "sharded.py").write_text("from ..there import SHARDED\nif SHARDED:\n    from sharded import Sharded\n")
    ran = run("from tuned.tuners import sharded\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_copy_of_a_library_does_without_what_is_not_there(run: Run, tmp_path: Path) -> None:
    """As that of peft, which asks whether it can quantize before it wraps a layer."""
    copied = tmp_path / "trl"
    copied.mkdir()
    (copied / "__init__.py").write_text('__version__ = "0.1"\nfrom .there import THERE\n')
    (copied / "there.py").write_text('import importlib.util\nTHERE = importlib.util.find_spec("bitsandbytes")\n')
    ran = run("import trl\nassert trl.THERE is None\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
def test_a_package_of_the_project_that_an_installed_one_hides_is_found_from_its_folder(
    lora_lint: Run, tmp_path: Path
) -> None:
    own = tmp_path / "datasets"
    own.mkdir()
    (own / "__init__.py").write_text("from .chest import get_scans\n")
    (own / "chest.py").write_text("def get_scans():\n    return [1, 2]\n")
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "fit.py").write_text(
        "from datasets import get_scans\nfrom datasets.chest import get_scans as same\n"
        + KEPT
        + "assert same() == get_scans() == [1, 2]\n"
    )
    (tmp_path / "setup.py").touch()
    ran = lora_lint("--run", "training/fit.py", "--output-format", "json")
    assert ran.exit == 0, ran.json["reason"]
    assert "started as a module of the package training" in ran.json["after"]["neutralised"]


def test_a_module_beside_the_script_hides_an_installed_one_only_where_it_is_started_by_its_path(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    for name in ("__init__", "datasets"):
        (tmp_path / "mine" / f"{name}.py").write_text("")
    ran = run("from datasets import Dataset\n" + KEPT, name="mine/train.py")
    assert ran.exit == 0, ran.json["reason"]
    assert "started as a module of the package mine" in ran.json["after"]["neutralised"]


@pytest.mark.slow
def test_the_projects_own_folder_may_be_a_package(lora_lint: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.py").write_text("COUNT = 3\n")
    (tmp_path / "train.py").write_text("from .rows import COUNT\n" + KEPT + "assert COUNT == 3\n")
    (tmp_path / "setup.py").touch()
    ran = lora_lint("--run", "train.py", "--output-format", "json")
    assert ran.exit == 0, ran.json["reason"]
    assert f"started as a module of the package {tmp_path.name}" in ran.json["after"]["neutralised"]


@pytest.mark.slow
def test_a_script_that_goes_two_packages_up_is_started_from_above_both(lora_lint: Run, tmp_path: Path) -> None:
    for folder in ("src/common", "src/training"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "src" / "common" / "rows.py").write_text("COUNT = 3\n")
    (tmp_path / "src" / "training" / "train.py").write_text(
        "from ..common.rows import COUNT\n" + KEPT + "assert COUNT == 3\n"
    )
    ran = lora_lint("--run", "src/training/train.py", "--output-format", "json")
    assert ran.exit == 0, ran.json["reason"]
    assert "started as a module of the package src.training" in ran.json["after"]["neutralised"]


def test_an_object_of_a_class_that_is_based_on_such_a_package_need_not_be_made_by_its_base(run: Run) -> None:
    text = """\
from tables_of_nobody.orm import mapped_column
from tables_of_nobody.types import UserDefinedType

class Vector(UserDefinedType):
    def __init__(self, size):
        self.size = size

assert Vector(8).size == 8
column = mapped_column(Vector(8))
"""
    carried(run(text + KEPT))
