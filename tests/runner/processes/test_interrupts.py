"""A request to end is heard wherever it comes in, and once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from lora_lint_runner.processes.interrupts import interruptible

LONG = 10.0  # seconds: nobody waits them, as the request comes before


def ask() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


class Dying:
    """Whatever is raised while an object is thrown away is printed and forgotten by Python."""

    def __del__(self) -> None:
        ask()


def forgotten() -> None:
    Dying()


def turned() -> None:
    """What `__set_name__` raises came out as a RuntimeError before Python 3.12, and many a caller goes on then."""
    try:
        try:
            ask()
        except KeyboardInterrupt as error:
            raise RuntimeError("Error calling __set_name__") from error
    except RuntimeError:
        pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("lose", [forgotten, turned])
def test_a_request_that_was_lost_is_made_again(lose: Callable[[], None]) -> None:
    def goes_on() -> None:
        lose()
        time.sleep(LONG)

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), interruptible():
        goes_on()
    assert time.monotonic() - begun < LONG


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_request_that_was_lost_is_made_at_the_end_at_the_latest() -> None:
    with pytest.raises(KeyboardInterrupt), interruptible():
        forgotten()


def test_what_cleans_up_is_not_interrupted() -> None:
    cleaned = []

    def cleans_up() -> None:
        try:
            ask()
        finally:
            ask()
            time.sleep(1)  # longer than it takes to ask again
            cleaned.append("everything")

    with pytest.raises(KeyboardInterrupt), interruptible():
        cleans_up()
    assert cleaned
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_what_the_process_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with interruptible():
            ask()
    finally:
        signal.signal(signal.SIGTERM, before)
