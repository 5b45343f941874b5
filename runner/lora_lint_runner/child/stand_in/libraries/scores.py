"""Metrics that are not installed: every score is 0.0, under every name that it is asked for."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run
from ..scoring import Score

WHOLE: dict[str, dict[str, Any]] = {}


def fill(module: ModuleType, run: Run) -> None:
    """What of these packages is more than a score."""
    module.__dict__.update(WHOLE.get(module.__name__, {}), _fallback=lambda name: Score())


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


def shuffle(*arrays: Any, **options: Any) -> Any:
    """Left in order."""
    return arrays[0] if len(arrays) == 1 else arrays


def sentences(text: str, *args: Any) -> list[str]:
    return [s for s in text.split(". ") if s]


def class_weights(*args: Any, classes: Any = (), **options: Any) -> Any:
    """All alike."""
    import numpy

    return numpy.ones(len(classes))


WHOLE.update(
    {
        "sklearn.model_selection": {"train_test_split": train_test_split},
        "sklearn.utils": {"shuffle": shuffle},
        "sklearn.utils.class_weight": {"compute_class_weight": class_weights},
        "sklearn.preprocessing": {"LabelEncoder": LabelEncoder},
        "nltk": {"sent_tokenize": sentences, "word_tokenize": str.split, "download": lambda *a, **k: True},
        "nltk.tokenize": {"sent_tokenize": sentences, "word_tokenize": str.split},
    }
)
