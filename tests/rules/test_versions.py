"""Facts that hold for some releases only: said by the settings, by the project's pins, or by nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.pinned import EXCLUDES, FILTERED, HEAD, TRAIN, lint, told

from lora_lint import Config, check_source


def found(body: str, **versions: str) -> list[str]:
    """The findings in a script under the settings' target versions: name and severity."""
    settings = Config(versions=tuple(versions.items()), preview=True)
    return [f"{finding.name} {finding.severity}" for finding in check_source(HEAD + body, config=settings)]


# -- the five facts ----------------------------------------------------------------------------------------------------


def test_a_state_dict_that_is_filtered_twice() -> None:
    body = TRAIN + "model.save_pretrained('out', state_dict=get_peft_model_state_dict(model))\n"
    assert found(body) == ["state-dict-override warning"]
    assert found(body, peft="0.19") == ["state-dict-override error"]
    assert found(body, peft="0.20") == found(body, peft="0.21.2") == []


@pytest.mark.parametrize("without", ["merge_and_unload", "unload"])
def test_the_configs_that_a_merge_takes_from_the_model(without: str) -> None:
    body = f"model.save_pretrained('out')\nplain = model.{without}()\nprint(plain.peft_config)\n"
    assert found(TRAIN + body) == ["peft-op-on-plain-model warning"]
    assert found(TRAIN + body, peft="0.18.1") == []
    assert found(TRAIN + body, peft="0.19") == ["peft-op-on-plain-model error"]
    never = body.replace("peft_config", "disable_adapter")
    assert found(TRAIN + never, peft="0.18.1") == ["peft-op-on-plain-model error"]


def test_the_keys_of_the_model_inside_are_none_that_any_release_looks_for() -> None:
    inside = "model.save_pretrained('out', state_dict=get_peft_model_state_dict(model.base_model.model))\n"
    for release in ("0.19", "0.21.2"):
        assert found(TRAIN + inside, peft=release) == ["state-dict-override error"]


@pytest.mark.parametrize("test", ["args.local_rank == 0", "not args.local_rank", "args.local_rank in (0,)"])
def test_the_local_rank_that_transformers_leaves(test: str) -> None:
    args = "args = TrainingArguments('runs', save_strategy='no')\nTrainer(model, args, train_dataset=rows).train()\n"
    assert found(f"{args}if {test}:\n    model.save_pretrained('out')\n", transformers="5.1") == [
        "save-behind-local-rank error"
    ]


def test_the_bound_is_named_where_nothing_is_known() -> None:
    body = TRAIN + "model.save_pretrained('out', state_dict=get_peft_model_state_dict(model))\n"
    assert "peft < 0.20" in check_source(HEAD + body)[0].message


@pytest.mark.parametrize(
    ("body", "old"),
    [
        ("model.gradient_checkpointing_enable()\n" + TRAIN + "model.save_pretrained('out')\n", True),
        (
            "model.gradient_checkpointing_enable({'use_reentrant': False})\n" + TRAIN + "model.save_pretrained('o')\n",
            False,
        ),
        (
            "model.enable_input_require_grads()\nmodel.gradient_checkpointing_enable()\n"
            + TRAIN
            + "model.save_pretrained('o')\n",
            False,
        ),
        (
            "t = Trainer(model, TrainingArguments('out', gradient_checkpointing=True))\nt.train()\nt.save_model()\n",
            True,
        ),
        ("t = SFTTrainer(model, SFTConfig('out', gradient_checkpointing=True))\nt.train()\nt.save_model()\n", False),
    ],
)
def test_reentrant_checkpointing_without_input_gradients(body: str, old: bool) -> None:
    assert found(body, transformers="4.57") == (["checkpointing-without-input-grads error"] if old else [])
    assert found(body) == found(body, transformers="5.0") == []


@pytest.mark.parametrize(
    "wrap", ["get_peft_model(base, config)", "PeftModel.from_pretrained(base, 'a', is_trainable=True)"]
)
def test_checkpointing_before_the_wrap_is_seen_to_by_peft(wrap: str) -> None:
    body = (
        f"base = AutoModelForCausalLM.from_pretrained('m')\nbase.gradient_checkpointing_enable()\nmodel = {wrap}\n"
        + TRAIN
        + "model.save_pretrained('o')\n"
    )
    fresh = HEAD.replace("model = get_peft_model(base, config)\n", "")
    settings = Config(versions=(("transformers", "4.57"),))
    assert check_source(fresh + body, config=settings) == []


@pytest.mark.parametrize(
    ("trainer", "release", "expected"),
    [
        ("SFTTrainer", "0.19", []),
        ("SFTTrainer", "0.21", ["wrapped-twice error"]),
        ("SFTTrainer", "0.25", []),
        ("SFTTrainer", "0.27", ["wrapped-twice error"]),
        ("GRPOTrainer", "0.19", ["wrapped-twice error"]),
    ],
)
def test_a_peft_model_with_a_peft_config(trainer: str, release: str, expected: list[str]) -> None:
    body = f"t = {trainer}(model=model, args=SFTConfig('out'), peft_config=config)\nt.train()\nt.save_model()\n"
    assert found(body, trl=release) == expected
    assert found(body) == ["wrapped-twice error"]


def test_a_loaded_adapter_is_merged_away_by_trl_0_25() -> None:
    body = (
        "model = PeftModel.from_pretrained(base, 'a', is_trainable=True)\n"
        "t = SFTTrainer(model=model, args=SFTConfig('out'), peft_config=config)\nt.train()\nt.save_model()\n"
    )
    fresh = HEAD.replace("model = get_peft_model(base, config)\n", "")
    (finding,) = check_source(fresh + body, config=Config(versions=(("trl", "0.25"),)))
    assert "merges its adapter into the base" in finding.message
    assert finding.fix is not None
    assert finding.fix.applicability == "unsafe"


def test_a_trainer_under_zero_3() -> None:
    body = (
        "args = TrainingArguments('out', deepspeed={'zero_optimization': {'stage': 3}})\n"
        "t = Trainer(model=model, args=args)\nt.train()\nt.save_model()\n"
    )
    assert found(body) == ["sharded-save warning"]
    assert found(body, transformers="4.57") == ["sharded-save error"]
    assert found(body, transformers="5.0") == []
    assert found(body.replace("3}}", "2}}"), transformers="4.57") == []


def test_a_value_that_a_release_takes_for_a_name(tmp_path: Path) -> None:
    wildcard = HEAD.replace('["q_proj"]', '"all-linear"')
    (finding,) = lint(tmp_path, "peft==0.7.1\n", "", wildcard)
    told = 'is too old for LoraConfig(target_modules="all-linear"): ValueError; peft>=0.8 has it'
    assert finding.message == f"peft==0.7.1 (requirements.txt:1) {told}"
    assert lint(tmp_path, "peft==0.8.0\n", "", wildcard) == lint(tmp_path, "peft==0.7.1\n", "") == []


def test_adapter_model_bin_is_what_old_releases_write(tmp_path: Path) -> None:
    body = TRAIN + "model.save_pretrained('out')\nimport torch\nweights = torch.load('out/adapter_model.bin')\n"
    assert [finding.name for finding in lint(tmp_path, "peft==0.21.2\n", body)] == ["adapter-bin-expected"]
    head = HEAD.replace(", Trainer, TrainingArguments", "")
    assert lint(tmp_path, "peft==0.6.2\n", body, head) == []


# -- a copy of peft in the project -------------------------------------------------------------------------------------

READS_BIN = TRAIN + "model.save_pretrained('out')\nimport torch\ntorch.load('out/adapter_model.bin')\n"
COPY = "peft/src/peft/peft_model.py"


def with_copy(folder: Path, place: str, body: str, requirements: str = "") -> list[str]:
    (folder / "lora-lint.toml").touch()
    copy = folder / place
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text("class PeftModel:\n    pass\n\n\nclass PeftModelForCausalLM(PeftModel):\n    pass\n")
    return [finding.name for finding in lint(folder, requirements, body)]


def test_of_a_copy_of_peft_nothing_is_known(tmp_path: Path) -> None:
    assert [finding.name for finding in lint(tmp_path, "", READS_BIN)] == ["adapter-bin-expected"]
    assert with_copy(tmp_path, COPY, READS_BIN) == []
    assert with_copy(tmp_path, COPY, FILTERED) == []
    assert with_copy(tmp_path, COPY, FILTERED, "peft==0.11.1\n") == []


def test_a_branch_for_old_releases_reads_what_they_write(tmp_path: Path) -> None:
    read = "    torch.load('out/adapter_model.bin')\n"
    body = TRAIN + "model.save_pretrained('out')\nimport peft, torch\n"
    assert lint(tmp_path, "", f"{body}if not hasattr(peft.LoraModel, 'merge_and_unload'):\n{read}") == []
    asked = f"{body}if not hasattr(torch.nn.Module, 'merge_and_unload'):\n{read}"
    assert [finding.name for finding in lint(tmp_path, "", asked)] == ["adapter-bin-expected"]


def test_the_first_releases_of_peft_put_no_name_of_an_adapter_into_the_keys(tmp_path: Path) -> None:
    """A second filter finds there what the first one has left."""
    head = HEAD.replace("Trainer, TrainingArguments", "TrainingArguments").replace("from trl", "# from trl")
    assert [finding.name for finding in lint(tmp_path, "peft==0.3.0\n", FILTERED, head)] == ["peft-too-old"]
    assert lint(tmp_path, "peft==0.2.0\n", FILTERED, head) == []


def test_of_a_commit_of_peft_nothing_is_known(tmp_path: Path) -> None:
    commit = "git+https://github.com/huggingface/peft.git@382b178\n"
    assert lint(tmp_path, commit, READS_BIN) == lint(tmp_path, commit, FILTERED) == []


def test_with_a_commit_of_transformers_it_is_not_known_what_it_asks_of_peft(tmp_path: Path) -> None:
    def of_trainers(pins: str) -> list[str]:
        return [finding.name for finding in lint(tmp_path, pins, "") if "Trainer" in finding.message]

    assert of_trainers("peft==0.6.2\n") == of_trainers("peft==0.6.2\ntransformers==5.2.0\n") == ["peft-too-old"]
    commit = "peft==0.6.2\ngit+https://github.com/huggingface/transformers.git@abc1234\n"
    assert of_trainers(commit) == of_trainers(commit + "transformers==4.35.0\n") == []


def test_a_stand_in_of_the_tests_is_no_copy(tmp_path: Path) -> None:
    assert with_copy(tmp_path, "tests/test_model.py", READS_BIN) == ["adapter-bin-expected"]


def test_the_settings_know_the_release_of_a_copy(tmp_path: Path) -> None:
    with_copy(tmp_path, COPY, READS_BIN)
    (tmp_path / "lora-lint.toml").write_text('peft-version = "0.19"\n')
    assert [finding.name for finding in lint(tmp_path, "", READS_BIN)] == ["adapter-bin-expected"]


def test_what_loses_the_adapter_with_any_release_is_told_beside_a_copy(tmp_path: Path) -> None:
    body = TRAIN + "model.merge_and_unload().save_pretrained('out')\n"
    assert with_copy(tmp_path, COPY, body) == ["save-after-merge"]


def test_another_script_may_write_the_old_file_itself(tmp_path: Path) -> None:
    (tmp_path / "lora-lint.toml").touch()
    clients = tmp_path / "clients.py"
    clients.write_text("import torch\ntorch.save(weights, f'{folder}/adapter_model.bin')\n")
    assert lint(tmp_path, "", READS_BIN) == []
    clients.write_text("import torch\nweights = torch.load(f'{folder}/adapter_model.bin')\n")
    assert [finding.name for finding in lint(tmp_path, "", READS_BIN)] == ["adapter-bin-expected"]


# -- several that ask, and the script that asks what is there ----------------------------------------------------------


ASKS = """\
import importlib.metadata, inspect, packaging.version as v
import peft
from diffusers.utils import is_peft_version
from transformers.utils import check_peft_version
from peft import LoraConfig, __version__, get_peft_model
base = load()
try:
    from peft import EvaConfig
except ImportError:
    EvaConfig = None
def newer(release):
    return v.Version(importlib.metadata.version("peft")) >= v.Version(release)
options = {}
"""
GUARDS = [
    f"if v.parse(peft.__version__) >= v.parse('0.14'):\n    {EXCLUDES}",
    f"if v.parse(peft.__version__) < v.parse('0.14'):\n    raise SystemExit('too old')\n{EXCLUDES}",
    f"if tuple(map(int, __version__.split('.')[:2])) >= (0, 14):\n    {EXCLUDES}",
    f"if newer('0.14'):\n    {EXCLUDES}",
    f"if is_peft_version('>=', '0.14'):\n    {EXCLUDES}",
    f"check_peft_version('0.14')\n{EXCLUDES}",
    f"if 'exclude_modules' in inspect.signature(LoraConfig.__init__).parameters:\n    {EXCLUDES}",
    f"if hasattr(LoraConfig, 'exclude_modules'):\n    {EXCLUDES}",
    f"if 'exclude_modules' in LoraConfig.__dataclass_fields__:\n    {EXCLUDES}",
    f"if EvaConfig is not None:\n    {EXCLUDES}",
    "if newer('0.14'):\n    options['exclude_modules'] = []\nget_peft_model(base, LoraConfig(**options))\n",
]


@pytest.mark.parametrize("guarded", GUARDS)
def test_a_script_that_asks_for_the_release_knows_what_it_does(tmp_path: Path, guarded: str) -> None:
    assert told(tmp_path, ASKS + guarded, requirements_txt="peft==0.11.1") == []
    other = guarded.replace("peft.__version__", "torch.__version__")
    if other != guarded:
        assert told(tmp_path, ASKS + other, requirements_txt="peft==0.11.1") == ["peft-too-old"]


def test_a_save_in_a_branch_for_newer_releases_is_none_of_an_older_one() -> None:
    save = "model.save_pretrained('out', state_dict=get_peft_model_state_dict(model))\n"
    asks = "import peft\nfrom packaging.version import Version\n" + TRAIN
    assert found(f"{asks}if Version(peft.__version__) >= Version('0.20'):\n    {save}") == []
    checkpoints = "    model.gradient_checkpointing_enable()\n"
    body = f"import transformers\nif int(transformers.__version__[0]) >= 5:\n{checkpoints}{TRAIN}"
    body += "model.save_pretrained('out')\n"
    assert found(body, transformers="4.57") == []
    assert found(body.replace("transformers.__version__[0]", "x"), transformers="4.57") == [
        "checkpointing-without-input-grads error"
    ]
