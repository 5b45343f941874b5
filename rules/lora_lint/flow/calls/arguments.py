"""Arguments: reading them at a call, binding them to parameters."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.coroutines import await_all, await_unknown
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import items_of, new_dict, record_of
from lora_lint.flow.objects.passes import used_up
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Const, DictRec, Func, Sym, Text, Tup, Value


def read_arguments(machine: Machine, node: cst.Call) -> Args:
    """Evaluates the arguments of a call, `*` and `**` unpacked where their content is known."""
    args = Args()
    for arg in node.args:
        value = machine.evaluate(arg.value)
        if not arg.star:
            if arg.keyword is not None:
                args.kw[arg.keyword.value] = value
            else:
                args.pos.append(value)
        elif arg.star == "*":
            items = items_of(machine, used_up(machine, value, arg), arg)
            if items is None:
                await_all(machine, [value], arg)
                await_unknown(machine, value, arg)
                args.rest.append(value)
            args.pos.extend(items or ())
            args.open = args.open or items is None
        else:
            record = record_of(machine, machine.settle(value, arg))
            if isinstance(record, DictRec):
                args.kw.update({key.value: item for key, item in record.items if isinstance(key, Const)})
                args.open = args.open or record.open
            else:
                args.open = True
                args.rest.append(value)
    return args


def bind_parameters(machine: Machine, func: Func, args: Args) -> dict[str, Value]:
    """The variables a function starts with. What is not given gets its default, else an unknown value."""
    params = func.node.params
    bound: dict[str, Value] = {}
    given = list(args.pos)
    kw = dict(args.kw)
    defaults = dict(func.defaults)
    for param in (*params.posonly_params, *params.params):
        name = param.name.value
        if given:
            bound[name] = given.pop(0)
        elif name in kw:
            bound[name] = kw.pop(name)
        elif name in defaults and not args.open:
            bound[name] = defaults[name]
        else:
            bound[name] = unknown_parameter(machine, func, param, defaults.get(name))
    for param in params.kwonly_params:
        name = param.name.value
        if name in kw:
            bound[name] = kw.pop(name)
        elif name in defaults and not args.open:
            bound[name] = defaults[name]
        else:
            bound[name] = unknown_parameter(machine, func, param, defaults.get(name))
    if type(params.star_arg) is cst.Param:
        bound[params.star_arg.name.value] = Tup(tuple(given), args.open)
    if params.star_kwarg is not None:
        items: list[tuple[Value, Value]] = [(Const(name), value) for name, value in kw.items()]
        bound[params.star_kwarg.name.value] = new_dict(machine, params.star_kwarg, items, open=args.open)
    return bound


def unknown_parameter(machine: Machine, func: Func, param: cst.Param, usual: Value | None) -> Value:
    """A parameter nobody gives: unknown, of the class that its annotation names, usually its default."""
    term = ("parameter" if machine.alone and not machine.stack else "option", machine.site(param, func.module))
    if isinstance(usual, Text) and len(usual.parts) == 1:  # `Path("out")`
        usual = Const(usual.parts[0])
    if isinstance(usual, Const) and isinstance(usual.value, str):
        machine.usual[term] = usual
    kind = annotation(machine, func, param)
    return machine.parts.instance_of(machine, kind, term, param) if kind else Sym(term)


def annotation(machine: Machine, func: Func, param: cst.Param) -> str:
    """The qualified name of the library class that an annotation names, "" where it names none."""
    if param.annotation is None:
        return ""
    node: cst.CSTNode = param.annotation.annotation
    if isinstance(node, cst.SimpleString):
        text = node.evaluated_value
        node = cst.Name(text) if isinstance(text, str) and text.isidentifier() else node
    return machine.parts.class_named(machine, node)
