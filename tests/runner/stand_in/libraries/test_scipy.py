"""A small scipy for scripts that score, hear and measure with it where it is not installed."""

from __future__ import annotations

import numpy
import pytest
from tests.runner.conftest import Run, absent, confirmed
from tests.runner.samples import KEPT

from lora_lint_runner.child.stand_in.libraries.scipy import distances, numbers, signals, stats

FIRST, SECOND = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 7.0]


def test_two_rows_of_numbers_are_held_against_each_other() -> None:
    """By their definitions; of numbers that are all the same there is none, and it is 0."""
    assert stats.pearsonr(FIRST, SECOND).statistic == pytest.approx(0.8241633837)
    assert stats.spearmanr(FIRST, SECOND)[0] == pytest.approx(0.8)
    assert stats.kendalltau(FIRST, SECOND).correlation == pytest.approx(0.6)
    assert stats.pearsonr(FIRST, [1.0] * 5).statistic == 0.0
    assert stats.rankdata([10, 20, 20, 5]).tolist() == [2, 3.5, 3.5, 1]


def test_numbers_become_shares() -> None:
    rows = numpy.array([[1.0, 2.0], [0.0, 1000.0]])
    assert numbers.softmax(rows, axis=1).sum(axis=1) == pytest.approx([1, 1])
    assert numbers.logsumexp(rows, axis=1) == pytest.approx([2.3132616875, 1000])
    assert numbers.expit(numpy.array([0.0, -1000.0])) == pytest.approx([0.5, 0])
    assert numbers.interp1d([0, 2], [0, 4])([1.0]) == pytest.approx([2])


def test_distances_and_neighbours() -> None:
    rows = numpy.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    assert distances.squareform(distances.pdist(rows))[0].tolist() == [0, 5, 10]
    far, place = distances.Tree(rows).query([3.0, 5.0])
    assert (far, place) == (1, 1)
    assert distances.HOMES["spatial.distance"]["cosine"](rows[1], rows[2]) == pytest.approx(0)


def test_pictures_and_sounds_have_the_size_that_is_asked_for() -> None:
    assert signals.zoom(numpy.zeros((4, 6, 3)), (2, 0.5, 1)).shape == (8, 3, 3)
    assert signals.resample_poly(numpy.zeros(100), 2, 5).shape == (40,)


@absent("scipy")
def test_a_script_finds_it_whole(run: Run) -> None:
    text = """\
import scipy
from scipy.io import wavfile
from scipy.optimize import linear_sum_assignment
from scipy.stats import pearsonr

r, p = pearsonr([1, 2, 3], [1, 2, 4])
assert 0.9 < r < 1 and scipy.special.expit(0.0) == 0.5 and scipy.linalg.norm([3, 4]) == 5
assert [places.tolist() for places in linear_sum_assignment([[4, 1], [2, 3]])] == [[0, 1], [1, 0]]
wavfile.write("tone.wav", 8000, (numpy.ones(80) * 9).astype("int16"))
rate, values = wavfile.read("tone.wav")
assert (rate, values.shape, values.dtype) == (8000, (80,), numpy.dtype("int16"))
assert float(scipy.stats.some_other_score(1, 2)) == 0.5
"""
    confirmed(run("import numpy\n" + text + KEPT))
