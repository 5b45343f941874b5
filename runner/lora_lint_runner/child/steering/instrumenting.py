"""The code of the script's own files, in which loops, and some tests, ask what to do: see `loops`, `scores`, `demands`,
`filters`, `leaving`, `skipping`, `imported`, `caught` and `passing`. Each line is still the user's."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping
from typing import Any

from ..reading.endless import endless, given_in
from . import caught, demands, filters, handlers, imported, leaving, scores, skipping
from .branches import asking
from .leading import Leads
from .loops import Loops

FOR, WHILE = "__lora_lint_for__", "__lora_lint_while__"


def instrumented(
    source: bytes, filename: str, loops: Loops, flags: int = 0, passing: bool = False, steps: bool = False
) -> Any:
    """The code of a file with its loops asking, and handlers around its statements where some are to be passed over,
    and around its backward passes where `steps` of a training are made up.
    Raises SyntaxError as `compile` does, which takes the `flags`."""
    tree = ast.parse(source, filename)
    leads = Leads(tree, filename, loops.sites)
    passes = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "backward"]
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.While)):
            where = (filename, node.lineno)
            loops.bodies[where], loops.led_to[where] = leads.rows_and_sites(node)
            if any(first <= row <= last for row in passes for first, last in loops.bodies[where]):
                loops.training.add(where)
    loops.endless |= {(filename, node.lineno) for node in endless(tree)}
    branches = [n for n in ast.walk(tree) if isinstance(n, ast.If)]
    waiting = {n for n in branches if any(map(leads.sites, n.body)) or scores.keeps_best(n)}
    homes = [n for n in ast.walk(tree) if isinstance(n, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef))]
    saving = {n: home for home in homes for n in ast.walk(home) if n in waiting} if waiting else {}  # the inner one
    tree = _Asking(saving, filters.of_faults(tree), set(skipping.skips(tree))).visit(tree)
    if passing:
        tree = handlers.Passing(steps).visit(tree)  # at last: a test that asks is known by where it stands
    tree = ast.fix_missing_locations(tree)
    return compile(tree, filename, "exec", flags, dont_inherit=True)


class _Asking(ast.NodeTransformer):
    def __init__(
        self, saving: Mapping[ast.If, ast.AST], of_faults: Container[ast.comprehension], skipping: Container[ast.If]
    ) -> None:
        self.count = 0
        self.of_faults = of_faults
        self.skipping = skipping
        self.saving = saving  # branches with a save, or with what is kept for one, and the functions that they stand in

    def visit_If(self, node: ast.If) -> ast.AST:
        test, leaves = node.test, leaving.leaves(node)
        if node in self.saving:
            node.test = _at(scores.asking(node, self.saving[node]), node.test)
        elif demands.ends(node):
            node.test = _at(demands.asking(node.test, node.lineno, wanted=False), node.test)
        if leaves:
            node.test = _at(asking(leaving.LEFT, node.test, test), test)
        elif node in self.skipping:
            node.test = _at(asking(skipping.SKIPPED, node.test, test), test)
        self.generic_visit(node)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        if not filters.of_surroundings(node.iter) and node not in self.of_faults:
            node.ifs = [_at(filters.asking(test, keeps=True), test) for test in node.ifs]
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.test = _at(demands.asking(node.test, node.lineno, wanted=True), node.test)
        self.generic_visit(node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if imported.asks(node):
            node.comparators[0] = _at(ast.Name(imported.IMPORTED, ast.Load()), node.comparators[0])
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        call = ast.Call(ast.Name(caught.CAUGHT, ast.Load()), [ast.Constant(caught.what_for(node))], [])
        node.body.insert(0, _at(ast.Expr(call), node.body[0]))
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        branches = [] if filters.of_surroundings(node.iter) else node.body
        leaving = [(branch, keeps) for branch in branches if (keeps := filters.keeps(branch, branches)) is not None]
        self.generic_visit(node)
        for branch, keeps in leaving:
            assert isinstance(branch, ast.If)
            branch.test = _at(filters.asking(branch.test, keeps=keeps), branch.test)
        call = ast.Call(ast.Name(FOR, ast.Load()), [node.iter, ast.Constant(node.lineno)], [])
        node.iter = _at(call, node.iter)
        return node

    def visit_While(self, node: ast.While) -> Any:
        gives = given_in(node)
        self.generic_visit(node)
        self.count += 1
        name = f"__lora_lint_loop_{self.count}__"
        for row in gives:  # tells the loop of each row that it gives
            told = ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "given", ast.Load()), [_value(row)], [])
            row.value = _at(told, row)
        about: list[ast.expr] = [ast.Constant(node.lineno), ast.Constant(bool(gives))]
        begin = ast.Assign([ast.Name(name, ast.Store())], ast.Call(ast.Name(WHILE, ast.Load()), about, []))
        more = ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "more", ast.Load()), [], [])
        node.test = _at(ast.BoolOp(ast.And(), [more, node.test]), node.test)
        return [_at(begin, node), node]


def _value(row: ast.Yield) -> ast.expr:
    return row.value if row.value is not None else ast.Constant(None)


def _at(new: Any, old: ast.AST) -> Any:
    """Puts new nodes at the place of old ones, so that every line is still the user's."""
    for node in ast.walk(new):
        if not hasattr(node, "lineno") and "lineno" in node._attributes:
            ast.copy_location(node, old)
    return new
