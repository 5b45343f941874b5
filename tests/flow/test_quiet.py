"""What a framework's scripts all give to code that is not seen is run in one of them where nothing comes from it."""

from __future__ import annotations

from pathlib import Path

import pytest

import lora_lint
from lora_lint.engine.batch import Batch
from lora_lint.flow.machine import Machine
from lora_lint.settings.config import Config

REGISTERED = """\
from elsewhere import REGISTRY


class Rows:
    def __init__(self, path):
        self.rows = [line.split() for line in open(path)]

    def lengths(self):
        found = []  # of rows that speak of what could be told, or the class would not be followed at all
        for row in self.rows:
            if "get_peft_model" in row:
                found.append(len(row))
        return found


REGISTRY.register(Rows)
"""
TRAINED = """

class Tuned:
    def __init__(self, name):
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        base = AutoModelForCausalLM.from_pretrained(name)
        self.model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM"))

    def export(self):
        self.model.merge_and_unload()
        self.model.save_pretrained("out")


REGISTRY.register(Tuned)
"""
SCRIPT = "import registered\nfrom peft import PeftModel\n\nprint(PeftModel)\n"


def project(folder: Path, registered: str) -> list[Path]:
    (folder / ".git").mkdir()
    (folder / "registered.py").write_text(registered)
    scripts = [folder / f"{name}.py" for name in ("first", "second", "third")]
    for script in scripts:
        script.write_text(SCRIPT)
    return scripts


def test_it_is_run_in_the_first_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    step = Machine.step

    def counted(machine: Machine) -> None:
        taken[-1] += 1
        step(machine)

    monkeypatch.setattr(Machine, "step", counted)
    batch = Batch(Config())
    for script in project(tmp_path, REGISTERED):
        taken.append(0)
        batch.check(script, tmp_path)
    first, second, third = taken
    assert second == third < first


def test_what_something_comes_from_is_run_in_each(tmp_path: Path) -> None:
    scripts = project(tmp_path, REGISTERED + TRAINED)
    batch = Batch(Config())
    for script in scripts:
        batch.check(script, tmp_path)
        [finding] = batch.elsewhere[str(script)]
        assert finding.name == "merge-result-discarded"
    assert [finding.name for finding in lora_lint.check_paths([tmp_path]).findings] == ["merge-result-discarded"]


def test_where_another_module_may_have_put_something_into_a_registry_it_is_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Batch(Config())
    first, second, third = project(tmp_path, REGISTERED)
    (tmp_path / "more.py").write_text("def more():\n    pass\n")
    (tmp_path / "settings.py").write_text("rows = 3\n")
    run: list[str] = []
    from lora_lint.flow import uncalled

    monkeypatch.setattr(uncalled, "_run_class", lambda machine, cls, world: run.append(machine.modules[0].filename))
    for script, more in ((first, ""), (second, "import more\n"), (third, "import settings\n")):
        script.write_text(more + SCRIPT)
        batch.check(script, tmp_path)
    assert run == [str(first), str(second)]
