"""Metrics that are not installed: every score is 0.0, under every name that it is asked for."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

NAMES = (
    "accuracy f1 precision recall matthews_correlation pearson pearsonr spearmanr exact_match rouge1 "
    "rouge2 rougeL rougeLsum wer cer bleu score meteor mse mae roc_auc perplexity mean_perplexity "
    "overall_precision overall_recall overall_f1 overall_accuracy sacrebleu chrf ter bertscore mean_iou "
    "mean_accuracy"
).split()


class Score(float):
    """A float, 0.0, that is also every method, item and part of a metric."""

    def __new__(cls, *args: Any, **options: Any) -> Score:
        return super().__new__(cls, 0.0)

    def __call__(self, *args: Any, **options: Any) -> Any:
        return Score()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return compute if name in ("compute", "compute_metrics") else Score()

    def __getitem__(self, key: Any) -> Any:
        return Score()

    def __iter__(self) -> Any:
        return iter((Score(), Score(), Score(), Score()))

    def __bool__(self) -> bool:
        return True


class Scores(dict):  # type: ignore[type-arg]
    """What `metric.compute()` gives."""

    def __missing__(self, key: Any) -> Any:
        return Score()


def compute(*args: Any, **options: Any) -> Scores:
    return Scores(dict.fromkeys(NAMES, 0.0))


def fill(module: ModuleType) -> None:
    """What of these packages is more than a score."""
    if module.__name__ == "sklearn.model_selection":
        module.__dict__["train_test_split"] = train_test_split
    if module.__name__ in ("sklearn", "nltk", "sklearn.utils"):
        module.__dict__["shuffle"] = lambda *arrays, **options: arrays[0] if len(arrays) == 1 else arrays
    if module.__name__ == "sklearn.preprocessing":
        module.__dict__["LabelEncoder"] = LabelEncoder
    if module.__name__ in ("nltk", "nltk.tokenize"):
        module.__dict__["sent_tokenize"] = lambda text, *a: [s for s in text.split(". ") if s]
        module.__dict__["word_tokenize"] = lambda text, *a: text.split()
    if "." in module.__name__:
        parent, name = module.__name__.rsplit(".", 1)
        if parent in sys.modules:
            setattr(sys.modules[parent], name, module)


def train_test_split(*arrays: Any, test_size: Any = None, train_size: Any = None, **options: Any) -> list[Any]:
    """scikit-learn's, without shuffling."""
    count = len(arrays[0])
    size = test_size if test_size is not None else 0.25
    cut = count - (int(count * size) if isinstance(size, float) else min(int(size), count - 1))
    cut = min(max(cut, 1), count - 1) if count > 1 else count
    found: list[Any] = []
    for array in arrays:
        rows = getattr(array, "iloc", array)
        found += [rows[:cut], rows[cut:]]
    return found


class LabelEncoder:
    """Numbers for labels, in sorted order."""

    classes_: list[Any] = []

    def fit(self, values: Any) -> LabelEncoder:
        self.classes_ = sorted(set(values))
        return self

    def transform(self, values: Any) -> list[int]:
        return [self.classes_.index(v) for v in values]

    def fit_transform(self, values: Any) -> list[int]:
        return self.fit(values).transform(values)

    def inverse_transform(self, values: Any) -> list[Any]:
        return [self.classes_[v] for v in values]
