"""What a model is, line by line: the pages in `states/`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.flow.states import Script, revealed, scripts

PAGES = sorted((Path(__file__).parent / "states").glob("*.md"))
SCRIPTS = [pytest.param(script, id=f"{page.stem}: {script.name}") for page in PAGES for script in scripts(page)]


@pytest.mark.parametrize("script", SCRIPTS)
def test_states(script: Script) -> None:
    assert script.asked
    assert revealed(script) == {row: sorted(states) for row, states in script.asked.items()}
