"""Arguments on which it depends whether there is an adapter at all: `if args.method == "lora": get_peft_model(...)`, or
`peft_config=config if args.adapt else None` of a trainer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....context import Run
from ....reading.sources import trees
from ..learning import Learned, more

METHODS = frozenset(["add_adapter"])  # by which a model of transformers gets one
GIVEN = "peft_config"  # to trl's trainers
OFF = (None, "", False)
RANK = 8


def brought_in(run: Run) -> Learned | None:
    """What a way to PEFT asks for, after a run that took none."""
    filler = run.filler
    if filler is None or run.spec.argv is not None or {"wrapped", "added", "loaded"} & run.journal.kinds:
        return None
    tried, known = run.spec.learned.get("arguments", ()), run.spec.learned.get("values", {})
    for option, value in _asked(run):
        if option in filler.options and option not in known and filler.options[option] != value:
            if value is not True:
                return {**more(run, "arguments", [option]), "values": {**known, option: value}}
            if filler.options[option] in OFF and option not in tried:
                return more(run, "arguments", [option])
    return None


def _asked(run: Run) -> list[tuple[str, object]]:
    """Options and the values that lead to PEFT, what sounds like LoRA first."""
    found = [
        asked
        for tree in trees(run.spec.script, run.spec.work)
        for test in _ways(tree)
        for asked in _options(_told(test, tree))
    ]
    return sorted(found, key=lambda asked: "lora" not in f"{asked[0]} {asked[1]}".lower())


def _ways(tree: ast.Module) -> Iterator[ast.expr]:
    """The tests that lead to PEFT."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and _uses(node, _of_peft(tree)):
            yield node.test
        elif isinstance(node, ast.keyword) and node.arg == GIVEN and isinstance(node.value, ast.IfExp):
            yield node.value.test


def _of_peft(tree: ast.Module) -> frozenset[str]:
    """The names that a module takes from PEFT, and its functions that use those, whatever they are asked."""
    taken = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and (n.module or "").split(".")[0] == "peft"]
    names = METHODS.union(alias.asname or alias.name for node in taken for alias in node.names)
    return names.union(n.name for n in tree.body if isinstance(n, ast.FunctionDef) and _uses(n, names))


def _uses(block: ast.If | ast.FunctionDef, names: frozenset[str]) -> bool:
    called = [n.func for line in block.body for n in ast.walk(line) if isinstance(n, ast.Call)]
    return any(getattr(func, "attr", getattr(func, "id", "")) in names for func in called)


def _told(test: ast.expr, tree: ast.Module) -> ast.expr:
    """What a test stands for: `adapts = args.rank > 0`, then `if adapts:`."""
    if not isinstance(test, ast.Name):
        return test
    bound = [n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and _binds(n, test.id)]
    tests = (ast.BoolOp, ast.Compare, ast.UnaryOp)
    return bound[0] if len(bound) == 1 and isinstance(bound[0], tests) else test


def _binds(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _options(test: ast.expr) -> Iterator[tuple[str, object]]:
    """What a test asks of options: `args.method == "lora"`, `method in ("lora", "dora")`, `args.adapt`, `rank > 0`."""
    if isinstance(test, ast.BoolOp):
        for part in test.values if isinstance(test.op, ast.And) else test.values[:1]:
            yield from _options(part)
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Eq, ast.In)):
        others = getattr(test.comparators[0], "elts", [test.comparators[0]])
        values = [other.value for other in others if isinstance(other, ast.Constant)]
        yield from ((name, value) for name in _named(test.left) for value in values[:1])
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Gt, ast.GtE)):
        least = getattr(test.comparators[0], "value", None)
        if type(least) is int:  # as a rank is
            yield from ((name, max(least + 1, RANK)) for name in _named(test.left))
    else:
        yield from ((name, True) for name in _named(test))


def _named(node: ast.expr) -> list[str]:
    """The option that an expression stands for, also in other letters: `args.method.lower()`."""
    inner = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
    name = inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", None)
    return [name] if isinstance(name, str) else []
