"""Which scripts of a project lead through a file, and that it is asked anew when a file changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_lint.project.project import Project

ADAPTED = "from peft import get_peft_model\nfrom helper import save\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    texts = {
        "helper": "def save(model):\n    model.save_pretrained('out')\n",
        "train": ADAPTED,
        "sweep": "import torch\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    return Project(tmp_path)


def leading(project: Project, name: str = "helper") -> list[str]:
    return [path.stem for path in project.entries_for(project.root / f"{name}.py")]


def changed(project: Project, name: str, text: str) -> None:
    project.hold(project.root / f"{name}.py", text.encode())


def test_a_script_that_others_import_is_none_of_its_own(project: Project) -> None:
    assert leading(project) == ["train"]
    changed(project, "sweep", "import torch\nimport train\n")
    assert leading(project) == ["sweep"]
    changed(project, "train", ADAPTED + "if __name__ == '__main__':\n    save(get_peft_model())\n")
    assert leading(project) == ["sweep", "train"]


def test_a_script_counts_while_it_leads_to_peft(project: Project) -> None:
    changed(project, "sweep", "from helper import save\n")
    assert leading(project) == ["train"]
    changed(project, "sweep", "from helper import save\nfrom peft import PeftModel\n")
    assert leading(project) == ["sweep", "train"]


def test_an_import_may_begin_to_mean_a_module_of_the_project(project: Project) -> None:
    changed(project, "sweep", "from stages import first\n")
    assert leading(project) == ["train"]
    stages = project.root / "stages"
    stages.mkdir()
    (stages / "__init__.py").write_text("")
    (stages / "first.py").write_text(ADAPTED)
    project.forget()
    assert leading(project) == ["sweep", "train"]


def test_what_only_a_package_offers_is_a_script(project: Project) -> None:
    """Its `__init__` imports it for others, and nobody outside of the package imports that."""
    package = project.root / "training"
    package.mkdir()
    (package / "__init__.py").write_text("from training import run\n")
    (package / "run.py").write_text(ADAPTED)
    project.forget()
    assert leading(project) == ["train", "__init__", "run"]
    changed(project, "sweep", "import training\n")
    assert leading(project) == ["sweep", "train"]


@pytest.mark.parametrize(("name", "listed"), [("test_train", False), ("try_train", True), ("train_test", False)])
def test_tests_are_no_entries(project: Project, name: str, *, listed: bool) -> None:
    text = ADAPTED + "def test_it():\n    save(get_peft_model())\n"
    (project.root / f"{name}.py").write_text(text)
    project.forget()
    assert (name in leading(project)) is listed
    (project.root / f"{name}.py").write_text(text.replace("test_it", "run"))
    project.forget()
    assert name in leading(project)


def test_a_copy_of_a_library_is_the_library(project: Project) -> None:
    """Its modules are no scripts, be they ever so many, and what imports it is not followed into it."""
    copied = project.root / "vendor" / "src" / "transformers"
    copied.mkdir(parents=True)
    for name in ("__init__", "modeling_utils", "trainer"):
        (copied / f"{name}.py").write_text("from peft import PeftModel\nfrom helper import save\n")
    project.forget()
    assert [leading(project, f"vendor/src/transformers/{name}") for name in ("modeling_utils", "trainer")] == [[], []]
    assert leading(project) == ["train"]


def test_a_package_of_the_project_may_have_the_name_of_a_library(project: Project) -> None:
    own = project.root / "peft"
    own.mkdir()
    (own / "__init__.py").write_text("")
    (own / "stages.py").write_text(ADAPTED)
    project.forget()
    assert leading(project, "peft/stages") == ["stages"]
