"""What a trainer that rewards answers is fed with."""

from __future__ import annotations

import pytest

from lora_lint_runner.child.stand_in.training import feeding


def test_rows_have_what_the_scripts_own_rewards_take_by_name() -> None:
    pytest.importorskip("datasets")

    def right(completions: list[str], ground_truth: list[str], weight: float = 1.0, **more: object) -> list[float]:
        return [weight * (a == b) for a, b in zip(completions, ground_truth)]

    rows = feeding._texts(feeding.OF_TRAINERS["grpo"], {"reward_funcs": [right, "acme/reward-model"]})
    assert sorted(rows.column_names) == ["ground_truth", "prompt"]
