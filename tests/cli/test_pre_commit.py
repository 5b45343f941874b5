"""The hooks, in a real repository, with the real pre-commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_samples import BAD, ROOT

SAVED = 'model.save_pretrained("out-adapter")'


def git(folder: Path, *argv: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *argv], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the hooks: this checkout, as it stands."""
    repository = tmp_path_factory.mktemp("hooks") / "lora-lint"
    wanted = ("rules", "lsp", "runner", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "--", *wanted).splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, repository / name)
    git(repository, "init", "-q", "-b", "main")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "hooks")
    return repository


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_fails_on_the_bad_script_fixes_it_and_passes_and_fails_on_a_broken_one(hooks: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "-q", "-b", "main")
    revision = git(hooks, "rev-parse", "HEAD").strip()
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: lora-lint\n"
        "  - id: lora-lint-fix\n    stages: [manual]\n"
    )
    (project / "train.py").write_text(BAD)
    (project / "notes.txt").write_text("merge_and_unload\n")
    git(project, "add", ".")
    settings = {"PRE_COMMIT_HOME": str(tmp_path / "store"), "SKIP": ""}

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files", *argv]
        return subprocess.run(command, cwd=project, env={**os.environ, **settings}, capture_output=True, text=True)

    failed = run()
    if "An unexpected error has occurred" in failed.stdout and "pip" in failed.stdout:
        if "No matching distribution" in failed.stdout or "Could not find a version" in failed.stdout:
            pytest.skip("the hook's environment cannot be installed here")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "train.py:15:1: error LL101 save-after-merge" in failed.stdout

    fixed = run("lora-lint-fix", "--hook-stage", "manual")
    assert fixed.returncode == 1  # pre-commit fails where a hook changed a file
    assert "files were modified by this hook" in fixed.stdout
    assert SAVED in (project / "train.py").read_text()

    git(project, "add", ".")
    passed = run()
    assert passed.returncode == 0, passed.stdout
    git(project, "commit", "-q", "-m", "trains, and keeps its adapter")

    (project / "eval.py").write_text("def evaluate(:\n")
    git(project, "add", ".")
    unread = run()
    assert unread.returncode == 1
    assert "eval.py:1: not valid Python" in unread.stdout  # pre-commit shows nothing of a hook that passes
