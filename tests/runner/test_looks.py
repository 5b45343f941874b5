"""What looks at a script that stopped, for what another attempt could try."""

from __future__ import annotations

from lora_lint_runner.child.stopped import retries


def test_a_look_that_stumbles_leaves_what_the_others_see() -> None:
    def stumbles(script: str) -> dict[str, object] | None:
        raise KeyError(script)

    assert retries._first((stumbles, lambda script: None, lambda script: {"rows": 8}), "train.py") == {"rows": 8}
    assert retries._first((stumbles,), "train.py") is None
