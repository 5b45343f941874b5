"""Regular expressions on texts that are known: which parameters a script picks out by their names.

A pattern is only tried where it can't take long, whatever the text: short, and with no repetition of a group.
"""

from __future__ import annotations

import re

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.values import NONE, Const, InstRec, ObjRef, Value
from lora_lint.knowledge import names
from lora_lint.knowledge.spoken_keys import OF_KEYS, answer

LONGEST, REPEATS = 200, 3  # characters of a pattern or a text; repetitions without an end in a pattern
GROUP_REPEATED = r"\)[*+{]"
REPEATED = r"(?<!\\)[*+]|\{\d*,\}"


def _escape(call: LibCall) -> Value:
    text = call.plain("pattern")
    return Const(re.escape(text)) if isinstance(text, str) else call.unknown()


def _compile(call: LibCall) -> Value:
    pattern = call.plain("pattern")
    if not isinstance(pattern, str) or call.arg("flags") is not None:
        return call.unknown()
    site = call.machine.site(call.node)
    return ObjRef(call.machine.world.new(site, InstRec(None, names.PATTERN, {"pattern": Const(pattern)}, site)))


def _find(call: LibCall) -> Value:
    """`re.search(pattern, name)`, `pattern.search(name)`: an object that is true, or None."""
    held = call.instance()
    pattern = held[1].fields.get("pattern") if held is not None else call.arg("pattern")
    pattern = pattern.value if isinstance(pattern, Const) else None
    text = call.plain("string")
    if not isinstance(pattern, str) or not isinstance(text, str) or call.arg("flags") is not None:
        return call.unknown()
    found = _found(call.option("how"), pattern, text)
    if found is None:
        return call.unknown(OF_KEYS)
    site = call.machine.site(call.node)
    return ObjRef(call.machine.world.new(site, InstRec(None, names.MATCH, {}, site))) if found else NONE


def _found(how: str, pattern: str, text: str) -> bool | None:
    """Does it match? None where nobody knows, or it may take long."""
    if max(len(pattern), len(text)) > LONGEST or re.search(GROUP_REPEATED, pattern):
        return None
    if len(re.findall(REPEATED, pattern)) > REPEATS:
        return None
    try:
        return answer(text, lambda part: getattr(re, how)(pattern, part) is not None, pattern)
    except (re.error, OverflowError, RecursionError):
        return None


VERBS: dict[str, Verb] = {"re_escape": _escape, "re_compile": _compile, "re_find": _find}
