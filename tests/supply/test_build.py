"""The distribution: what is in it, and that it is the same bytes wherever and whenever it is built."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

import lora_lint

ROOT = Path(__file__).resolve().parents[2]
VERSION = lora_lint.__version__
WHEEL, SDIST = f"lora_lint-{VERSION}-py3-none-any.whl", f"lora_lint-{VERSION}.tar.gz"


def tracked() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def build(source: Path, target: Path, epoch: int | None) -> Path:
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    if epoch is not None:
        environment["SOURCE_DATE_EPOCH"] = str(epoch)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", target],
        cwd=source,
        env=environment,
        capture_output=True,
        check=True,
    )
    return target


@pytest.fixture(scope="module")
def checkouts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two copies of this checkout: other folders, other times, other modes of the files."""
    copies = tmp_path_factory.mktemp("one") / "checkout", tmp_path_factory.mktemp("two") / "another checkout"
    for n, copy in enumerate(copies):
        for name in sorted(tracked(), reverse=bool(n)):
            path = copy / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, path)
            os.utime(path, (1_600_000_000 + n * 86_400, 1_600_000_000 + n * 86_400))
            path.chmod(0o600 if n else 0o644)
    return copies


@pytest.fixture(scope="module")
def built(checkouts: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    first, second = (
        build(copy, tmp_path_factory.mktemp("dist"), 1_750_000_000) for copy in checkouts
    )  # as `make dist` does, with the time of the commit
    return first, second


@pytest.mark.parametrize("name", [WHEEL, SDIST])
def test_two_builds_are_the_same_bytes(built: tuple[Path, Path], name: str) -> None:
    first, second = (folder / name for folder in built)
    assert first.read_bytes() == second.read_bytes()


def test_the_time_is_the_one_that_was_given(
    built: tuple[Path, Path], checkouts: tuple[Path, Path], tmp_path: Path
) -> None:
    other = build(checkouts[0], tmp_path, 1_760_000_000)
    assert (other / WHEEL).read_bytes() != (built[0] / WHEEL).read_bytes()
    with tarfile.open(built[0] / SDIST) as archive:
        assert {member.mtime for member in archive.getmembers()} == {1_750_000_000}


def test_the_sdist_makes_the_same_wheel(built: tuple[Path, Path], tmp_path: Path) -> None:
    with tarfile.open(built[0] / SDIST) as archive:
        archive.extractall(tmp_path, filter="data")
    again = build(tmp_path / f"lora_lint-{VERSION}", tmp_path / "dist", 1_750_000_000)
    assert (again / WHEEL).read_bytes() == (built[0] / WHEEL).read_bytes()


def test_the_wheel_holds_the_three_packages_and_nothing_else(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[0] / WHEEL) as archive:
        names = set(archive.namelist())
        metadata = HeaderParser().parsestr(archive.read(f"lora_lint-{VERSION}.dist-info/METADATA").decode())
    code = {name.partition("/")[2] for name in tracked() if re.match(r"(rules|lsp|runner)/lora_lint", name)}
    assert {name for name in names if ".dist-info/" not in name} == code
    assert {f"{package}/py.typed" for package in ("lora_lint", "lora_lint_lsp", "lora_lint_runner")} <= names
    assert f"lora_lint-{VERSION}.dist-info/licenses/LICENSE" in names
    assert metadata["License-Expression"] == "Apache-2.0"


def test_one_version_everywhere() -> None:
    extension = re.search(r'"version": "([^"]+)"', (ROOT / "vscode-extension/package.json").read_text())
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    hook = re.search(r"rev: v(\S+)", (ROOT / "README.md").read_text())
    assert [found and found[1] for found in (extension, newest, hook)] == [VERSION] * 3
