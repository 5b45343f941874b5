"""Config files: which one counts, what it may say, and what is said where it is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, GOOD, Said

Lint = Callable[..., Said]


@pytest.fixture
def train(folder: Path) -> Path:
    (folder / "train.py").write_text(BAD)
    return folder


def test_the_nearest_config_counts_for_each_file(train: Path, lint: Lint) -> None:
    (train / "pyproject.toml").write_text('[tool.lora-lint]\nselect = ["LL2"]\n')
    inner = train / "inner"
    inner.mkdir()
    (inner / "train.py").write_text(BAD)
    (inner / "lora-lint.toml").write_text('select = ["LL1"]\n')
    assert lint("--output-format", "concise").out.startswith("inner/train.py:15:1")
    assert lint("train.py").code == 0


def test_a_pyproject_without_our_table_is_none_of_ours(train: Path, lint: Lint) -> None:
    inner = train / "inner"
    inner.mkdir()
    (train / "lora-lint.toml").write_text('ignore = ["LL101"]\n')
    (inner / "pyproject.toml").write_text('[project]\nname = "uses-lora-lint"\n')
    (inner / "train.py").write_text(BAD)
    assert lint("inner").code == 0


def test_extend_builds_on_another_config(train: Path, lint: Lint) -> None:
    (train / "base.toml").write_text('ignore = ["LL101"]\n')
    (train / "lora-lint.toml").write_text('extend = "base.toml"\npreview = true\n')
    assert lint().code == 0
    assert "preview = true" in lint("--show-settings").out
    assert 'ignore = ["LL101"]' in lint("--show-settings").out


def test_extend_adds_up_what_is_excluded_and_selected(train: Path, lint: Lint) -> None:
    inner = train / "inner"
    for name in ("a.py", "scratch/b.py", "old/c.py"):
        (inner / name).parent.mkdir(parents=True, exist_ok=True)
        (inner / name).write_text(BAD)
    (train / "base.toml").write_text('extend-exclude = ["inner/scratch/"]\nextend-select = ["LL1"]\n')
    own = 'extend = "../base.toml"\nextend-exclude = ["old/"]\n'
    (inner / "lora-lint.toml").write_text(f'{own}extend-select = ["LL2"]\n')
    assert lint("--show-files", "inner").out.splitlines() == [str(inner / "a.py")]
    assert 'extend-select = ["LL1", "LL2"]' in lint("--show-settings", "inner").out
    (inner / "lora-lint.toml").write_text(f'{own}select = ["LL3"]\n')  # starts anew
    assert "extend-select = []" in lint("--show-settings", "inner").out


def test_settings_of_the_run_are_those_of_the_folder_that_all_paths_lie_in(train: Path, lint: Lint) -> None:
    pkg = train / "pkg"
    pkg.mkdir()
    (pkg / "a.py").write_text(BAD)
    (pkg / "lora-lint.toml").write_text('baseline = "known.json"\noutput-format = "concise"\n')
    lint("pkg", "--write-baseline", "pkg/known.json")
    assert "1 finding of the baseline not shown" in lint("pkg/a.py").out
    assert "1 finding of the baseline not shown" in lint("pkg").out
    assert f'baseline = "{pkg / "known.json"}"' in lint("--show-settings", "pkg").out
    said = lint("pkg/a.py", "train.py")  # the folder of both has no config
    assert "Found 2 errors" in said.out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--isolated", "--config", "c.toml"], "--isolated reads no config file: leave it out, or --config c.toml"),
        (["--config", "c.toml", "--config", "d.toml"], "--config takes one file, not c.toml and d.toml"),
        (["--config", "extend = 'c.toml'"], "--config: `extend` stands in config files; --config FILE takes one"),
        (["--exclude", "!"], "--exclude: no pattern, as .gitignore has them: !"),
    ],
)
def test_settings_that_do_not_go_together(train: Path, lint: Lint, argv: list[str], message: str) -> None:
    (train / "c.toml").touch()
    said = lint(*argv)
    assert said.code == 2
    assert said.err.startswith(f"lora-lint: {message}")


def test_per_file_ignores(train: Path, lint: Lint) -> None:
    (train / "examples").mkdir()
    (train / "examples" / "bad.py").write_text(BAD)
    (train / "lora-lint.toml").write_text('[per-file-ignores]\n"examples/*" = ["save-after-merge"]\n')
    assert "Found 1 error in 1 of 2 files" in lint().out


def test_the_command_line_comes_before_the_config(train: Path, lint: Lint) -> None:
    (train / "lora-lint.toml").write_text('ignore = ["LL1"]\noutput-format = "concise"\n')
    assert lint().code == 0
    assert lint("--select", "LL101").out.startswith("train.py:15:1")
    assert lint("--isolated").code == 1
    assert lint("--config", "ignore = []").code == 1
    (train / "other.toml").write_text('output-format = "json"\n')
    assert json.loads(lint("--config", "other.toml", "--config", 'output-format = "json"').out)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["LL1"]', ":2: unknown setting `selct`; did you mean `select`?"),
        ('select = [\n  "LL1",\n  "LL901",\n]', ":4: unknown rule `LL901` in `select`"),
        (
            'ignore = ["save-after-merg"]',
            "unknown rule `save-after-merg` in `ignore`; did you mean `save-after-merge`?",
        ),
        ('select = "LL1"', ":2: `select` must be a list of rules"),
        ("preview = 1", ":2: `preview` must be true or false"),
        ('adapter-layout = "inplace"', ':2: `adapter-layout` must be "beside" or "in-place"'),
        ("peft-version = 0.19", ":2: `peft-version` must be a version in quotes"),
        ('extend = "gone.toml"', ":2: in `extend`: "),
        ('extend = "pyproject.toml"', ":2: `extend` leads back to "),
        ("preview = = true", ":2: not valid TOML: "),
        ("per-file-ignores = 3", ":2: `per-file-ignores` must be a table"),
        ('per-file-ignores = {"!" = ["LL1"]}', ":2: `!` in `per-file-ignores` is no pattern, as .gitignore has them"),
        ('exclude = [\n  "a",\n  "!",\n]', ":4: `!` in `exclude` is no pattern, as .gitignore has them"),
    ],
)
def test_a_broken_config_is_one_line_with_its_place(train: Path, lint: Lint, text: str, message: str) -> None:
    (train / "pyproject.toml").write_text(f"[tool.lora-lint]\n{text}\n")
    said = lint("train.py")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"lora-lint: {train / 'pyproject.toml'}")
    assert message in said.err
    assert said.err.count("\n") == 1


def test_the_table_of_a_pyproject_in_a_file_of_our_own(train: Path, lint: Lint) -> None:
    (train / "lora-lint.toml").write_text("\n[tool.lora-lint]\npreview = true\n")
    said = lint()
    assert said.code == 2
    assert said.err.endswith(
        "lora-lint.toml:2: [tool.lora-lint] is for pyproject.toml: here settings stand without it, at the top\n"
    )


@pytest.mark.parametrize(("select", "ignore", "code"), [("LL101", "LL1", 1), ("LL1", "LL101", 0), ("LL1", "LL1", 0)])
def test_the_longer_entry_decides(train: Path, lint: Lint, select: str, ignore: str, code: int) -> None:
    assert lint("--select", select, "--ignore", ignore).code == code


def test_what_the_command_line_adds_the_config_does_not_ignore(train: Path, lint: Lint) -> None:
    (train / "lora-lint.toml").write_text('ignore = ["LL101"]\n')
    assert lint().code == 0
    assert lint("--extend-select", "LL101").code == 1


def test_all_rules_can_be_ignored(train: Path, lint: Lint) -> None:
    assert lint("--ignore", "ALL").code == 0
    assert lint("--select", "LL1", "--ignore", "ALL").code == 1  # the more exact entry wins
    (train / "lora-lint.toml").write_text('ignore = ["ALL"]\n')
    assert lint().code == 0


def test_show_settings_tells_each_path_and_what_is_skipped(train: Path, lint: Lint) -> None:
    (train / "inner").mkdir()
    (train / "inner" / "lora-lint.toml").write_text('exclude = ["old/"]\n')
    shown = lint("--show-settings", "train.py", "inner").out
    assert shown.startswith("# train.py\n# defaults: no config file found\n")
    assert ', ".venv/", ' in shown
    assert f"# inner\n# {train / 'inner' / 'lora-lint.toml'}\n" in shown
    assert 'exclude = ["old/"]' in shown
    assert lint("--show-settings", "gone.py") == Said(2, "", "lora-lint: gone.py: no such file or folder\n")


def test_show_settings_can_be_read_back(train: Path, lint: Lint) -> None:
    (train / "lora-lint.toml").write_text('peft-version = "0.19"\n[per-file-ignores]\n"a/*" = ["LL1"]\n')
    shown = lint("--show-settings").out
    (train / "lora-lint.toml").write_text(shown)
    assert lint("--show-settings").out == shown


def test_the_schema_is_that_of_the_settings() -> None:
    from command_samples import ROOT

    from lora_lint.settings.schema import schema

    assert json.loads((ROOT / "lora-lint.schema.json").read_text()) == schema()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("peft-version", "banana"),
        ("peft-version", "0.19"),
        ("torch-version", "2.13.0rc1.post2+cpu"),
        ("trl-version", "1!1.0-alpha.1.dev3"),
        ("select", ["nope"]),
        ("ignore", ["LL1", "save-after-merge", "ALL"]),
        ("per-file-ignores", {"a.py": ["LL90"]}),
        ("per-file-ignores", {"a.py": ["LL101"]}),
        ("baseline", ""),
        ("baseline", "known.json"),
        ("extend", ""),
    ],
)
def test_the_schema_takes_what_the_program_takes(key: str, value: object) -> None:
    import jsonschema

    from lora_lint.settings.config import ConfigError
    from lora_lint.settings.reading import from_table
    from lora_lint.settings.schema import schema

    valid = jsonschema.Draft7Validator(schema()).is_valid({key: value})
    try:
        from_table({key: value})
    except ConfigError:
        assert not valid
    else:
        assert valid


def test_the_documented_settings_are_all_there_are() -> None:
    from command_samples import ROOT

    from lora_lint.settings.table import SETTINGS

    page = (ROOT / "docs" / "configuration.md").read_text()
    for setting in SETTINGS:
        assert f"`{setting.key}`" in page


def test_good_scripts_need_no_settings(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(GOOD)
    assert lint("--preview").code == 0
