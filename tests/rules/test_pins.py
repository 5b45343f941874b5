"""The releases that a project asks for, in its requirements and in the script, and what they do to its findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.rules.pinned import EXCLUDES, FILTERED, HEAD, lint, told

import lora_lint

PINS = Path(__file__).parent.parent / "data" / "pins"
BAD = json.loads((PINS / "meta.json").read_text())


@pytest.mark.parametrize("expected", BAD, ids=[case["project"] for case in BAD])
def test_a_pin_to_a_release_that_loses_the_adapter(expected: dict[str, str]) -> None:
    (finding,) = lora_lint.check_paths([PINS / expected["project"] / "bad"]).findings
    assert finding.name == "peft-too-old"
    assert f"train.py:{finding.location.row}" == expected["at"]
    assert expected["pin"] in finding.message


@pytest.mark.parametrize("project", sorted(PINS.glob("*/ok*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_pins_that_do_no_harm(project: Path) -> None:
    assert lora_lint.check_paths([project]).findings == []


def test_a_lower_bound_that_lets_such_a_release_in(tmp_path: Path) -> None:
    (finding,) = lint(tmp_path, "peft>=0.14\n", FILTERED)
    assert (finding.name, finding.severity) == ("peft-too-old", "warning")
    assert finding.message.startswith("peft>=0.14 (requirements.txt:1) allows a release too old for this")


def test_a_library_without_a_release_is_not_pinned(tmp_path: Path) -> None:
    assert [finding.name for finding in lint(tmp_path, "peft\n", FILTERED)] == ["state-dict-override"]


def test_settings_come_before_pins(tmp_path: Path) -> None:
    (tmp_path / "lora-lint.toml").write_text('peft-version = "0.21"\n')
    assert lint(tmp_path, "peft==0.11.1\n", FILTERED) == []


def test_the_nearest_pins_count(tmp_path: Path) -> None:
    (tmp_path / "lora-lint.toml").touch()
    inner = tmp_path / "examples" / "proverbs"
    inner.mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("peft==0.21.2\n")
    assert [finding.name for finding in lint(inner, "peft==0.11.1\n", FILTERED)] == ["peft-too-old"]
    (inner / "requirements.txt").unlink()
    assert lora_lint.check_paths([inner]).findings == []


@pytest.mark.parametrize(
    ("pin", "head", "what"),
    [
        (
            "peft==0.11.1",
            HEAD.replace('"q_proj"]', '"q_proj"], exclude_modules=["lm_head"]'),
            "LoraConfig(exclude_modules=...)",
        ),
        ("peft==0.3.0", "from peft import AutoPeftModelForCausalLM\n" + HEAD, "AutoPeftModelForCausalLM"),
        (
            "peft==0.6.2",
            HEAD + "model.merge_and_unload(adapter_names=['default'])\n",
            "PeftModel.merge_and_unload(adapter_names=...)",
        ),
    ],
)
def test_what_the_pinned_release_does_not_have(tmp_path: Path, pin: str, head: str, what: str) -> None:
    findings = [
        f for f in lint(tmp_path, pin, "", head.replace(", Trainer, TrainingArguments", "")) if f.code == "LL503"
    ]
    assert [what in finding.message for finding in findings] == [True]
    assert not [f for f in lint(tmp_path, "peft>=0.3\n", "", head) if f.code == "LL503"]  # the newest is installed


def test_an_import_that_the_script_expects_to_fail(tmp_path: Path) -> None:
    head = "try:\n    from peft import AutoPeftModelForCausalLM\nexcept ImportError:\n    pass\n"
    assert lint(tmp_path, "peft==0.3.0\n", "", head) == []


PEFT = "from peft import LoraConfig, get_peft_model\nbase = load()\n"


EXTRAS = "[project]\nname = 'x'\ndependencies = ['peft{}']\n[project.optional-dependencies]\nold = ['peft==0.11.1']\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject_toml": EXTRAS.format("")}, ["peft-too-old"]),
        ({"pyproject_toml": EXTRAS.format(">=0.3")}, ["peft-too-old"]),  # of several the narrowest counts
        ({"pyproject_toml": EXTRAS.format(">=0.14")}, []),
        ({"requirements_txt": "peft==0.11.1", "requirements-new_txt": "peft==0.21.2"}, []),
        ({"requirements_txt": "-c limits.txt\npeft", "limits_txt": "peft==0.11.1"}, ["peft-too-old"]),
    ],
)
def test_files_that_ask_for_different_releases_say_nothing(
    tmp_path: Path, files: dict[str, str], expected: list[str]
) -> None:
    assert told(tmp_path, PEFT + EXCLUDES, **files) == expected


def test_a_script_that_says_what_it_asks_for_says_it_for_itself(tmp_path: Path) -> None:
    block = '# /// script\n# dependencies = ["peft=={}"]\n# ///\n'
    assert told(tmp_path, block.format("0.21.2") + PEFT + EXCLUDES, requirements_txt="peft==0.11.1") == []
    assert told(tmp_path, block.format("0.11.1") + PEFT + EXCLUDES, requirements_txt="peft==0.21.2") == ["peft-too-old"]
