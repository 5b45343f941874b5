"""A fix is offered once the fixed text was linted: it removes its finding, and brings no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from lora_lint import Finding, check_paths, check_source, fix_source, trace_source
from lora_lint.engine.placing import Placer
from lora_lint.finding import Fix
from lora_lint.rules.base import Report, Rule

Fixed = Callable[[str], "str | None"]

HEAD = """\
from operator import methodcaller

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
from trl import SFTConfig, SFTTrainer

base = AutoModelForCausalLM.from_pretrained("gpt2")
config = LoraConfig(task_type="CAUSAL_LM")
model = get_peft_model(base, config)
Trainer(model=model, args=TrainingArguments(output_dir="runs", save_strategy="no")).train()
"""


def found(script: str, name: str) -> Finding:
    """The one finding of this name in HEAD and these lines."""
    [finding] = [f for f in check_source(HEAD + dedent(script), filename="train.py") if f.name == name]
    return finding


def safety(finding: Finding) -> str | None:
    return finding.fix.applicability if finding.fix is not None else None


@pytest.mark.parametrize(
    "steps",
    [
        '[methodcaller("merge_and_unload"), methodcaller("half")]',
        "[lambda m: m.merge_and_unload(), lambda m: m.half()]",
    ],
)
def test_no_fix_whose_own_line_is_a_mistake_in_the_next_round(steps: str, fixed: Fixed) -> None:
    assert (
        fixed(f"""\
        for step in {steps}:
            model = step(model)
        model.save_pretrained("out")
    """)
        is None
    )


def test_a_fix_that_lets_the_script_come_to_another_mistake_is_unsafe() -> None:
    finding = found(
        """\
        model.save_pretrained("out")
        merged = base.merge_and_unload()  # raises an AttributeError
        merged.save_pretrained("out")
        """,
        "peft-op-on-plain-model",
    )
    assert safety(finding) == "unsafe"


def test_a_fix_is_safe_where_what_comes_next_has_a_safe_fix() -> None:
    script = """\
        trainer = SFTTrainer(model=model, args=SFTConfig(output_dir="sft", save_strategy="no"), peft_config=config)
        trainer.train()
        merged = trainer.model.merge_and_unload()
        merged.save_pretrained("out")
        """
    assert safety(found(script, "wrapped-twice")) == "safe"
    whole = fix_source(HEAD + dedent(script), filename="train.py")
    assert [f.name for f in whole.applied] == ["wrapped-twice", "save-after-merge"]
    assert whole.remaining == []


def test_a_bad_fix_does_not_keep_the_good_ones_of_the_same_script_from_being_offered() -> None:
    part = """
def train_{n}():
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
    Trainer(model=model, args=TrainingArguments(output_dir="runs", save_strategy="no")).train()
    for step in [{steps}]:
        model = step(model)
    model.save_pretrained("out-{n}")

train_{n}()
"""
    merge = "lambda m: m.merge_and_unload()"
    parts = [part.format(n=n, steps=f"{merge}, lambda m: m.half()" if n == 2 else merge) for n in range(5)]
    model_is_kept = 'model.save_pretrained("adapter")\n'
    findings = check_source(HEAD + model_is_kept + "".join(parts), filename="train.py")
    assert [safety(f) for f in findings] == ["safe", "safe", None, "safe", "safe"]


def test_a_fix_in_another_module_is_tried_there(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "train.py").write_text(HEAD + "from finish import finish\nfinish(model)\n")
    helper = """\
        def finish(model):
            for step in [{}]:
                model = step(model)
            model.save_pretrained("out")
        """
    merge = "lambda m: m.merge_and_unload()"
    for steps, applicability in [(merge, "safe"), (f"{merge}, lambda m: m.half()", None)]:
        (tmp_path / "finish.py").write_text(dedent(helper).format(steps))
        [finding] = check_paths([tmp_path]).findings
        assert (Path(finding.filename).name, safety(finding)) == ("finish.py", applicability)


def test_a_trace_asks_no_rule_and_tries_no_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = f'{HEAD}model = model.merge_and_unload()\nmodel.save_pretrained("out")\n'
    assert safety(check_source(lost)[0]) == "safe"

    def asked(*_: object) -> None:
        raise AssertionError("the findings of a trace are thrown away")

    monkeypatch.setattr("lora_lint.engine.session.run_rules", asked)
    monkeypatch.setattr("lora_lint.engine.trials.Trials.tried", asked)
    assert len(trace_source(lost)["sites"]) == 1


def test_where_a_script_has_more_paths_than_are_followed_no_fix_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """\
        if input():
            print(1)
        model = model.merge_and_unload()
        model.save_pretrained("out")
        """
    assert safety(found(script, "save-after-merge")) == "safe"
    monkeypatch.setattr("lora_lint.flow.worlds.paths.MOST_WORLDS", 1)
    assert safety(found(script, "save-after-merge")) == "unsafe"


TWO_LOST = """
for n in range(2):
    other = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), config)
    Trainer(model=other, args=TrainingArguments(output_dir="runs", save_strategy="no")).train()
    for step in [lambda m: m.merge_and_unload(), lambda m: m.half()]:  # has no fix that holds
        other = step(other)
    other.save_pretrained("out")
model = model.merge_and_unload()
model.save_pretrained("merged")
"""


def test_what_is_tried_may_take_so_many_steps_before_the_rest_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [safety(f) for f in check_source(HEAD + TWO_LOST)] == [None, "safe"]
    monkeypatch.setattr("lora_lint.engine.trials.MOST_STEPS", 10)
    assert [safety(f) for f in check_source(HEAD + TWO_LOST)] == [None, None]


def test_a_trial_makes_fixes_only_where_they_decide_something(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    fix_of = Placer._fix

    def noted(self: Placer, rule: Rule, report: Report) -> Fix | None:
        made.append(rule.name)
        return fix_of(self, rule, report)

    monkeypatch.setattr(Placer, "_fix", noted)
    assert len(check_source(HEAD + TWO_LOST)) == len(made) == 2
