"""scipy.stats: how two rows of numbers go together, and what one of them is like. As the documentation of scipy
1.16; where that has NaN (all numbers are the same), here is 0."""

from __future__ import annotations

import math
from typing import Any, NamedTuple


class Result(NamedTuple):
    """A test's: taken apart, by its places or by its names."""

    statistic: Any
    pvalue: Any

    @property
    def correlation(self) -> Any:
        return self.statistic


def pearsonr(x: Any, y: Any, *args: Any, **options: Any) -> Result:
    import numpy

    first, second = (numpy.asarray(values, dtype=float).ravel() for values in (x, y))
    first, second = first - first.mean(), second - second.mean()
    length = math.sqrt(float((first**2).sum() * (second**2).sum()))
    return Result(float((first * second).sum()) / length if length else 0.0, 0.5)


def rankdata(a: Any, *args: Any, **options: Any) -> Any:
    """Places from 1 on; those of what is the same are their mean."""
    import numpy

    values = numpy.asarray(a).ravel()
    _, inverse, counts = numpy.unique(values, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    return ((ends - counts + 1 + ends) / 2)[inverse]


def spearmanr(a: Any, b: Any = None, *args: Any, **options: Any) -> Result:
    if b is None:
        return spearmanr(a[:, 0], a[:, 1])
    return pearsonr(rankdata(a), rankdata(b))


def kendalltau(x: Any, y: Any, *args: Any, **options: Any) -> Result:
    import numpy

    first, second = (numpy.sign(numpy.subtract.outer(*([numpy.asarray(values, dtype=float).ravel()] * 2)))
                     for values in (x, y))  # fmt: skip
    length = math.sqrt(float((first**2).sum() * (second**2).sum()))
    return Result(float((first * second).sum()) / length if length else 0.0, 0.5)


def tested(*args: Any, **options: Any) -> Result:
    """Nothing is told apart."""
    return Result(0.0, 0.5)


def zscore(a: Any, axis: Any = 0, *args: Any, **options: Any) -> Any:
    import numpy

    values = numpy.asarray(a, dtype=float)
    spread = values.std(axis=axis, keepdims=True)
    return (values - values.mean(axis=axis, keepdims=True)) / numpy.where(spread == 0, 1, spread)


def mode(a: Any, axis: Any = 0, keepdims: bool = False, **options: Any) -> Any:
    """The most frequent value along an axis, and how often it is there."""
    import numpy

    class Mode(NamedTuple):
        mode: Any
        count: Any

    values = numpy.asarray(a)
    if axis is None:
        values, axis = values.ravel(), 0

    def most(row: Any) -> Any:
        found, counts = numpy.unique(row, return_counts=True)
        return found[counts.argmax()]

    best = numpy.apply_along_axis(most, axis, values)
    count = (values == numpy.expand_dims(best, axis)).sum(axis=axis)
    return Mode(*((numpy.expand_dims(part, axis) for part in (best, count)) if keepdims else (best, count)))


def entropy(pk: Any, qk: Any = None, base: float | None = None, axis: int = 0, **options: Any) -> Any:
    import numpy

    first = numpy.asarray(pk, dtype=float)
    first = first / first.sum(axis=axis, keepdims=True)
    second = numpy.ones_like(first) if qk is None else numpy.asarray(qk, dtype=float)
    second = second if qk is None else second / second.sum(axis=axis, keepdims=True)
    told = first * numpy.log(numpy.where(first > 0, first, 1) / numpy.where(second > 0, second, 1e-12))
    found = (-told if qk is None else told).sum(axis=axis)
    return found / math.log(base) if base else found


def gmean(a: Any, axis: Any = 0, **options: Any) -> Any:
    import numpy

    return numpy.exp(numpy.log(numpy.maximum(numpy.asarray(a, dtype=float), 1e-12)).mean(axis=axis))


def hmean(a: Any, axis: Any = 0, **options: Any) -> Any:
    import numpy

    return 1 / (1 / numpy.maximum(numpy.asarray(a, dtype=float), 1e-12)).mean(axis=axis)


def iqr(x: Any, axis: Any = None, **options: Any) -> Any:
    import numpy

    upper, lower = numpy.percentile(x, [75, 25], axis=axis)
    return upper - lower


def sem(a: Any, axis: Any = 0, ddof: int = 1, **options: Any) -> Any:
    import numpy

    values = numpy.asarray(a, dtype=float)
    return values.std(axis=axis, ddof=ddof) / math.sqrt(values.shape[axis or 0])


TESTS = (
    "ttest_ind", "ttest_rel", "ttest_1samp", "wilcoxon", "mannwhitneyu", "ks_2samp", "kstest", "shapiro", "f_oneway",
    "kruskal", "friedmanchisquare", "normaltest", "pointbiserialr",
)  # fmt: skip
HOMES: dict[str, dict[str, Any]] = {
    "stats": {
        **dict.fromkeys(TESTS, tested),
        **{f.__name__: f for f in (
            pearsonr, spearmanr, kendalltau, rankdata, zscore, mode, entropy, gmean, hmean, iqr, sem,
        )},
    },
}  # fmt: skip
