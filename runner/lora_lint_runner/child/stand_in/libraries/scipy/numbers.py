"""scipy.special, .optimize, .interpolate, .linalg and .fft: functions of numbers."""

from __future__ import annotations

import importlib
import inspect
import math
from types import SimpleNamespace
from typing import Any

from ....context import Run
from ...training.pairing import paired


def softmax(x: Any, axis: Any = None) -> Any:
    import numpy

    values = numpy.asarray(x, dtype=float)
    found = numpy.exp(values - values.max(axis=axis, keepdims=True))
    return found / found.sum(axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    import numpy

    return numpy.log(numpy.maximum(softmax(x, axis), 1e-300))


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, **options: Any) -> Any:
    import numpy

    values = numpy.asarray(a, dtype=float)
    top = values.max(axis=axis, keepdims=True)
    found = numpy.log((numpy.exp(values - top) * (1 if b is None else b)).sum(axis=axis, keepdims=True)) + top
    return found if keepdims else found.squeeze(axis) if axis is not None else found.item()


def expit(x: Any, *args: Any, **options: Any) -> Any:
    import numpy

    return 1 / (1 + numpy.exp(-numpy.clip(numpy.asarray(x, dtype=float), -500, 500)))


def logit(x: Any, *args: Any, **options: Any) -> Any:
    import numpy

    values = numpy.clip(numpy.asarray(x, dtype=float), 1e-12, 1 - 1e-12)
    return numpy.log(values / (1 - values))


def erf(x: Any, *args: Any, **options: Any) -> Any:
    import numpy

    return numpy.vectorize(math.erf)(x)


def comb(n: Any, k: Any, *args: Any, exact: bool = False, **options: Any) -> Any:
    return math.comb(int(n), int(k)) if exact else float(math.comb(int(n), int(k)))


def rel_entr(x: Any, y: Any, *args: Any, **options: Any) -> Any:
    import numpy

    first, second = numpy.asarray(x, dtype=float), numpy.asarray(y, dtype=float)
    return first * numpy.log(numpy.where(first > 0, first, 1) / numpy.where(second > 0, second, 1e-12))


def assigned(run: Run, costs: Any, maximize: bool = False) -> Any:
    """scipy.optimize.linear_sum_assignment."""
    import numpy

    found = numpy.asarray(costs.detach().cpu() if hasattr(costs, "detach") else costs)
    return paired(run, -found if maximize else found)


def minimize(fun: Any, x0: Any, args: Any = (), *more: Any, **options: Any) -> Any:
    """Where it began is good enough."""
    import numpy

    start = numpy.atleast_1d(numpy.asarray(x0, dtype=float))
    given = args if isinstance(args, tuple) else (args,)
    return SimpleNamespace(x=start, fun=fun(start, *given), success=True, message="", nit=0, nfev=1)


def minimize_scalar(fun: Any, bounds: Any = None, *args: Any, **options: Any) -> Any:
    middle = 1.0 if bounds is None else (bounds[0] + bounds[1]) / 2
    return SimpleNamespace(x=middle, fun=fun(middle), success=True, nit=0, nfev=1)


def curve_fit(f: Any, xdata: Any, ydata: Any, p0: Any = None, *args: Any, **options: Any) -> tuple[Any, Any]:
    import numpy

    count = len(p0) if p0 is not None else len(inspect.signature(f).parameters) - 1
    return numpy.asarray(p0 if p0 is not None else [1.0] * count, dtype=float), numpy.eye(count)


def interp1d(x: Any, y: Any, *args: Any, **options: Any) -> Any:
    """Straight lines between points, also where others were asked for."""
    import numpy

    return lambda wanted: numpy.apply_along_axis(lambda row: numpy.interp(wanted, x, row), -1, numpy.asarray(y))


def sqrtm(a: Any, *args: Any, **options: Any) -> Any:
    """Of a matrix that is symmetric, or is taken to be."""
    import numpy

    values, vectors = numpy.linalg.eigh((a + a.T) / 2)
    return (vectors * numpy.sqrt(numpy.maximum(values, 0))) @ vectors.T


def of_numpy(home: str) -> dict[str, Any]:
    """What numpy has under the same names: `linalg.norm`, `fft.rfft`."""
    if home not in OF_NUMPY:
        return {}
    found = importlib.import_module(f"numpy.{home}")
    return {name: getattr(found, name) for name in dir(found) if not name.startswith("_")}


OF_NUMPY = ("linalg", "fft")
HOMES: dict[str, dict[str, Any]] = {
    "special": {
        f.__name__: f for f in (softmax, log_softmax, logsumexp, expit, logit, erf, comb, rel_entr)
    },
    "optimize": {f.__name__: f for f in (minimize, minimize_scalar, curve_fit)},
    "interpolate": {"interp1d": interp1d},
    "linalg": {"sqrtm": sqrtm},
    "fft": {},
}  # fmt: skip
