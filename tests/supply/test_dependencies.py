"""What the project stands on: few things, each with a reason, and in development each with a hash."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements/dev.txt").read_text(encoding="utf-8")
# may be passed on with Apache-2.0 code; MPL-2.0 asks for its own files only
FREE = re.compile(r"MIT|BSD|Apache|MPL|Mozilla|PSF|Python Software Foundation|ISC")


def required() -> dict[str, Requirement]:
    """What a user installs, by name: the linter, and the extras."""
    lines = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
    return {requirement.name: requirement for requirement in map(Requirement, lines)}


def rows() -> dict[str, list[str]]:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| [")
    ]
    return {re.sub(r"\[([^]]+)].*", r"\1", row[0]).lower(): row[1:] for row in cells}


def licence(name: str) -> str:
    found = metadata(name)
    classifiers = [c.rpartition(":: ")[2] for c in found.get_all("Classifier") or [] if c.startswith("License ::")]
    return found.get("License-Expression") or " ".join(classifiers) or (found.get("License") or "").partition("\n")[0]


def test_each_dependency_has_its_row_with_a_reason() -> None:
    assert set(rows()) == {name.lower() for name in required()}
    assert all(len(row) == 4 and all(row) for row in rows().values())


@pytest.mark.parametrize("name", sorted(required()))
def test_each_licence_can_be_passed_on_and_is_the_one_on_the_page(name: str) -> None:
    try:
        found = licence(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed here")
    assert FREE.search(found), found
    assert set(FREE.findall(rows()[name.lower()][1])) & set(FREE.findall(found.replace("Mozilla", "MPL"))), found


def test_everything_in_the_lock_is_pinned_by_version_and_hash() -> None:
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", LOCK, flags=re.MULTILINE))
    entries = [entry for entry in entries if entry.strip()]
    assert len(entries) > 100
    assert [entry for entry in entries if not re.match(r"[\w.-]+(\[.*])?==\S+ .*\\\n", entry)] == []
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_torch_is_pinned_apart() -> None:
    assert not re.search(r"^torch==", LOCK, re.MULTILINE)
    assert re.search(r"^torch==[\d.]+$", (ROOT / "requirements/torch.txt").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_lock_has_what_the_project_and_its_development_ask_for() -> None:
    wanted = [line.partition("=")[0].strip() for line in (ROOT / "requirements/dev.in").read_text().splitlines()]
    wanted = [name for name in wanted if name and not name.startswith("#")] + ["libcst", "pathspec", "pygls", "shtab"]
    assert [name for name in wanted if not re.search(rf"^{re.escape(name)}==", LOCK, re.MULTILINE)] == []
