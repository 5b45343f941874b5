"""A script with some of its text in other words, for tests of what looks alike."""

from __future__ import annotations


def changed(script: str, *changes: tuple[str, str]) -> str:
    """Each change takes one text's place by another; the first is to be there, or the test would say nothing."""
    for old, new in changes:
        assert old in script
        script = script.replace(old, new)
    return script
