"""Which functions of a script see many rows at once: lists of values."""

from __future__ import annotations

import ast

from ..walking import walk

MAPPERS = ("map", "filter", "with_transform", "set_transform")


def batched(tree: ast.Module) -> set[ast.AST]:
    """The functions that are mapped with batched=True, set as a transform, or format rows as a list of texts."""
    functions = {n.name: n for n in walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    found: set[ast.AST] = set()
    for node in walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "formatting_func":
            found |= {functions[n] for n in _led_to(node.value) if n in functions and _gives_list(functions[n])}
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MAPPERS):
            continue
        batched = node.func.attr.endswith("transform") or any(
            k.arg == "batched" and isinstance(k.value, ast.Constant) and k.value.value is True for k in node.keywords
        )
        if not batched:
            continue
        for arg in (*node.args, *(k.value for k in node.keywords)):
            found |= {arg} if isinstance(arg, ast.Lambda) else set()
            found |= {functions[name] for name in _led_to(arg) if name in functions}
    return found


def _led_to(given: ast.expr) -> set[str]:
    """The functions that get what a mapped one gets: `tokenize`, `partial(tokenize, ...)`, or
    `lambda rows: tokenize(rows, ...)`."""
    if isinstance(given, ast.Name):
        return {given.id}
    if isinstance(given, ast.Call) and ast.unparse(given.func).endswith("partial") and given.args:
        return _led_to(given.args[0])
    if not isinstance(given, ast.Lambda) or not given.args.args:
        return set()
    rows = given.args.args[0].arg
    calls_ = [n for n in walk(given.body) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return {c.func.id for c in calls_ if isinstance(c.func, ast.Name) and any(ast.unparse(a) == rows for a in c.args)}


def _gives_list(function: ast.AST) -> bool:
    """Does a function give back a list, written out or filled under a name?"""
    lists = (ast.List, ast.ListComp)
    set_ = [n for n in walk(function) if isinstance(n, ast.Assign) and isinstance(n.value, lists)]
    filled = {ast.unparse(target) for node in set_ for target in node.targets}
    given = [n.value for n in walk(function) if isinstance(n, ast.Return) and n.value is not None]
    return any(isinstance(value, lists) or ast.unparse(value) in filled for value in given)
