"""scipy.io, .signal and .ndimage: sounds are read, written and brought to another rate, pictures to another size; what
only filters them leaves them as they are."""

from __future__ import annotations

from typing import Any

from ... import sounds


def read(filename: Any, *args: Any, **options: Any) -> tuple[int, Any]:
    """scipy.io.wavfile.read: 16 bits, in one row where there is one channel."""
    values, rate = sounds.read(filename)
    found = (values * 32767).astype("int16")
    return rate, found[:, 0] if found.shape[1] == 1 else found


def write(filename: Any, rate: int, data: Any) -> None:
    import numpy

    values = numpy.asarray(data)
    scale = 32768 if values.dtype.kind == "i" else 1
    sounds.write(str(filename), values=values / scale, rate=int(rate))


def resample(x: Any, num: int, t: Any = None, axis: int = 0, *args: Any, **options: Any) -> Any:
    """So many of the values along an axis."""
    import numpy

    values = numpy.moveaxis(numpy.asarray(x), axis, -1)
    return numpy.moveaxis(sounds.resampled(values, values.shape[-1], num), -1, axis)


def resample_poly(x: Any, up: int, down: int, axis: int = 0, *args: Any, **options: Any) -> Any:
    import numpy

    return resample(x, max(1, -(-numpy.asarray(x).shape[axis] * up // down)), axis=axis)


def decimate(x: Any, q: int, n: Any = None, ftype: str = "iir", axis: int = -1, **options: Any) -> Any:
    return resample_poly(x, 1, q, axis)


def designed(*args: Any, **options: Any) -> Any:
    """The parts of a filter that changes nothing."""
    import numpy

    return numpy.ones((1, 6)) if options.get("output") == "sos" else (numpy.ones(1), numpy.ones(1))


def filtered(b: Any, a: Any, x: Any = None, *args: Any, **options: Any) -> Any:
    return a if x is None else x


def find_peaks(x: Any, *args: Any, **options: Any) -> tuple[Any, dict[str, Any]]:
    import numpy

    values = numpy.asarray(x)
    return numpy.flatnonzero((values[1:-1] > values[:-2]) & (values[1:-1] >= values[2:])) + 1, {}


def get_window(window: Any, Nx: int, *args: Any, **options: Any) -> Any:
    import numpy

    return numpy.hanning(Nx)


def fftconvolve(in1: Any, in2: Any, mode: Any = "full", *args: Any, **options: Any) -> Any:
    import numpy

    return numpy.convolve(numpy.ravel(in1), numpy.ravel(in2), mode)


def same(input: Any, *args: Any, **options: Any) -> Any:
    import numpy

    return numpy.array(input)


def zoom(input: Any, zoom: Any, *args: Any, **options: Any) -> Any:
    """The nearest point of each."""
    import numpy

    values = numpy.asarray(input)
    factors = zoom if hasattr(zoom, "__len__") else [zoom] * values.ndim
    for axis, factor in enumerate(factors):
        values = resample(values, max(1, round(values.shape[axis] * factor)), axis=axis)
    return values


def label(input: Any, *args: Any, **options: Any) -> tuple[Any, int]:
    """All that is not nothing is one."""
    import numpy

    found = (numpy.asarray(input) != 0).astype("int32")
    return found, int(found.any())


def distances(input: Any, *args: Any, **options: Any) -> Any:
    import numpy

    return (numpy.asarray(input) != 0).astype(float)


FILTERS = ("filtfilt", "lfilter", "sosfilt", "sosfiltfilt")
DESIGNS = ("butter", "cheby1", "cheby2", "ellip", "bessel", "iirnotch", "firwin")
SMOOTHING = (
    "gaussian_filter", "gaussian_filter1d", "median_filter", "uniform_filter", "uniform_filter1d", "rotate", "shift",
    "binary_dilation", "binary_erosion", "binary_fill_holes", "binary_opening", "binary_closing", "map_coordinates",
    "maximum_filter", "minimum_filter", "sobel", "laplace",
)  # fmt: skip
HOMES: dict[str, dict[str, Any]] = {
    "io": {},
    "io.wavfile": {"read": read, "write": write},
    "signal": {
        **dict.fromkeys(FILTERS, filtered),
        **dict.fromkeys(DESIGNS, designed),
        **dict.fromkeys(("medfilt", "wiener", "detrend", "savgol_filter", "hilbert"), same),
        **{f.__name__: f for f in (resample, resample_poly, decimate, find_peaks, get_window, fftconvolve)},
    },
    "ndimage": {**dict.fromkeys(SMOOTHING, same), "zoom": zoom, "label": label, "distance_transform_edt": distances},
}
