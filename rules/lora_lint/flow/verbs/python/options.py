"""Command-line options: unknown values with defaults, one object per parser."""

from __future__ import annotations

import contextlib
from itertools import combinations
from typing import Any

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.containers import items_of, record_of
from lora_lint.flow.objects.items import CALLABLE
from lora_lint.flow.objects.strings import atoms_of
from lora_lint.flow.values import (
    FALSE,
    NONE,
    TRUE,
    Const,
    Gate,
    InstRec,
    Lib,
    ObjRef,
    Sym,
    Term,
    Text,
    Tup,
    Value,
    const,
)
from lora_lint.flow.worlds.choices import among
from lora_lint.flow.worlds.terms import learn, whole
from lora_lint.knowledge import names
from lora_lint.knowledge.lookup import canonical

OPEN = "open"  # the field of a parser that has options of unknown names


def _namespace(call: LibCall) -> Value:
    """`SimpleNamespace(a=1)`: an instance with these fields."""
    site = call.machine.site(call.node)
    return ObjRef(call.machine.world.new(site, InstRec(None, call.name, dict(call.args.kw), site)))


def _exclusive_group(call: LibCall) -> Value:
    """`parser.add_mutually_exclusive_group()`: its options are the parser's, of which one at most is given."""
    found = call.instance()
    if found is None:
        return call.unknown()
    ref, record = found
    site = call.machine.site(call.node)
    fields = {"parser": ref, "required": call.arg("required") or FALSE}
    return ObjRef(call.machine.world.new(site, InstRec(None, record.lib, fields, site)))


REQUIRED = Lib("required")  # in the place of a default


def _add_option(call: LibCall) -> Value:
    """`parser.add_argument("--output_dir", default="out")`."""
    found = call.instance()
    flags = [arg.value for arg in call.args.pos if isinstance(arg, Const) and isinstance(arg.value, str)]
    if found is None:
        return call.unknown()
    ref, record = found
    if not flags:  # of a name that is put together: what there is, nobody can say
        if call.args.pos:
            fields = {**record.fields, OPEN: TRUE}
            call.machine.world.put(ref.oid, InstRec(record.cls, record.lib, fields, record.site))
        return call.unknown()
    group, parser = "", record.fields.get("parser")
    if isinstance(parser, ObjRef):
        group, required = f"exclusive {ref.oid}", record.fields["required"]
        above = record_of(call.machine, parser)
        assert isinstance(above, InstRec)
        ref, record = parser, above
    long = next((flag for flag in flags if flag.startswith("--")), flags[0])
    dest = call.args.kw.get("dest", Const(long.lstrip("-").replace("-", "_")))
    action = call.args.kw.get("action")
    default: Value | None = call.args.kw.get("default")
    if default is None and action == Const("store_true"):
        default = FALSE
    elif default is None and action == Const("store_false"):
        default = TRUE
    elif default is None and "required" not in call.args.kw and long.startswith("-"):
        default = NONE
    if isinstance(dest, Const):
        spelled = Tup(
            (Tup(tuple(Const(flag) for flag in flags)), Tup(tuple(Tup((Const(k), v)) for k, v in call.args.kw.items())))
        )
        fields = {
            **record.fields,
            f"option {dest.value}": default if default is not None else REQUIRED,
            f"spelled {dest.value}": spelled,
        }
        if group:
            known = record.fields.get(group, Tup((required,)))
            assert isinstance(known, Tup)
            fields[group] = Tup((*known.items, dest))
        call.machine.world.put(ref.oid, InstRec(record.cls, record.lib, fields, record.site))
    return call.unknown()


def _set_defaults(call: LibCall) -> Value:
    found = call.instance()
    if found is not None:
        ref, record = found
        fields = dict(record.fields)
        for name, value in call.args.kw.items():
            if isinstance(value, CALLABLE):  # what a subcommand runs: each parser of one sets its own
                known = fields.get(f"callable {name}", Tup(()))
                assert isinstance(known, Tup)
                fields[f"callable {name}"] = Tup(tuple(dict.fromkeys((*known.items, value))))
            else:
                fields[f"option {name}"] = value
        call.machine.world.put(ref.oid, InstRec(record.cls, record.lib, fields, record.site))
    return NONE


def _parse_options(call: LibCall) -> Value:
    """`parser.parse_args()`: each option is a value of its own, known when run, with its default as the usual one."""
    found = call.instance()
    machine = call.machine
    fields: dict[str, Value] = {}
    if found is not None and OPEN in found[1].fields and not any(n.startswith("option ") for n in found[1].fields):
        unknown = call.unknown()
        return Tup((unknown, call.unknown("rest"))) if call.option("tupled") else unknown
    if found is not None:
        ref, record = found
        for name, default in record.fields.items():
            if name.startswith("callable ") and isinstance(default, Tup):
                fields[name.removeprefix("callable ")] = _any_of(ref, default.items)
            elif name.startswith("option "):
                option = name.removeprefix("option ")
                term = ("option", ref.oid, option)
                literal = atoms_of(machine.world, default)
                if isinstance(default, Const):
                    machine.usual[term] = default
                elif literal is not None and len(literal) == 1 and isinstance(literal[0], str):
                    machine.usual[term] = Const(literal[0])
                fields[option] = (
                    Text((term,), path=True) if _is_path(record.fields.get(f"spelled {option}")) else Sym(term)
                )
                _narrow(call, term, default, record.fields.get(f"spelled {option}"))
        for name, group in record.fields.items():
            if name.startswith("exclusive ") and isinstance(group, Tup):
                _one_of_group(call, group, fields)
        if machine.started.argv is not None:
            fields |= _given(record, machine.started.argv)
    site = machine.site(call.node)
    args = ObjRef(machine.world.new(site, InstRec(None, names.COMMAND_LINE, fields, site)))
    return Tup((args, call.unknown("rest"))) if call.option("tupled") else args


def _any_of(ref: ObjRef, functions: tuple[Value, ...]) -> Value:
    """The function of the subcommand that the command line names."""
    found = functions[-1]
    for i, function in enumerate(functions[:-1]):
        found = Gate(("subcommand", ref.oid, i), function, found)
    return found


def _spelled(option: Value | None) -> dict[str, Value]:
    """The keywords that `add_argument` was given for an option."""
    keywords = option.items[1] if isinstance(option, Tup) else None
    pairs = [pair.items for pair in keywords.items if isinstance(pair, Tup)] if isinstance(keywords, Tup) else []
    return {str(name.value): value for name, value in pairs if isinstance(name, Const)}


def _is_path(option: Value | None) -> bool:
    """`add_argument(..., type=Path)`."""
    return canonical(getattr(_spelled(option).get("type"), "name", "")) == names.PATH


def _narrow(call: LibCall, term: Term, default: Value, option: Value | None) -> None:
    """`add_argument(..., choices=["adapter", "merged"])`: it is one of these, or the default."""
    keywords = _spelled(option)
    choices = items_of(call.machine, keywords["choices"], call.node) if "choices" in keywords else None
    if not choices or "nargs" in keywords:
        return
    known = choices if default == REQUIRED else [*choices, default]
    if all(isinstance(choice, Const) for choice in known):
        learn(call.machine.world, among(term, known), True, None)


def _one_of_group(call: LibCall, group: Tup, fields: dict[str, Value]) -> None:
    """Of options that exclude each other one at most is true; one is, where the group is required."""
    required, *dests = group.items
    options = [fields[dest.value] for dest in dests if isinstance(dest, Const) and dest.value in fields]
    given = [option for option in options if isinstance(option, Sym)]
    for one, other in combinations(given, 2):
        learn(call.machine.world, whole(Gate(one.term, other, one)), False, None)
    if required == TRUE and len(given) == len(dests) == 2:
        learn(call.machine.world, whole(Gate(given[0].term, given[0], given[1])), True, None)


TYPES = {"builtins.int": int, "builtins.float": float, "builtins.str": str, names.PATH: str}


def _given(record: InstRec, argv: list[str]) -> dict[str, Value]:
    """The options of a known command line, read by argparse itself, and the defaults of the others; those it cannot be
    told about stay unknown."""
    import argparse  # only a run has a known command line

    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=True)
    several: set[str] = set()  # spelled one way or another, by what happened before
    for name, value in record.fields.items():
        if name.startswith("spelled "):
            said = _said(value)
            if said is None:
                several.add(name.removeprefix("spelled "))
                continue
            with contextlib.suppress(ValueError, TypeError, argparse.ArgumentError):
                parser.add_argument(*said[0], default=argparse.SUPPRESS, **said[1])
    try:
        found, _ = parser.parse_known_args(argv)
    except (argparse.ArgumentError, SystemExit, ValueError):
        return {}
    plain = (str, int, float, bool, type(None))
    read = {name: const(value) for name, value in vars(found).items() if isinstance(value, plain)}
    options = {name.removeprefix("option "): v for name, v in record.fields.items() if name.startswith("option ")}
    open_ = {*vars(found), *several}
    left = {name: default for name, default in options.items() if name not in open_ and default != REQUIRED}
    told = {**left, **read}
    return {n: _path(v) if _is_path(record.fields.get(f"spelled {n}")) else v for n, v in told.items()}


def _said(option: Value) -> tuple[list[str], dict[str, Any]] | None:
    """An option's flags, and what argparse is told of how it is read; None where that is one thing or another."""
    flags, keywords = option.items if isinstance(option, Tup) and len(option.items) == 2 else (None, None)
    if not isinstance(flags, Tup) or not isinstance(keywords, Tup):
        return None
    settings: dict[str, Any] = {}
    for pair in keywords.items:
        key, setting = pair.items if isinstance(pair, Tup) else (None, None)
        if not isinstance(key, Const):
            return None
        if key.value in ("action", "nargs", "const", "dest") and isinstance(setting, Const):
            settings[str(key.value)] = setting.value
        elif key.value == "type" and isinstance(setting, Lib) and setting.name in TYPES:
            settings["type"] = TYPES[setting.name]
    return [str(flag.value) for flag in flags.items if isinstance(flag, Const)], settings


def _path(value: Value) -> Value:
    return Text((value.value,), path=True) if isinstance(value, Const) and isinstance(value.value, str) else value


VERBS: dict[str, Verb] = {
    "namespace": _namespace,
    "add_option": _add_option,
    "exclusive_group": _exclusive_group,
    "set_defaults": _set_defaults,
    "parse_options": _parse_options,
}
