"""Data sets that a script puts together, of which none is here."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import KEPT


def test_data_sets_that_are_put_together_have_their_columns_in_one_form(run: Run) -> None:
    text = """\
from datasets import concatenate_datasets, load_dataset

mixed = [load_dataset(name, split="train") for name in ("Intel/orca_dpo_pairs", "mlabonne/orpo-dpo-mix-40k")]
mixed = [rows.select_columns(["chosen", "rejected"]) for rows in mixed]
rows = concatenate_datasets([*mixed, mixed[0].select(range(0))])
assert all(row["chosen"][-1]["role"] == "assistant" for row in rows)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
