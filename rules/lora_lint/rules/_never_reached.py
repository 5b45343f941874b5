"""A save that stands behind a test which no measured value passes."""

from __future__ import annotations

from lora_lint.lifecycle.events.script import Bounded
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Step


def never_reached(lifecycle: Lifecycle) -> tuple[Step, ...]:
    """The tests that compare what is measured with a bound that it never passes, in statements that save:
    `if loss < best: model.save_pretrained(out)`, and the best one so far is 0.0."""
    bounded = [event for event in lifecycle.of(Bounded) if _saves(event.statement, not event.facts.holds)]
    found = {event.site: event.facts for event in bounded}
    return tuple(Step(site, _said(lifecycle.test(site).text, facts)) for site, facts in found.items())


def _said(test: str, facts: Bounded) -> str:
    return f"`{test}` is always {str(facts.holds).lower()}: a loss or score is compared with {facts.bound}"


def _saves(statement: object, holds: bool) -> bool:
    """Is anything called whose name says that it saves, where a test comes out as `holds`?"""
    import libcst as cst

    from lora_lint.fixes.writing.tree import nodes_in

    if not isinstance(statement, cst.If):
        return False
    branch = statement.body if holds else statement.orelse
    return branch is not None and any(
        isinstance(node, cst.Name) and "save" in node.value.lower() for node in nodes_in(branch)
    )
