"""scipy.spatial: how far rows of numbers are from each other."""

from __future__ import annotations

from typing import Any


def _rows(values: Any) -> Any:
    import numpy

    return numpy.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float)


def cdist(XA: Any, XB: Any, metric: Any = "euclidean", *args: Any, **options: Any) -> Any:
    """Of each row of one from each of another."""
    import numpy

    first, second = _rows(XA), _rows(XB)
    if metric == "cosine":
        lengths = [numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-12) for rows in (first, second)]
        return 1 - (first / lengths[0]) @ (second / lengths[1]).T
    apart = numpy.abs(first[:, None, :] - second[None, :, :])
    if metric in ("cityblock", "manhattan"):
        return apart.sum(axis=-1)
    squares = (apart**2).sum(axis=-1)
    return squares if metric == "sqeuclidean" else numpy.sqrt(squares)


def _between(metric: str) -> Any:
    def distance(u: Any, v: Any, *args: Any, **options: Any) -> float:
        return float(cdist(_rows(u).reshape(1, -1), _rows(v).reshape(1, -1), metric)[0, 0])

    return distance


def pdist(X: Any, metric: Any = "euclidean", *args: Any, **options: Any) -> Any:
    import numpy

    return cdist(X, X, metric)[numpy.triu_indices(len(X), 1)]


def squareform(X: Any, *args: Any, **options: Any) -> Any:
    """A list of pairs as a square, and the other way round."""
    import numpy

    values = _rows(X)
    if values.ndim == 2:
        return values[numpy.triu_indices(len(values), 1)]
    size = round((1 + (1 + 8 * len(values)) ** 0.5) / 2)
    found = numpy.zeros((size, size))
    found[numpy.triu_indices(size, 1)] = values
    return found + found.T


def jensenshannon(p: Any, q: Any, *args: Any, **options: Any) -> float:
    import numpy

    first, second = (_rows(values) / max(float(_rows(values).sum()), 1e-12) for values in (p, q))
    middle = numpy.maximum((first + second) / 2, 1e-12)
    told = [(part * numpy.log(numpy.maximum(part, 1e-12) / middle)).sum() for part in (first, second)]
    return float(numpy.sqrt(max(0.0, sum(told) / 2)))


class Tree:
    """scipy.spatial.KDTree: the nearest rows, looked for one by one."""

    def __init__(self, data: Any, *args: Any, **options: Any) -> None:
        self.data = _rows(data)
        self.n = len(self.data)

    def query(self, x: Any, k: int = 1, *args: Any, **options: Any) -> tuple[Any, Any]:
        import numpy

        wanted = _rows(x)
        apart = cdist(numpy.atleast_2d(wanted), self.data)
        places = apart.argsort(axis=1)[:, :k]
        far = numpy.take_along_axis(apart, places, axis=1)
        found = [part[:, 0] if k == 1 else part for part in (far, places)]
        return (found[0][0], found[1][0]) if wanted.ndim == 1 else (found[0], found[1])


HOMES: dict[str, dict[str, Any]] = {
    "spatial": {"KDTree": Tree, "cKDTree": Tree},
    "spatial.distance": {
        "cdist": cdist, "pdist": pdist, "squareform": squareform, "jensenshannon": jensenshannon,
        **{name: _between(name) for name in ("cosine", "euclidean", "sqeuclidean", "cityblock")},
    },
}  # fmt: skip
