"""Which files are linted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, PLAIN, Said

Lint = Callable[..., Said]


def tree(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(PLAIN if name.endswith(".py") else "")


@pytest.fixture
def listed(folder: Path, lint: Lint) -> Callable[..., list[str]]:
    def show(*argv: str) -> list[str]:
        return [str(Path(line).relative_to(folder)) for line in lint("--show-files", *argv).out.splitlines()]

    return show


def test_scripts_and_notebooks_are_found(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "a.py", "b.ipynb", "c.md", "d.txt", "inner/e.py", ".venv/f.py", "node_modules/g.py", "build/h.py")
    assert listed() == ["a.py", "b.ipynb", "inner/e.py"]
    assert listed("--markdown") == ["a.py", "b.ipynb", "c.md", "inner/e.py"]
    assert listed(".venv") == [".venv/f.py"]


def test_gitignore_is_respected(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "a.py", "out/b.py", "keep/out/c.py", "keep/d.py", "keep/e.py")
    (folder / ".gitignore").write_text("/out/\n*e.py\n# comment\n")
    (folder / "keep" / ".gitignore").write_text("!e.py\nd.py\n")
    assert listed() == ["a.py", "keep/e.py", "keep/out/c.py"]
    assert listed("--no-respect-gitignore") == ["a.py", "keep/d.py", "keep/e.py", "keep/out/c.py", "out/b.py"]


def test_an_ignored_file_or_folder_that_is_named_is_linted(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "out/b.py", "a.py")
    (folder / ".gitignore").write_text("out/\na.py\n")
    assert listed("out", "a.py") == ["a.py", "out/b.py"]
    assert listed("--force-exclude", "a.py") == []


def test_gitignore_counts_from_the_root_of_the_repository(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "src/old/a.py", "src/b.py")
    (folder / ".gitignore").write_text("src/old/\n")
    assert listed("src") == ["src/b.py"]


@pytest.mark.parametrize(
    "config",
    ["", "[user]\n\tname = x\n[core]\n\teditor = vi\n\texcludesFile = {home}/mine\n", '[core] excludesfile = "~/mine"'],
)
def test_what_a_user_has_git_ignore_everywhere_is_ignored(
    folder: Path, listed: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, config: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (home / ".gitconfig").write_text(config.format(home=home))
    ignored = home / "mine" if config else home / ".config" / "git" / "ignore"
    ignored.parent.mkdir(parents=True, exist_ok=True)
    ignored.write_text("scratch*\n")
    tree(folder, "a.py", "scratch.py", "scratch/b.py", "kept/scratch.py")
    (folder / "kept" / ".gitignore").write_text("!scratch.py\n")  # the project's own word counts for more
    assert listed() == ["a.py", "kept/scratch.py"]
    assert listed("--no-respect-gitignore") == ["a.py", "kept/scratch.py", "scratch.py", "scratch/b.py"]


def test_exclude_and_extend_exclude(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "a.py", "scratch/b.py", "build/c.py", "x_old.py")
    (folder / "lora-lint.toml").write_text('extend-exclude = ["scratch/", "*_old.py"]\n')
    assert listed() == ["a.py"]
    assert listed("x_old.py") == ["x_old.py"]
    assert listed("--force-exclude", "x_old.py", "scratch/b.py") == []
    assert listed("--exclude", "a.py") == []
    (folder / "lora-lint.toml").write_text('exclude = ["scratch/"]\n')
    assert listed() == ["a.py", "build/c.py", "x_old.py"]


def test_an_empty_exclude_replaces_the_built_in_list(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "a.py", "build/c.py")
    assert listed("--config", "exclude = []") == ["a.py", "build/c.py"]


@pytest.mark.parametrize("pattern", ["proj/scratch/x.py", "./proj/scratch", "{folder}/proj/scratch/", "x.py"])
def test_patterns_of_the_command_line_count_from_the_working_folder(
    folder: Path, listed: Callable[..., list[str]], pattern: str
) -> None:
    tree(folder, "proj/a.py", "proj/scratch/x.py")
    (folder / "proj" / "lora-lint.toml").touch()
    assert listed("--exclude", pattern.format(folder=folder), "proj") == ["proj/a.py"]


def test_patterns_of_a_config_that_is_named_count_from_the_working_folder(
    folder: Path, listed: Callable[..., list[str]], lint: Lint
) -> None:
    tree(folder, "a.py", "scratch/x.py", "shared/scratch.py")
    (folder / "train.py").write_text(BAD)
    text = 'extend-exclude = ["/scratch/", "/shared"]\n[per-file-ignores]\n"/train.py" = ["LL101"]\n'
    (folder / "shared" / "c.toml").write_text(text)
    assert listed("--config", "shared/c.toml") == ["a.py", "train.py"]
    assert lint("--config", "shared/c.toml").code == 0


def test_names_are_excluded_wherever_it_is_linted(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, lint: Lint
) -> None:
    other = tmp_path_factory.mktemp("other")
    tree(other, "a.py", "scratch/x.py")
    assert lint("--show-files", "--exclude", "scratch", str(other)).out == f"{other / 'a.py'}\n"
    tree(folder, "a.py", "scratch/x.py", "shared/a.py")
    (other / "base.toml").write_text('extend-exclude = ["scratch/", "/a.py"]\n')  # the second is the one beside it
    (folder / "lora-lint.toml").write_text(f'extend = "{other / "base.toml"}"\n')
    assert lint("--show-files", "shared", ".").out.splitlines() == [
        str(folder / "a.py"),
        str(folder / "shared" / "a.py"),
    ]


def test_a_folder_whose_name_reads_like_a_pattern(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "run[1]/a.py", "run[1]/old/b.py", "run1/old/c.py")
    (folder / "run[1]" / "lora-lint.toml").write_text('extend-exclude = ["/old/"]\n')
    assert listed() == ["run1/old/c.py", "run[1]/a.py"]


@pytest.mark.parametrize("pattern", ["{folder}/run[1]/old", "{folder}/run\\[1]/old", "!{folder}/run[1]/old/kept.py"])
def test_a_pattern_from_the_root_with_such_a_folder(
    folder: Path, listed: Callable[..., list[str]], pattern: str
) -> None:
    tree(folder, "run[1]/a.py", "run[1]/old/kept.py", "run1/old/c.py")
    (folder / "run[1]" / "lora-lint.toml").write_text(
        f"extend-exclude = ['/old/*', '{pattern.format(folder=folder)}']\n"
    )
    kept = ["run[1]/old/kept.py"] if pattern.startswith("!") else []
    assert listed() == ["run1/old/c.py", "run[1]/a.py", *kept]


def test_force_exclude_asks_the_nearest_gitignore(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "a.py", "sub/keep.py", "out/keep.py")
    (folder / ".gitignore").write_text("*.py\nout/\n")
    for inner in ("sub", "out"):
        (folder / inner / ".gitignore").write_text("!keep.py\n")
    assert listed() == ["sub/keep.py"]
    # what lies in an ignored folder cannot be taken back
    assert listed("--force-exclude", "a.py", "sub/keep.py", "out/keep.py") == ["sub/keep.py"]


def test_force_exclude_also_counts_for_folders(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "a.py", "old/b.py", "build/c.py")
    assert listed("--force-exclude", "--exclude", "old", "old", "build", ".") == ["a.py"]


def test_the_working_folder_is_linted_even_if_it_is_ignored(
    folder: Path, listed: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(folder, "out/a.py")
    (folder / ".gitignore").write_text("out/\n")
    monkeypatch.chdir(folder / "out")
    assert listed("--force-exclude") == ["out/a.py"]
    assert listed("--force-exclude", "a.py") == []


def test_links_to_folders_are_not_followed(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "a.py")
    (folder / "round").symlink_to(folder)
    assert listed() == ["a.py"]


def test_a_file_is_listed_once(folder: Path, listed: Callable[..., list[str]]) -> None:
    tree(folder, "a.py")
    assert listed("a.py", ".", "./a.py") == ["a.py"]


def test_of_installed_packages_each_file_counts_alone(folder: Path, lint: Callable[..., Said]) -> None:
    installed = folder / "lib" / "site-packages"
    (installed / "pkg").mkdir(parents=True)
    (installed / "pkg" / "__init__.py").touch()
    build, save = BAD.split("model = model.merge_and_unload()")
    (installed / "pkg" / "build.py").write_text(f"{build}model = model.merge_and_unload()\n")
    (installed / "pkg" / "save.py").write_text(f"from pkg.build import model\n{save}")
    (installed / "train.py").write_text(BAD)
    (installed / "trl").mkdir()  # what it does is in the tables
    (installed / "trl" / "train.py").write_text(BAD)
    said = lint(str(installed), "--select", "save-after-merge", "--output-format", "concise")
    assert [line.partition(":")[0] for line in said.out.splitlines()[:-1]] == ["lib/site-packages/train.py"]


def test_a_package_beside_the_script_stands_before_the_library_of_its_name(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    assert lint("train.py").code == 1
    (folder / "peft").mkdir()
    (folder / "peft" / "__init__.py").write_text("from .own import LoraConfig, get_peft_model\n")
    assert lint("train.py").code == 0


def test_a_copy_of_the_library_beside_the_script_is_the_library(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    (folder / "peft").mkdir()
    (folder / "peft" / "__init__.py").write_text("from .peft_model import PeftModel, PeftModelForCausalLM\n")
    (folder / "peft" / "peft_model.py").write_text("class PeftModelForCausalLM(PeftModel):\n    pass\n")
    assert lint("train.py").code == 1
