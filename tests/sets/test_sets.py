"""Every marked script: each finding where its mark stands, and none anywhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.sets.marks import as_good, faults, read
from tests.sets.scripts import DATA, PREVIEW, VARIANTS, found_in

import lora_lint

CASES = sorted(p for p in (DATA / "cases").glob("*/*.py") if not p.name.startswith(("_", "run_case")))
TWINS = sorted((DATA / "twins").glob("*.py"))  # that differ in a line or two, of shapes that the variants lack
PROJECTS: list[dict[str, Any]] = json.loads((DATA / "projects/meta.json").read_text(encoding="utf-8"))

# what is known to be missed, and why; a case that is caught one day fails here, and leaves this list
MISSED: dict[str, str] = {}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant["name"].removesuffix(".py"))
def test_a_variant(variant: dict[str, Any]) -> None:
    name = variant["name"]
    marked = read({name: as_good((DATA / "variants" / name).read_text(encoding="utf-8"), variant["also"])})
    assert bool(marked.wanted) is (variant["label"] == "bad")
    assert faults(marked, found_in(marked.texts[name], name)) == ([], [])


def case_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", CASES, ids=case_id)
def test_a_case(path: Path, request: pytest.FixtureRequest) -> None:
    if case_id(path) in MISSED:
        request.applymarker(pytest.mark.xfail(strict=True, reason=MISSED[case_id(path)]))
    marked = read({path.name: path.read_text(encoding="utf-8")})
    assert bool(marked.wanted) is path.name.startswith("bad")
    assert faults(marked, found_in(marked.texts[path.name], path.name)) == ([], [])


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
def test_a_twin(path: Path) -> None:
    marked = read({path.name: path.read_text(encoding="utf-8")})
    assert bool(marked.wanted) is path.stem.endswith("_bad")
    assert faults(marked, found_in(marked.texts[path.name], path.name)) == ([], [])


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project["project"])
@pytest.mark.parametrize("side", ["bad", "ok"])
def test_a_project(project: dict[str, Any], side: str, tmp_path: Path) -> None:
    folder = DATA / "projects" / project["project"] / side
    if not folder.exists():
        pytest.skip("has no such side")
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    if side == "bad":
        for place in project["also"]:
            name, _, row = place.rpartition(":")
            texts[name] = as_good(texts[name], [int(row)])
    marked = read(texts)
    for name, text in marked.texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = lora_lint.check_paths([tmp_path], PREVIEW)
    assert result.problems == []
    found = [(Path(f.filename).relative_to(tmp_path).as_posix(), f.location.row, f.name) for f in result.findings]
    assert faults(marked, found) == ([], [])
