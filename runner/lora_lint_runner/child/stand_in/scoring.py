"""A score that is 0.5 under every name: what stands for a metric's value.

Neither the best nor the worst: the first one is better than what a search for the best begins with, on both sides.
"""

from __future__ import annotations

from typing import Any

VALUE = 0.5
NAMES = (
    "accuracy f1 precision recall matthews_correlation pearson pearsonr spearmanr exact_match rouge1 "
    "rouge2 rougeL rougeLsum wer cer bleu score meteor mse mae roc_auc perplexity mean_perplexity "
    "overall_precision overall_recall overall_f1 overall_accuracy sacrebleu chrf ter bertscore mean_iou "
    "mean_accuracy"
).split()
COMPUTES = ("compute", "_compute", "compute_metrics")


class Score(float):
    """A float, 0.5, that is also every method, item and part of a metric."""

    def __new__(cls, *args: Any, **options: Any) -> Score:
        return super().__new__(cls, VALUE)

    def __call__(self, *args: Any, **options: Any) -> Any:
        return Score()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") and name not in COMPUTES:  # by such names numpy knows its own arrays
            raise AttributeError(name)
        if name == "compute_score":  # of pycocoevalcap: that of all captions, and those of each
            return lambda *args, **options: (Score(), Score())
        if name in ("items", "keys", "values"):  # of several scores by name, each with parts of its own
            return getattr(dict.fromkeys(NAMES, Score()), name)
        return compute if name in COMPUTES else Score()

    def __getitem__(self, key: Any) -> Any:
        return Score()

    def __setitem__(self, key: Any, value: Any) -> None: ...

    def __contains__(self, key: Any) -> bool:
        return False

    def __iter__(self) -> Any:
        return iter((Score(), Score(), Score(), Score()))

    def __len__(self) -> int:
        return 4

    def __bool__(self) -> bool:
        return True


class Scores(dict):  # type: ignore[type-arg]
    """What `metric.compute()` gives: of most metrics several scores by name, of some, as wer, one number."""

    def __float__(self) -> float:
        return VALUE

    def __mul__(self, other: Any) -> Any:
        return VALUE * other

    __rmul__ = __mul__

    def __add__(self, other: Any) -> Any:
        return VALUE + other

    __radd__ = __add__

    def __rsub__(self, other: Any) -> Any:
        return other - VALUE

    def __round__(self, digits: int | None = None) -> Any:
        return round(VALUE, digits)

    def __format__(self, form: str) -> str:
        return format(VALUE, form) if form else str(self)

    def __lt__(self, other: Any) -> bool:
        return bool(other > VALUE)

    def __gt__(self, other: Any) -> bool:
        return bool(other < VALUE)

    def __missing__(self, key: Any) -> Any:
        return Score()

    def pop(self, key: Any, default: Any = None) -> Any:
        return super().pop(key, Score() if default is None else default)


def compute(*args: Any, **options: Any) -> Scores:
    return Scores(dict.fromkeys(NAMES, VALUE))
