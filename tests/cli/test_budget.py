"""Scripts that part the paths without end: the budget is a number of steps, and what was left out is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, LINE, Said
from tangles import TANGLED

Lint = Callable[..., Said]


@pytest.mark.parametrize("kind", TANGLED)
def test_a_tangle_ends_within_the_budget(folder: Path, lint: Lint, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from lora_lint.flow.worlds import paths

    steps = 0
    step = paths.Paths.step

    def counted(self: paths.Paths) -> None:
        nonlocal steps
        steps += 1
        step(self)

    monkeypatch.setattr(paths.Paths, "step", counted)
    (folder / "train.py").write_text(TANGLED[kind])
    said = lint("train.py")
    assert said.code in (0, 1), said.err
    assert steps <= paths.OVERTIME * (paths.STEPS + paths.STEPS_A_LINE * TANGLED[kind].count("\n")) + 1


def test_what_was_left_out_is_said(folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lora_lint.flow.worlds.paths.STEPS", 10)
    monkeypatch.setattr("lora_lint.flow.worlds.paths.STEPS_A_LINE", 0)
    monkeypatch.setattr("lora_lint.flow.machine.STEPS_A_LINE", 0)
    (folder / "train.py").write_text(BAD + "print(1)\n" * 50)
    said = lint("train.py")
    assert said.err.startswith(
        "lora-lint: train.py: the step budget was spent: the rest of the script was not followed"
    )
    assert lint("train.py", "--quiet").err == ""


def test_recursion_through_unknown_data_leaves_steps_for_the_rest(folder: Path, lint: Lint) -> None:
    ways = "".join(f"    if kind(value, {n}):\n        return [flat(item) for item in value]\n" for n in range(8))
    (folder / "train.py").write_text(f"import sys\n\ndef flat(value):\n{ways}    return value\n\nflat(sys.argv)\n{BAD}")
    said = lint("train.py")
    assert "error LL101" in said.out
    assert said.err == ""


def test_a_long_script_may_take_more_steps(folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lora_lint.flow.worlds.paths.STEPS", 10)
    (folder / "train.py").write_text("print(1)\n" * 500 + BAD)
    said = lint("train.py")
    assert f"train.py:{500 + LINE}:1: error LL101" in said.out
    assert said.err == ""


def test_saves_of_many_adapters_take_the_steps_that_they_are_worth(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = BAD[: BAD.index("trainer = ")]
    saves = [f'model.add_adapter("a{n}", LoraConfig())\nmodel.save_pretrained("out{n}")\n' for n in range(50)]
    (folder / "train.py").write_text(start + "".join(saves))
    assert lint("train.py", "--no-cache").err == ""
    monkeypatch.setattr("lora_lint.flow.verbs.saving.COPIES", 1)
    assert "the step budget was spent" in lint("train.py", "--no-cache").err


def test_where_paths_are_left_out_nobody_knows_which_type_goes_with_which_condition(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "train.py").write_text(
        "import sys\n"
        "from peft import LoraConfig, get_peft_model\n"
        "from transformers import AutoModelForCausalLM\n"
        'model = AutoModelForCausalLM.from_pretrained("gpt2")\n'
        "if len(sys.argv) > 1:\n"
        "    model = get_peft_model(model, LoraConfig())\n"
        "model.print_trainable_parameters()\n"
    )
    assert "train.py:7:1: error LL301" in lint("train.py", "--no-cache").out
    monkeypatch.setattr("lora_lint.flow.worlds.paths.MOST_WORLDS", 1)
    assert "LL301" not in lint("train.py", "--no-cache").out


def test_a_fault_of_a_rule_is_said_and_the_others_go_on(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lora_lint import registry

    def broken(lifecycle: object) -> None:
        raise ZeroDivisionError("not expected")

    rules = [rule._replace(check=broken) if rule.code == "LL105" else rule for rule in registry.all_rules()]
    monkeypatch.setattr("lora_lint.engine.judging.rules_on", lambda config: rules)
    (folder / "train.py").write_text(BAD)
    said = lint("train.py", "--no-cache")
    assert said.code == 2
    assert f"train.py:{LINE}:1: error LL101" in said.out
    assert said.err == (
        "lora-lint: train.py: internal error, please report it:"
        " rule LL105 failed and is silent here: ZeroDivisionError: not expected\n"
    )


SAVED_AT_LAST = """\
match mode:
    case "a":
        model.set_adapter("a")
    case "b":
        model.set_adapter("b")
    case _:
        model.save_pretrained("out")
"""


def test_a_save_on_a_path_that_was_left_out_is_not_missed(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = BAD.partition("model = model.merge_and_unload()")[0]
    (folder / "train.py").write_text(trained + SAVED_AT_LAST)
    assert lint("train.py", "--no-cache").code == 0
    monkeypatch.setattr("lora_lint.flow.worlds.paths.STEPS", 10)
    monkeypatch.setattr("lora_lint.flow.worlds.paths.STEPS_A_LINE", 0)
    monkeypatch.setattr("lora_lint.flow.machine.STEPS_A_LINE", 0)
    said = lint("train.py", "--no-cache")
    assert said.out == "No findings in 1 file.\n"
    assert said.err == "lora-lint: train.py: the step budget was spent: some paths were left out\n"


def test_what_never_happens_is_not_said_where_paths_were_left_out(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = BAD.partition("model = model.merge_and_unload()")[0]
    (folder / "train.py").write_text(trained + "if input():\n    print(1)\nelse:\n    print(2)\n" * 50)
    assert "LL105" in lint("train.py", "--no-cache").out
    monkeypatch.setattr("lora_lint.flow.worlds.paths.STEPS", 30)
    monkeypatch.setattr("lora_lint.flow.worlds.paths.STEPS_A_LINE", 0)
    monkeypatch.setattr("lora_lint.flow.machine.STEPS_A_LINE", 0)
    said = lint("train.py", "--no-cache")
    assert "LL105" not in said.out
    assert "the step budget was spent" in said.err
