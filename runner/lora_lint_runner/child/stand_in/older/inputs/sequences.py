"""Columns of lists of records: until datasets 3 a `Sequence` with a record as `feature`, since 4 a dict of lists."""

from __future__ import annotations

import sys
from typing import Any

from ....context import Run

KIND = "sequence"
HOME = "datasets.features.features"
SAID = "'dict' object has no attribute 'feature'"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was such a dict asked for its `feature`?"""
    asked = isinstance(error, AttributeError) and str(error) == SAID and HOME in sys.modules
    return {"kind": KIND, "home": "datasets", "name": "feature"} if asked else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"datasets {release} has no .feature of a list of records; now a dict: features[column][field].feature"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The script finds the record as `feature`."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.Features, "__getitem__", lambda real: _asked(run, real))


class _Lists(dict[str, Any]):
    """A dict of lists that also answers as a list of records did."""

    @property
    def feature(self) -> dict[str, Any]:
        return {name: getattr(of, "feature", of) for name, of in self.items()}


def _asked(run: Run, real: Any) -> Any:
    def get(self: Any, name: Any) -> Any:
        found = real(self, name)
        return _Lists(found) if type(found) is dict and run.code.asks() else found

    return get
