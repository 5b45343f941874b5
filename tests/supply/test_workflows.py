"""What GitHub runs for the project and its users: checked by the programs made for that."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
NAMES = [path.name for path in WORKFLOWS]


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return loaded


@pytest.mark.parametrize("path", WORKFLOWS, ids=NAMES)
def test_every_action_is_pinned_by_hash_and_says_its_release(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    outside = [line for line in used if not line.startswith("./")]
    assert outside
    assert [line for line in outside if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=NAMES)
def test_nothing_is_permitted_but_what_a_job_names(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"] == {}
    written = {
        f"{name}: {permission}"
        for name, job in jobs(path).items()
        for permission, access in job.get("permissions", {}).items()
        if access == "write"
    }
    assert (
        written
        == {
            "ci.yml": set(),
            "docs.yml": {"deploy: pages", "deploy: id-token"},
            "release.yml": {
                "attest: id-token",
                "attest: attestations",
                "python-index: id-token",
                "marketplace: id-token",
                "github: contents",
            },
        }[path.name]
    )


def test_only_what_was_tested_and_attested_is_published() -> None:
    release = jobs(ROOT / ".github/workflows/release.yml")
    assert set(release["attest"]["needs"]) == {"test", "build", "extension"}
    assert {release[name]["needs"] for name in ("python-index", "marketplace", "open-vsx")} == {"attest"}


def test_the_extension_is_built_for_every_platform_it_has_libraries_for() -> None:
    targets = re.findall(r"^  '([\w-]+)': '\w+',$", (ROOT / "vscode-extension/scripts/bundle.mjs").read_text(), re.M)
    matrix = jobs(ROOT / ".github/workflows/release.yml")["extension"]["strategy"]["matrix"]
    assert matrix["target"] == targets


def test_continuous_integration_runs_what_a_developer_runs() -> None:
    steps = jobs(ROOT / ".github/workflows/ci.yml")["checks"]["steps"]
    assert steps[-1] == {"run": ".ci/run"}


@pytest.mark.parametrize("place", [".github/workflows", "action.yml"])
def test_zizmor_finds_nothing(place: str) -> None:
    zizmor = Path(sysconfig.get_path("scripts")) / "zizmor"
    done = subprocess.run([zizmor, "--offline", "--quiet", ROOT / place], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    loose = WORKFLOWS[0].read_text(encoding="utf-8")
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(re.sub(r"@[0-9a-f]{40}", "@main", loose))
    zizmor = Path(sysconfig.get_path("scripts")) / "zizmor"
    assert subprocess.run([zizmor, "--offline", "--quiet", tmp_path], capture_output=True, check=False).returncode > 0


def test_actionlint_finds_nothing() -> None:
    actionlint = shutil.which("actionlint")
    if actionlint is None:
        pytest.skip("actionlint, which is no Python package, is not on the path")
    assert subprocess.run([actionlint, *WORKFLOWS], capture_output=True, check=False).returncode == 0
