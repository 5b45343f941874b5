"""LL413: `model.disable_adapter()` without `with` does nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.reading import by_site, certain


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A context manager that is made and never entered."""
    for site in by_site(certain(lifecycle.of("context_dropped"))):
        message = "disable_adapter() is a context manager: without `with` it is never entered, and the adapter stays on"
        yield Report(site, message, "error", "high")


RULE = Rule(
    "LL413",
    "disable-adapter-no-with",
    "disable_adapter() as a bare statement does nothing",
    ("context_dropped",),
    check,
)
