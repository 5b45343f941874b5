"""Variables of the environment that a script reads and nobody has set: those that it cannot do without are made up."""

from __future__ import annotations

import os
import re
from typing import Any

from ...context import Run
from ...parts import Filler
from ...ranks import LAUNCHED

SECRET = re.compile(r"token|key|secret|passw|credential", re.I)
RECORD = re.compile(r"json|credential", re.I)  # what is read as one
PLACE = re.compile(r"(^|_)(ur[il]|endpoint|host)$", re.I)
KEY = re.compile(r"[A-Z][A-Z0-9_]*_(TOKEN|KEY)")


def install(run: Run, filler: Filler) -> None:
    """Sets those that an earlier attempt lacked; from now on `os.environ[name]` has a value, whichever it is."""

    @run.patches.after("os")
    def environment(module: Any) -> None:
        kind = type(module.environ)
        run.patches.replace(kind, "__getitem__", lambda real: _needed(run, filler, real))
        run.patches.replace(kind, "get", lambda real: _asked(run, real))

    run.met.keys = [s for s in run.hints.strings if KEY.fullmatch(s) and s not in os.environ]
    for name in run.spec.learned.get("variables", ()):
        os.environ[name] = _said(run, filler, name)
    if run.spec.learned.get("ranks"):
        run.neutral("started by no launcher, which the script needs: its variables are set, for one process")
        os.environ.update(LAUNCHED)


def _needed(run: Run, filler: Filler, real: Any) -> Any:
    """One that the script cannot do without, as it asks."""

    def item(self: Any, key: Any) -> Any:
        try:
            return real(self, key)
        except KeyError:
            if not isinstance(key, str) or not run.code.asks():
                raise
        return _said(run, filler, key)

    return item


def _asked(run: Run, real: Any) -> Any:
    """One that it may do without: it is remembered, in case that it turns out not to."""

    def get(self: Any, key: Any, default: Any = None) -> Any:
        found = real(self, key, default)
        if found or not isinstance(key, str) or key in self or not run.code.asks(helpers=("os",)):
            return found
        run.met.variables[key] = None
        return found

    return get


def made_up(filler: Filler, key: str) -> str:
    """A value for a variable, by its name."""
    if key in LAUNCHED:
        return LAUNCHED[key]
    if RECORD.search(key):
        return "{}"
    if PLACE.search(key):
        return "http://localhost"
    return "hf_stand_in" if SECRET.search(key) else str(filler.value(key.lower()) or "stand-in")


def _said(run: Run, filler: Filler, key: str) -> str:
    value = made_up(filler, key)
    if filler.options.setdefault(key.lower(), value) == value:  # what is learned of arguments holds for it
        filler.given.add(key.lower())
    run.neutral(f"environment variable {key} is not set: {value}")
    return value
