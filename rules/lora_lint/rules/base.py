"""What a rule is, and what it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.trace import Lifecycle


class Step(NamedTuple):
    """One step of a story: what happened at a place in the script."""

    site: Site
    text: str


class Report(NamedTuple):
    """A defect as a rule sees it: still at a site of the program, without positions.

    `facts` is for the rule's own fix. `also` holds the facts of the other times that a run comes through the site with
    this defect: the fix must serve them as well.
    """

    site: Site
    message: str
    severity: str = "error"
    confidence: str = "high"
    story: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    facts: Any = None
    also: tuple[Any, ...] = ()


class Rule(NamedTuple):
    """A rule: its code and name, one line of summary, the events it reads, the check, and the fix where there is one.

    One without a check is on comments, which are no part of a lifecycle: it is found, and fixed, where they are read.

    `check` reads the lifecycle and nothing else. `fix` turns one of its reports into edits. `preview` rules are off
    unless asked for. An `all_paths` rule says that something happens on no path: where paths were left out, it
    is silent.
    """

    code: str
    name: str
    summary: str
    events: tuple[type, ...]
    check: Callable[[Lifecycle], Iterator[Report]] | None
    fix: Callable[[Report, Any], Any] | None = None
    preview: bool = False
    all_paths: bool = False

    @property
    def fixable(self) -> bool:
        """Can findings of this rule have a fix?"""
        return self.fix is not None or self.check is None
