"""Questions after the release of a library, or after what only some of its releases have."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.calls.results import spelled
from lora_lint.flow.releases import named_in, release_of
from lora_lint.flow.values import NONE, Bound, Const, Lib, Value
from lora_lint.flow.worlds.terms import learn
from lora_lint.lifecycle.trace import ANY_LIBRARY


def _described(call: LibCall) -> Value:
    """`signature(LoraConfig)`, `version("peft")`: what there is of a library, or which release it is."""
    subject = call.arg(call.row.params[0])
    if isinstance(subject, Lib):
        return release_of(subject.name, call.name, subject.name)
    if isinstance(subject, Bound):
        return release_of(ANY_LIBRARY, call.machine.site(call.node))
    named = call.option("named") and isinstance(subject, Const) and isinstance(subject.value, str)
    return release_of(subject.value) if named and isinstance(subject, Const) else call.unknown()


def _asks_release(call: LibCall) -> Value:
    """`is_peft_version(">=", "0.14")`: a test of the release of one library."""
    return release_of(call.option("library"), *spelled(call.args))


def _requires_release(call: LibCall) -> Value:
    """`check_peft_version("0.14")`, `require_version("peft>=0.14")`: raises with another release."""
    machine, asked = call.machine, call.plain(call.row.params[0])
    library = call.option("library") or (named_in(asked) if isinstance(asked, str) else ANY_LIBRARY)
    site = machine.site(call.node)
    machine.release_tests[site] = frozenset({library})
    learn(machine.world, release_of(library, "required", site).term, True, site)
    return NONE


VERBS: dict[str, Verb] = {"described": _described, "asks_release": _asks_release, "requires_release": _requires_release}
