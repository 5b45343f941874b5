"""The loops that nothing in the script ends: its user has to."""

from __future__ import annotations

import ast
from collections.abc import Iterator

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
OF_THE_LOOP = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await)
ENDING = frozenset("exit _exit quit kill abort next __next__".split())  # calls that may end it, or raise what does
INTERRUPTS = frozenset(("KeyboardInterrupt", "BaseException"))


def endless(tree: ast.AST) -> Iterator[ast.While]:
    """The `while True` loops that neither their body nor a function of this file that it calls can end. Where a handler
    around one waits for another exception than Ctrl-C, that may be its end."""
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, plain = waiting.pop()
        if isinstance(node, ast.Try):
            plain = plain and all(_on_interrupt(handler) for handler in node.handlers)
        if isinstance(node, ast.While) and plain and isinstance(node.test, ast.Constant) and node.test.value:
            leaves = any(isinstance(part, OF_THE_LOOP) for part in _own(node)) or any(map(_breaks, node.body))
            if not leaves and not any(map(_raises, _at_work(node, functions))):
                yield node
        waiting += [(child, plain) for child in ast.iter_child_nodes(node)]


def given_in(loop: ast.While) -> list[ast.Yield]:
    """The rows that a `while True` of a generator gives, each time it goes round; none where others may give some."""
    own = list(_own(loop)) if isinstance(loop.test, ast.Constant) and loop.test.value else []
    others = any(isinstance(part, (ast.YieldFrom, ast.Await)) for part in own)
    return [] if others else [part for part in own if isinstance(part, ast.Yield)]


def _on_interrupt(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(c is None or (isinstance(c, ast.Name) and c.id in INTERRUPTS) for c in caught)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """A node's parts, without those of functions and classes defined in it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, SCOPES):
            yield from _own(child)


def _at_work(loop: ast.AST, functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]) -> Iterator[ast.AST]:
    """The parts of a loop, and those of the functions that its body names."""
    seen: set[str] = set()
    waiting = [loop]
    while waiting:
        for part in _own(waiting.pop()):
            yield part
            name = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
            if name in functions and name not in seen:
                seen.add(name)
                waiting.append(functions[name])


def _raises(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", None)
        return name in ENDING
    return isinstance(node, ast.Raise)


def _breaks(node: ast.AST) -> bool:
    """Is there a `break` in a statement that belongs to the loop around it?"""
    if isinstance(node, (*SCOPES, ast.For, ast.AsyncFor, ast.While)):
        return any(map(_breaks, getattr(node, "orelse", ())))
    return isinstance(node, ast.Break) or any(map(_breaks, ast.iter_child_nodes(node)))
