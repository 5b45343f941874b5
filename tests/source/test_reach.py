"""What a definition leads to, by the names in its text; and that code which leads nowhere is not run."""

from __future__ import annotations

from pathlib import Path

import pytest

import lora_lint
from lora_lint.engine.worth import can_show
from lora_lint.flow.machine import Machine
from lora_lint.project.project import Project
from lora_lint.source.document import Document
from lora_lint.source.reach import Reach

LEADS = {
    "its own body": "def start():\n    return goal()\n",
    "a function that it calls": "def step():\n    return goal()\n\ndef start():\n    return step()\n",
    "a class and its methods": "class Step:\n    def run(self):\n        goal()\n\ndef start():\n    Step().run()\n",
    "a base class": "class Base:\n    def run(self):\n        goal()\n\nclass start(Base):\n    pass\n",
    "a list of functions": "def step():\n    goal()\n\nSTEPS = [step]\n\ndef start():\n    STEPS[0]()\n",
    "a name that is given in a branch": "if A:\n    step = goal\nelse:\n    step = None\n\ndef start():\n    step()\n",
    "another name of an import": "from library import goal as step\n\ndef start():\n    step()\n",
    "a text, for getattr": "def start(model):\n    getattr(model, 'goal')()\n",
    "a decorator": "def around(f):\n    goal()\n    return f\n\n@around\ndef start():\n    pass\n",
    "what a decorator keeps": "KEPT = []\ndef keep(f):\n    KEPT.append(f)\n\n@keep\ndef step():\n    goal()\n\n"
    "def start():\n    keep(None)\n",
    "what a decorator keeps under another name": "KEPT = []\ndef keep(f):\n    KEPT.append(f)\n\n"
    "from here import keep as kept\n\n@kept\ndef step():\n    goal()\n\ndef start():\n    keep(None)\n",
    "what a decorator of a module keeps": "def keep(f):\n    KEPT.append(f)\n\nimport here\n\n"
    "@here.keep('step')\ndef step():\n    goal()\n\ndef start():\n    here.keep(None)\n",
    "what an object keeps": "kept = Kept()\n\n@kept.add\ndef step():\n    goal()\n\ndef start():\n    kept.all()\n",
    "a global that a function sets": "def setup():\n    global step\n    step = goal\n\ndef start():\n    step()\n",
    "what is put on a class": "class Step:\n    pass\n\nStep.run = goal\n\ndef start(x):\n    x.run()\n",
    "what a function puts on a class": "def patch(cls):\n    cls.run = goal\n\ndef start(x):\n    x.run()\n",
    "what stands behind a docstring": 'def start():\n    """Nothing."""; goal()\n',
    "a default": "def start(step=goal):\n    step()\n",
}  # fmt: skip
LEADS_NOT = {
    "a docstring": 'def start():\n    """Like goal."""\n',
    "a comment": "def start():\n    # not like goal\n    return 1\n",
    "a function of its name elsewhere": "def goal():\n    pass\n\ndef start():\n    return 1\n",
    "a decorator of a library": "import torch as th\nth.backends.fast = True\n\n"
    "@th.no_grad()\ndef other():\n    goal()\n\ndef start():\n    th.eye(1)\n",
    "a function that calls it": "def start():\n    return 1\n\ndef other():\n    start()\n    goal()\n",
}


@pytest.mark.parametrize("text", LEADS.values(), ids=LEADS)
def test_leads_there_by(text: str) -> None:
    assert "goal" in (Reach([text]).of("start") or ())


@pytest.mark.parametrize("text", LEADS_NOT.values(), ids=LEADS_NOT)
def test_does_not_lead_there_by(text: str) -> None:
    assert "goal" not in (Reach([text]).of("start") or ())


def test_modules_are_one_name_space() -> None:
    reach = Reach(["from other import step\n\ndef start():\n    step()\n", "def step():\n    goal()\n"])
    assert "goal" in (reach.of("start") or ())


def test_imports_are_told_by_their_library() -> None:
    reach = Reach(["import torch.nn\n\ndef start():\n    from peft.tuners import LoraModel\n    from . import near\n"])
    assert {"peft.LoraModel", ".near"} <= (reach.of("start") or set())
    assert reach.libraries() == {"torch", "peft", ""}


def test_what_runs_on_import_is_told_from_definitions_and_from_the_names_that_a_module_offers() -> None:
    reach = Reach(['__all__ = ["start"]\nSTEPS = near\n', "def start():\n    goal()\n\ndef near():\n    step()\n"])
    assert reach.top() == {"STEPS", "near"}
    assert reach.from_(reach.top()) >= {"step"}
    assert "goal" in reach.from_(["start"]) - reach.from_(reach.top())


def test_what_cannot_be_read_is_not_known() -> None:
    assert not Reach(["def start(:\n"]).known
    assert Reach(["", "def start():\n    pass\n"]).known


# -- what nobody calls -------------------------------------------------------------------------------------------------

SHARED = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


def save(model):
    model.save_pretrained("out")


def tuned(rows):
    model = AutoModelForCausalLM.from_pretrained("tiny-llama")
    Trainer(model, TrainingArguments("run"), train_dataset=rows).train()
    save(model)


def adapted(rows):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
    Trainer(model, TrainingArguments("run", save_strategy="no"), train_dataset=rows).train()
    save(model.merge_and_unload())
"""
BATCHES = """\
def batches(rows, size):
    made = []
    for row in rows:
        made.append(row[:size])
    return made
"""


def test_code_that_shares_a_save_with_what_loses_the_adapter_is_followed() -> None:
    assert [(f.code, f.severity) for f in lora_lint.check_source(SHARED)] == [("LL101", "warning")]
    alone = SHARED[: SHARED.index("def tuned")] + SHARED[SHARED.index("def adapted") :]
    assert [(f.code, f.severity) for f in lora_lint.check_source(alone)] == [("LL101", "error")]


def test_code_that_leads_nowhere_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def steps(text: str) -> int:
        taken: list[None] = []
        step = Machine.step

        def counted(machine: Machine) -> None:
            taken.append(None)
            step(machine)

        with monkeypatch.context() as patch:
            patch.setattr(Machine, "step", counted)
            lora_lint.check_source(text)
        return len(taken)

    assert steps(SHARED + BATCHES) == steps(SHARED + "def batches(rows, size): ...")
    assert steps(SHARED + BATCHES + "batches([rows], 2)") > steps(SHARED + BATCHES) + 2


TOOLS = """\
from peft import LoraConfig, get_peft_model


def names(rows):
    return [row["name"] for row in rows]


def wrapped(model):
    return get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
"""


@pytest.mark.parametrize(
    ("script", "tools", "worth"),
    [
        pytest.param("from tools import names\n\nnames([])\n", TOOLS, False, id="takes what does something else"),
        pytest.param("import tools\n\nprint(tools.names([]))\n", TOOLS, False, id="by the name of the module"),
        pytest.param("from tools import wrapped\n\nwrapped(object())\n", TOOLS, True, id="takes the wrap"),
        pytest.param("import tools\n\ngetattr(tools, 'wrapped')(1)\n", TOOLS, True, id="by a text"),
        pytest.param("import tools\n", TOOLS + "\nwrapped(object())\n", True, id="it happens on import"),
        pytest.param("import tools\n", TOOLS + "\n__all__ = ['wrapped']\n", False, id="it is offered only"),
        pytest.param("import tools\n__all__ = []\n", TOOLS + "\n__all__ = ['wrapped']\n", False, id="both offer"),
        pytest.param("import tools\n\nprint(tools.Tool.__subclasses__())\n", TOOLS, True, id="what nobody names"),
    ],
)
def test_a_script_is_followed_where_it_comes_to_an_adapter(
    tmp_path: Path, script: str, tools: str, worth: bool
) -> None:
    (tmp_path / "tools.py").write_text(tools)
    (tmp_path / "run.py").write_text(script)
    assert can_show(Document("run.py", script), tmp_path / "run.py", Project(tmp_path)) is worth
