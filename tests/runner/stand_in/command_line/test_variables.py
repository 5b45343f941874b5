"""Variables of the environment that a script reads and nobody has set."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT

ASKED = {
    "one that it cannot do without": (
        'import json, os\nbase = os.environ["BASE"]\nprint(base, json.loads(os.environ["CREDENTIALS"]))\n'
    ),
    "one that it says it needs": (
        'import os\nbase = os.getenv("TUNED_FROM", "")\n'
        'if not base:\n    raise RuntimeError("set TUNED_FROM to a model")\n'
    ),
    "one under another name": 'import os\nBASE = os.environ.get("base")\nassert BASE is not None\n',
}


@pytest.mark.parametrize("text", ASKED.values(), ids=ASKED.keys())
def test_it_is_made_up_and_said(run: Run, text: str) -> None:
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any(said.startswith("environment variable ") for said in ran.json["after"]["neutralised"])


def test_one_that_it_does_without_is_not(run: Run) -> None:
    ran = run('import os\nassert os.environ.get("BASE") is None\n' + KEPT)
    assert ran.exit == 0, ran.json["reason"]
