"""What the one finding of a script is corrected to."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from lora_lint import check_source
from lora_lint.fixes.applying.edited import apply_edits


@pytest.fixture
def fixed(request: pytest.FixtureRequest) -> Callable[[str], str | None]:
    """The lines behind the HEAD of the test's module after the fix of the one finding; None where it has no fix."""
    head: str = request.module.HEAD

    def mended(script: str) -> str | None:
        text = head + dedent(script)
        [finding] = check_source(text, filename="train.py")
        return apply_edits(text, finding.fix.edits).removeprefix(head) if finding.fix is not None else None

    return mended
