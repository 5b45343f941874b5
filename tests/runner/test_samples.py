"""The scripts of tests/data/run: on the releases of this environment, and on the oldest that the runner supports.

The oldest have an environment of their own, which `make old-stack` makes. Some scripts are written for newer releases:
what stops them there is the script's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "run"
OLD = ROOT / ".venv-old-stack" / "bin" / "python"
FOR_NEWER = {
    "s03_sft.py": "SFTConfig of trl 0.12.2 has no max_length: other releases have it",  # max_seq_length in trl 0.12
    "s08_vit.py": "not found in the base model",  # query and value before 5.0
}

NOT_THERE = ("s08_vit.py",)  # what nothing can stand in for: the others are confirmed beside what they lack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


def verdicts(ran: Ran) -> dict[str, str]:
    """The verdict on each script; where it is not confirmed, with the reason."""
    told = {o["script"]: o["verdict"] if o["verdict"] == "confirmed" else o["reason"] for o in ran.json}
    return {Path(script).name: verdict for script, verdict in told.items()}


def test_every_sample_is_confirmed(lora_lint: Callable[..., Ran]) -> None:
    ran = lora_lint("--run", SAMPLES, "--python", sys.executable, "--output-format", "json", "--time-limit", "600")
    assert verdicts(ran) == {path.name: "confirmed" for path in sorted(SAMPLES.glob("*.py"))}


@pytest.mark.skipif(not OLD.exists(), reason="the environment with the oldest releases is not there: make old-stack")
def test_every_sample_for_the_oldest_releases_is_confirmed_on_them(lora_lint: Callable[..., Ran]) -> None:
    ran = lora_lint("--run", SAMPLES, "--python", OLD, "--output-format", "json", "--time-limit", "600")
    assert {o["versions"]["peft"] for o in ran.json} == {"0.13.2"}
    reasons = {Path(o["script"]).name: o["reason"] for o in ran.json}
    for name, why in FOR_NEWER.items():
        assert why in reasons[name]
    found = {name: verdict for name, verdict in verdicts(ran).items() if name not in NOT_THERE}
    assert set(found.values()) == {"confirmed"}, found
