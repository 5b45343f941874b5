"""Dataclasses whose fields are the options of a command line: `HfArgumentParser(A).parse_args_into_dataclasses()`."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.classes import default_of, fields_of, options_record
from lora_lint.flow.objects.containers import items_of, known_items
from lora_lint.flow.values import TRUE, Cls, Const, InstRec, Lib, ObjRef, Tup, Value

TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _parse_records(call: LibCall) -> Value:
    """One instance of each class."""
    found = call.instance()
    if found is None:
        return call.unknown()
    machine = call.machine
    given = found[1].fields.get("dataclass_types")
    if given is None:
        return call.unknown()
    given = machine.settle(given, call.node)
    classes = items_of(machine, given, call.node) if not isinstance(given, (Cls, Lib)) else [given]
    made: list[Value] = []
    for cls in classes if classes is not None else known_items(machine, given):
        if isinstance(cls, Cls):
            made.append(options_record(machine, cls, call.node, _told(call, cls)))
        elif isinstance(cls, Lib):
            site = machine.site(call.node)
            made.append(ObjRef(machine.world.new(site, InstRec(None, cls.name, {"**": TRUE}, site))))
        else:
            made.append(call.unknown(len(made)))
    return Tup(tuple(made), classes is None)


def _told(call: LibCall, cls: Cls) -> dict[str, Value]:
    """The fields that a known command line gives a value, and the defaults of others. A switch that is not given may be
    tried by who runs the script, and so may what has no default."""
    argv = call.machine.started.argv
    if argv is None or not call.option("command_line"):
        return {}
    words = _words(argv)
    found: dict[str, Value] = {}
    for name, _ in fields_of(cls):
        usual = default_of(call.machine, cls, name, call.node)
        default = usual.value if isinstance(usual, Const) else None
        if name in words:
            value = _read(words[name], default)
            found.update({} if value is None else {name: Const(value)})
        elif f"no_{name}" not in words and default not in (None, "") and not isinstance(default, bool):
            found[name] = usual
    return found


def _words(argv: list[str]) -> dict[str, list[str]]:
    """What follows each option."""
    found: dict[str, list[str]] = {}
    last: list[str] = []
    for word in argv:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            last = found[name.replace("-", "_")] = [value] if equals else []
        else:
            last.append(word)
    return found


def _read(words: list[str], default: object) -> str | int | float | bool | None:
    """What the words after an option say, of the type of its default; None where that cannot be told."""
    if len(words) > 1:
        return None
    if isinstance(default, bool):
        return TRUTHS.get(words[0].lower()) if words else True
    if not words or default is None:
        return None
    try:
        return type(default)(words[0]) if isinstance(default, (int, float)) else words[0]
    except ValueError:
        return None


VERBS: dict[str, Verb] = {"parse_records": _parse_records}
