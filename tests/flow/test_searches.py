"""A search trains several models and keeps the best: the others were only measured."""

from __future__ import annotations

import pytest

import lora_lint

SEARCH = """\
import itertools
from collections import defaultdict

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

results, scores, models, by_rank = [], {{}}, {{}}, defaultdict(list)
for rank in (4, 8):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=rank))
    trainer = Trainer(model, TrainingArguments("search", save_strategy="no"), train_dataset=rows)
    trainer.train()
    scores[rank] = trainer.evaluate()["eval_loss"]
    models[rank] = trainer.model
    results.append((scores[rank], trainer.model))
    by_rank[rank].append((scores[rank], trainer.model))
best = {best}
{kept}
"""
WAYS = [
    "min(results, key=lambda pair: pair[0])[1]",
    "sorted(results, key=lambda pair: pair[0])[0][1]",
    "models[min(scores, key=scores.get)]",
    "max(itertools.chain.from_iterable(by_rank.values()), key=lambda pair: -pair[0])[1]",
]


def findings(best: str, kept: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SEARCH.format(best=best, kept=kept))]


@pytest.mark.parametrize("best", WAYS)
def test_the_best_of_several_is_saved(best: str) -> None:
    assert findings(best, 'best.save_pretrained("best")') == []


@pytest.mark.parametrize("best", WAYS)
def test_the_best_of_several_is_merged_and_no_adapter_is_saved(best: str) -> None:
    assert findings(best, 'best.merge_and_unload().save_pretrained("best")') == ["save-after-merge"]


def test_all_are_saved_in_the_order_of_their_scores() -> None:
    every = 'for score, model in sorted(results):\n    model.save_pretrained(f"out/{score}")'
    assert findings("None", every) == []
