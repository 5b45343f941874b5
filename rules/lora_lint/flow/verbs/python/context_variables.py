"""Context variables: what `set` puts there `get` gives, and `reset` brings back what was there before.

All of a script is taken to run in one context.
"""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.values import NONE, InstRec, ObjRef, Value
from lora_lint.flow.worlds.exits import Raised
from lora_lint.knowledge import names

HELD, BEFORE = "[held]", "[before]"  # fields of a variable and of a token; no names of a script


def _get(call: LibCall) -> Value:
    found = call.instance()
    if found is None:
        return call.unknown()
    fields = found[1].fields
    given = fields.get(HELD) or call.arg("default") or fields.get("default")
    if given is None and call.machine.catches("LookupError"):
        raise Raised("builtins.LookupError")
    return given or call.unknown()


def _set(call: LibCall) -> Value:
    found, value = call.instance(), call.arg("value")
    if found is None or value is None:
        return call.unknown()
    ref, record = found
    machine, site = call.machine, call.machine.site(call.node)
    before = {BEFORE: record.fields[HELD]} if HELD in record.fields else {}
    machine.world.put(ref.oid, InstRec(None, record.lib, {**record.fields, HELD: value}, record.site))
    return ObjRef(machine.world.new(site, InstRec(None, names.TOKEN, before, site)))


def _reset(call: LibCall) -> Value:
    found, token = call.instance(), call.arg("token")
    record = record_of(call.machine, token) if token is not None else None
    if found is None or not isinstance(record, InstRec):
        return NONE
    ref, variable = found
    fields = {name: value for name, value in variable.fields.items() if name != HELD}
    if BEFORE in record.fields:
        fields[HELD] = record.fields[BEFORE]
    call.machine.world.put(ref.oid, InstRec(None, variable.lib, fields, variable.site))
    return NONE


VERBS: dict[str, Verb] = {"get_in_context": _get, "set_in_context": _set, "reset_in_context": _reset}
