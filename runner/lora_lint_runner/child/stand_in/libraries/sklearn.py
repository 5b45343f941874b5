"""A small scikit-learn: splits of rows and encoders of labels as it makes them, scores that are 0.5, and what it fits
(see `estimators`); the splits of iterative-stratification, too."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import partial
from types import ModuleType
from typing import Any

from ...context import Run
from ..scoring import VALUE
from .estimators import cosine_similarity, fallback


def taken(rows: Any, places: Sequence[int]) -> Any:
    """The rows at some places, in the container that they came in."""
    if hasattr(rows, "iloc"):
        return rows.iloc[list(places)]
    if hasattr(rows, "select"):
        return rows.select(list(places))
    if hasattr(rows, "shape"):
        return rows[list(places)]
    return [rows[i] for i in places]


def train_test_split(
    *arrays: Any,
    test_size: Any = None,
    train_size: Any = None,
    random_state: Any = 0,
    shuffle: bool = True,
    **more: Any,
) -> list[Any]:
    """As the real one; a size that leaves no rows is an eighth."""
    count = len(arrays[0])
    size = test_size if test_size is not None else 0.25 if train_size is None else None
    if size is None:
        size = 1 - train_size if isinstance(train_size, float) else count - train_size
    tested = round(size * count) if isinstance(size, float) else int(size)
    if not 0 < tested < count:
        tested = max(1, count // 8)
    places = list(range(count))
    if shuffle:
        random.Random(random_state if isinstance(random_state, int) else 0).shuffle(places)
    found = []
    for rows in arrays:
        found += [taken(rows, places[: count - tested]), taken(rows, places[count - tested :])]
    return found


class KFold:
    """Every kind of folds: rows in order, those of a group together."""

    def __init__(self, n_splits: int = 5, **options: Any) -> None:
        self.n_splits = n_splits

    def split(self, rows: Any, labels: Any = None, groups: Any = None) -> Iterator[tuple[Any, Any]]:
        import numpy

        places, known = numpy.arange(len(rows)), dict[Any, int]()
        of_group = [known.setdefault(group, len(known)) for group in (groups if groups is not None else ())]
        homes = numpy.array(of_group) if len(known) > 1 else places
        parts = min(self._parts(), len(known)) if len(known) > 1 else self._parts()
        for fold in range(self.n_splits):
            out = homes % parts == fold % parts
            yield places[~out], places[out]

    def _parts(self) -> int:
        return self.n_splits

    def get_n_splits(self, *args: Any, **options: Any) -> int:
        return self.n_splits


class ShuffleSplit(KFold):
    """As many draws of a fifth of the rows, also only one: `next(GroupShuffleSplit(n_splits=1).split(rows))`."""

    def _parts(self) -> int:
        return max(5, self.n_splits)


class LabelEncoder:
    """Labels as numbers."""

    def fit(self, labels: Any) -> LabelEncoder:
        import numpy

        self.classes_ = numpy.unique(numpy.asarray(list(labels)))
        return self

    def transform(self, labels: Any) -> Any:
        import numpy

        return numpy.searchsorted(self.classes_, numpy.asarray(list(labels)))

    def fit_transform(self, labels: Any) -> Any:
        return self.fit(labels).transform(labels)

    def inverse_transform(self, numbers: Any) -> Any:
        return self.classes_[numbers]


class MultiLabelBinarizer(LabelEncoder):
    """Lists of labels as rows of zeros and ones."""

    def __init__(self, classes: Any = None, **options: Any) -> None:
        self.classes = classes

    def fit(self, labels: Any) -> MultiLabelBinarizer:
        import numpy

        self.classes_ = numpy.array(
            self.classes if self.classes is not None else sorted({x for y in labels for x in y})
        )
        return self

    def transform(self, labels: Any) -> Any:
        import numpy

        return numpy.array([[int(name in set(row)) for name in self.classes_.tolist()] for row in labels])


class Scaler:
    """Columns of numbers about their mean, in units of their spread; every kind of scaler."""

    def __init__(self, **options: Any) -> None: ...

    def fit(self, rows: Any, y: Any = None) -> Scaler:
        import numpy

        found = numpy.asarray(rows, dtype=float)
        self.mean_, self.scale_ = found.mean(axis=0), found.std(axis=0) + 1e-9
        return self

    def transform(self, rows: Any) -> Any:
        import numpy

        return (numpy.asarray(rows, dtype=float) - self.mean_) / self.scale_

    def fit_transform(self, rows: Any, y: Any = None) -> Any:
        return self.fit(rows).transform(rows)

    def inverse_transform(self, rows: Any) -> Any:
        return rows * self.scale_ + self.mean_


def compute_class_weight(class_weight: Any = None, classes: Any = (), y: Any = (), **options: Any) -> Any:
    import numpy

    return numpy.ones(len(classes))


def classification_report(
    y_true: Any, y_pred: Any, labels: Any = None, target_names: Any = None, output_dict: bool = False, **options: Any
) -> Any:
    """A text, or scores by the names of classes."""
    names = (
        target_names if target_names is not None else labels if labels is not None else sorted(set(map(str, y_true)))
    )
    scores = {"precision": VALUE, "recall": VALUE, "f1-score": VALUE, "support": len(y_true)}
    found = {str(name): dict(scores) for name in (*names, "macro avg", "weighted avg")}
    if output_dict:
        return {**found, "accuracy": VALUE}
    return "\n".join(f"{name} {' '.join(map(str, row.values()))}" for name, row in found.items())


def confusion_matrix(y_true: Any, y_pred: Any, labels: Any = None, **options: Any) -> Any:
    """As the real one: it is drawn, and its diagonal summed."""
    import numpy

    true, told = (numpy.asarray(list(side)) for side in (y_true, y_pred))
    classes = list(labels if labels is not None else numpy.unique(numpy.concatenate([true, told])))
    return numpy.array([[int(((true == one) & (told == other)).sum()) for other in classes] for one in classes])


def curve(*args: Any, **options: Any) -> Any:
    """Of a classifier that guesses: two rates, and the thresholds."""
    import numpy

    return numpy.array([0.0, 1.0]), numpy.array([0.0, 1.0]), numpy.array([1.0, 0.0])


def shuffle(*arrays: Any, random_state: Any = 0, **options: Any) -> Any:
    places = list(range(len(arrays[0])))
    random.Random(random_state if isinstance(random_state, int) else 0).shuffle(places)
    found = [taken(rows, places) for rows in arrays]
    return found[0] if len(found) == 1 else found


PARTS: dict[str, dict[str, Any]] = {
    "sklearn.model_selection": {
        "train_test_split": train_test_split,
        **dict.fromkeys(("KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold"), KFold),
        **dict.fromkeys(("StratifiedShuffleSplit", "ShuffleSplit", "GroupShuffleSplit"), ShuffleSplit),
    },
    "sklearn.metrics": {
        "confusion_matrix": confusion_matrix,
        "classification_report": classification_report,
        **dict.fromkeys(("roc_curve", "precision_recall_curve"), curve),
    },
    "sklearn.preprocessing": {
        "LabelEncoder": LabelEncoder,
        "MultiLabelBinarizer": MultiLabelBinarizer,
        **dict.fromkeys(("StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler"), Scaler),
    },
    "iterstrat.ml_stratifiers": dict.fromkeys(
        ("MultilabelStratifiedKFold", "RepeatedMultilabelStratifiedKFold", "MultilabelStratifiedShuffleSplit"), KFold
    ),
    "sklearn.metrics.pairwise": {"cosine_similarity": cosine_similarity},
    "sklearn.utils": {"shuffle": shuffle},
    "sklearn.utils.class_weight": {"compute_class_weight": compute_class_weight},
}


def fill(module: ModuleType, run: Run) -> None:
    """Fills `sklearn` and its parts, and what splits the rows of several labels as it does."""
    module.__dict__.update(PARTS.get(module.__name__, {}), _fallback=partial(fallback, module.__name__))
