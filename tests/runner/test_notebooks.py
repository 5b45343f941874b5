"""Notebooks are run, corrected and reported by cell and line."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from .conftest import Run
from .samples import HEAD, KEPT, LOOP

CELLS = [
    "!pip install peft\n%matplotlib inline\nimport os, torch",
    HEAD,
    LOOP + "display(step)",
    'model = model.merge_and_unload()\nmodel.save_pretrained("out")',
]


def notebook(cells: list[str]) -> str:
    found = [{"cell_type": "markdown", "metadata": {}, "source": "# Fine-tune"}]
    found += [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells]
    return json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_a_notebook_is_corrected_and_confirmed(run: Run) -> None:
    ran = run(notebook(CELLS), "--fix", name="train.ipynb")
    assert ran.exit == 0, ran.json["reason"]
    assert [(s["cell"], s["line"], s["verdict"]) for s in ran.json["sites"]] == [
        (5, 1, "confirmed"), (5, 3, "confirmed"),
    ]  # fmt: skip
    assert {a["directory"] for a in ran.json["after"]["adapters"]} == {"out-adapter"}
    cells = json.loads(Path("train.ipynb").read_text())["cells"]
    assert "".join(cells[4]["source"]).startswith('model.save_pretrained("out-adapter")\n')


def test_what_only_a_notebook_understands_is_left_out(run: Run) -> None:
    cells = [*CELLS[:3], "%%bash\nrm -rf out", "x = !ls", "cd /home/me", "ls", "model?", 'model.save_pretrained("out")']
    assert run(notebook(cells), name="train.ipynb").exit == 0


COLAB = """\
import google  # where protobuf is installed, it is there, and empty
from google.colab import drive, userdata
drive.mount("/content/drive")
get_ipython().system("nvidia-smi")
assert userdata.get("HF_TOKEN")
"""


def test_where_it_stopped_is_told_by_cell_and_line(run: Run) -> None:
    ran = run(
        notebook([*CELLS[:2], 'step = 1\nopen("notes.jsonl")', *CELLS[2:]]), "--no-made-up-rows", name="train.ipynb"
    )
    assert ran.json["reason"].startswith("train.ipynb:cell 4, line 2: file not found: ")
    assert ran.json["after"]["error_at"]["cell"] == 4


def test_a_cell_that_is_no_python_is_told(run: Run) -> None:
    broken = "import os\n    model.train()"
    ran = run(notebook([*CELLS[:3], broken, 'model.save_pretrained("out")', broken]), name="train.ipynb")
    fault = "train.ipynb:cell 5, line 2: IndentationError: unexpected indent"
    assert ran.json["reason"] == f"the adapter files appear; left out is {fault} (and 1 more of the cells)"
    ran = run(notebook([broken, *CELLS[:2], "model.save(os)"]), name="train.ipynb")
    assert ran.exit == 3
    assert ran.json["reason"].startswith("train.ipynb:cell 2, line 2: IndentationError: unexpected indent. Without")


def test_a_notebook_of_colab_runs_elsewhere(run: Run) -> None:
    # where it runs there, it writes to by that name, too
    again = 'os.mkdir("here")\nassert os.listdir("/content/here") == [] and os.path.isdir("drive/MyDrive/out")'
    cells = [COLAB, *CELLS[1:3], 'model.save_pretrained("/content/drive/MyDrive/out")', again]
    ran = run(notebook(cells), name="train.ipynb")
    assert ran.exit == 0, ran.json["reason"]
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == ["/content/drive/MyDrive/out"]
    assert not Path("/content").exists()


def test_cells_await_as_in_a_notebook(run: Run) -> None:
    waiting = 'import asyncio\nasync def save(): await asyncio.sleep(0); model.save_pretrained("out")'
    ran = run(notebook([*CELLS[:3], waiting, "await save()"]), name="train.ipynb")
    assert ran.exit == 0, ran.json["reason"]


def test_what_looks_like_a_magic_in_a_string_is_text(run: Run) -> None:
    said = "said = '''\nawait me\n%s\n!go'''\nassert said.split() == ['await', 'me', '%s', '!go']\n!ls"
    ran = run(notebook([*CELLS[:3], said, 'model.save_pretrained("out")']), name="train.ipynb")
    assert ran.exit == 0, ran.json["reason"]


MALFORMED = ["{", "[]", "{}", '{"cells": 5}']


@pytest.mark.slow
def test_files_that_are_no_notebooks_take_no_other_script_along(lora_lint: Run) -> None:
    names = [f"bad{number}.ipynb" for number, _ in enumerate(MALFORMED)]
    for name, text in zip(names, MALFORMED, strict=True):
        Path(name).write_text(text)
    Path("other.py").write_text("import sys; sys.exit(3)\n")
    ran = lora_lint("--run", *names, "other.py", "--python", sys.executable, "--output-format", "json")
    assert ran.exit == 3
    *bad, other = ran.json
    for name, found in zip(names, bad, strict=True):
        assert re.search(f"{name}: .*notebook", found["reason"])
    assert other["after"]["exit"] == 3


def test_a_fault_of_our_own_takes_no_other_script_along(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def judged(facts: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("lora_lint_runner.verdict.judging.judge", judged)
    ran = run("import sys; sys.exit(3)\n")
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    assert ran.json["reason"].startswith("internal error, please report it: ZeroDivisionError: division by zero")


def test_a_script_that_was_made_of_a_notebook_asks_for_it(run: Run) -> None:
    ran = run("get_ipython().system('pip install -q peft')\nget_ipython().run_line_magic('env', 'A=1')\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]
