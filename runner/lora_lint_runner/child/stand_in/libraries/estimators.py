"""What scikit-learn fits to rows: it answers in the shapes of the real ones, and has learned nothing."""

from __future__ import annotations

from typing import Any

from ..scoring import VALUE, Score

HOMES = tuple(
    f"sklearn.{part}"
    for part in (
        "calibration", "cluster", "covariance", "cross_decomposition", "decomposition", "discriminant_analysis",
        "dummy", "ensemble", "gaussian_process", "impute", "isotonic", "kernel_approximation", "kernel_ridge",
        "linear_model", "manifold", "mixture", "multiclass", "multioutput", "naive_bayes", "neighbors",
        "neural_network", "pipeline", "preprocessing", "random_projection", "semi_supervised", "svm", "tree",
    )
)  # fmt: skip
WIDTHS = ("n_components", "n_clusters", "n_neighbors")


def fallback(home: str, name: str) -> Any:
    """A class of those modules, or a score."""
    return type(name, (Estimator,), {"__module__": home}) if home in HOMES and name[:1].isupper() else Score()


class Estimator:
    """A classifier, a regression, clusters or fewer columns: which of them, its rows and the calls tell."""

    def __init__(self, *parts: Any, **options: Any) -> None:
        self.__dict__.update(options)
        counts = [options[name] for name in WIDTHS if name in options] + list(parts)
        self._width = next((n for n in counts if isinstance(n, int) and not isinstance(n, bool)), None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Score()

    def fit(self, rows: Any, labels: Any = None, **options: Any) -> Any:
        import numpy

        count, columns = len(rows), numpy.shape(rows)[-1]
        self.n_features_in_ = columns
        width = min(self._width or columns, max(count, 1))
        self.explained_variance_ratio_ = self.explained_variance_ = numpy.full(width, 1 / width)
        self.components_ = numpy.eye(width, columns)
        known = numpy.asarray(labels if labels is not None else numpy.arange(count) % width)
        self._measured = known.dtype.kind == "f" and bool((known != known.round()).any())
        self.classes_ = known[:1] if self._measured else numpy.unique(known, axis=0)
        self.labels_ = self.classes_[numpy.arange(count) % len(self.classes_)]
        self.cluster_centers_ = numpy.zeros((width, columns))
        return self

    def transform(self, rows: Any) -> Any:
        import numpy

        held = numpy.asarray(rows, dtype=float).reshape(len(rows), -1)
        width = self._width or held.shape[1]
        return numpy.pad(held, ((0, 0), (0, max(0, width - held.shape[1]))))[:, :width]

    def fit_transform(self, rows: Any, labels: Any = None, **options: Any) -> Any:
        return self.fit(rows, labels).transform(rows)

    def predict(self, rows: Any) -> Any:
        """Each of the classes in turn; of what was measured always the first."""
        import numpy

        return self.classes_[numpy.arange(len(rows)) % len(self.classes_)]

    def fit_predict(self, rows: Any, labels: Any = None, **options: Any) -> Any:
        return self.fit(rows, labels).predict(rows)

    def predict_proba(self, rows: Any) -> Any:
        import numpy

        return numpy.full((len(rows), len(self.classes_)), 1 / len(self.classes_))

    def decision_function(self, rows: Any) -> Any:
        import numpy

        return numpy.zeros(len(rows) if len(self.classes_) < 3 else (len(rows), len(self.classes_)))

    def kneighbors(self, rows: Any, n_neighbors: int | None = None, **options: Any) -> Any:
        """Distances, and places of rows: the first ones."""
        import numpy

        width = n_neighbors or self._width or 5
        return numpy.zeros((len(rows), width)), numpy.tile(numpy.arange(width), (len(rows), 1))

    def score(self, *args: Any, **options: Any) -> float:
        return VALUE

    def get_params(self, *args: Any, **options: Any) -> dict[str, Any]:
        return {name: held for name, held in vars(self).items() if not name.endswith("_") and name[0] != "_"}

    def set_params(self, **options: Any) -> Any:
        self.__dict__.update(options)
        return self


def cosine_similarity(left: Any, right: Any = None, **options: Any) -> Any:
    """As the real one: what lies nearest is picked by it."""
    import numpy

    sides = [numpy.asarray(side, dtype=float) for side in (left, left if right is None else right)]
    one, other = (side / (numpy.linalg.norm(side, axis=1, keepdims=True) + 1e-12) for side in sides)
    return one @ other.T
