"""A script to be executed, and what is claimed of it."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

BAD, CORRECTED, FIXED, GOOD = "bad", "corrected", "fixed by the tool", "good"


class Claim(NamedTuple):
    """What a page or a case says of a run. `source` is where it says so, `kind` what the script is there.

    A page has a `listing` of what is on disk afterwards, under a `title`; a case has the facts that were seen (`seen`).
    `fails` is whether the script ends with an error. Each is None where nothing is said of it. `adapter` says that a
    correction leaves a usable adapter.
    """

    rule: str
    source: str
    kind: str
    title: str | None = None
    listing: str | None = None
    seen: dict[str, Any] | None = None
    fails: bool | None = None
    adapter: bool = True


class Script(NamedTuple):
    """One run: files by name, the one to start, its arguments (None where it does not say), and the folders of the
    stage that it finds there."""

    files: tuple[tuple[str, str], ...]
    entry: str
    arguments: tuple[str, ...] | None = None
    stage: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self).encode()).hexdigest()


Wanted = dict[Script, list[Claim]]
