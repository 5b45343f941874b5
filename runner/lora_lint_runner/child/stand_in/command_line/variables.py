"""Variables of the environment that a script reads and nobody has set: those that it cannot do without are made up."""

from __future__ import annotations

import os
import re
from typing import Any

from ...context import Run
from ...ranks import LAUNCHED
from .values import Filler

SECRET = re.compile(r"token|key|secret|passw|credential", re.I)
RECORD = re.compile(r"json|credential", re.I)  # what is read as one
PLACE = re.compile(r"(^|_)(ur[il]|endpoint|host)$", re.I)
KEY = re.compile(r"[A-Z][A-Z0-9_]*_(TOKEN|KEY)")


def install(run: Run, filler: Filler) -> None:
    """From now on `os.environ[name]` has a value, and the other ways to ask have one that an earlier attempt lacked."""

    @run.patches.after("os")
    def environment(module: Any) -> None:
        kind = type(module.environ)
        run.patches.replace(kind, "__getitem__", lambda real: _needed(run, filler, real))
        run.patches.replace(kind, "get", lambda real: _asked(run, filler, real))

    run.met.keys = [s for s in run.hints.strings if KEY.fullmatch(s) and s not in os.environ]
    keys = run.spec.learned.get("keys")
    if keys:
        run.neutral(f"environment variables {', '.join(sorted(keys))}: made up")
        os.environ.update(keys)
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
        return _made_up(run, filler, key)

    return item


def _asked(run: Run, filler: Filler, real: Any) -> Any:
    """One that it may do without: it is remembered, in case that it turns out not to."""

    def get(self: Any, key: Any, default: Any = None) -> Any:
        found = real(self, key, default)
        if found or not isinstance(key, str) or key in self or not run.code.asks(helpers=("os",)):
            return found
        run.met.variables[key] = None
        return _made_up(run, filler, key) if key in run.spec.learned.get("variables", ()) else found

    return get


def _made_up(run: Run, filler: Filler, key: str) -> str:
    if key in LAUNCHED:
        value = LAUNCHED[key]
    elif RECORD.search(key):
        value = "{}"
    elif PLACE.search(key):
        value = "http://localhost"
    elif SECRET.search(key):
        value = "hf_stand_in"
    else:
        value = str(filler.value(key.lower()) or "stand-in")
        if filler.options.setdefault(key.lower(), value) == value:  # what is learned of arguments holds for it
            filler.given.add(key.lower())
    run.neutral(f"environment variable {key} is not set: {value}")
    return value
