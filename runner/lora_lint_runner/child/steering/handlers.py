"""Handlers around the statements of a file that may be passed over, which ask whether they are (see `passing`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from .demands import exits

PASSED, PASSABLE, INSTEAD = "__lora_lint_passed__", "__lora_lint_passable__", "__lora_lint_instead__"
DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
TRYING = (ast.Try, getattr(ast, "TryStar", ast.Try))  # Python 3.11 has it
NOT_PASSED = (
    *DEFINING, *TRYING, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass, ast.Break, ast.Continue,
)  # fmt: skip
OF_MODELS = re.compile(  # what a statement says that deals with a model
    r"from_pretrained|from_config|get_peft_model|Config\(|\bTrainer|Trainer\(|Arguments\(|\.train\(|\.fit\(|\.backward\("
    r"|save_pretrained|save_model|torch\.save|save_file|optim|merge_|adapter|\.prepare\(|requires_grad|state_dict"
)


def passable(statement: ast.stmt) -> bool:
    """May a statement be passed over? None that deals with a model, and no loop in which one is trained or saved."""
    trivial = isinstance(statement, (ast.Expr, ast.Return)) and isinstance(statement.value, (ast.Constant, type(None)))
    return not isinstance(statement, NOT_PASSED) and not trivial and not OF_MODELS.search(_said(statement))


def _said(statement: ast.stmt) -> str:
    """The whole of a loop; of other statements with others in them, only what is theirs."""
    own = not isinstance(statement, (ast.For, ast.AsyncFor, ast.While)) and hasattr(statement, "body")
    return ast.unparse(statement).split("\n")[0] if own else ast.unparse(statement)


def goes_back(statement: ast.AST) -> bool:
    """`loss.backward()`, of whatever."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    func = call.func if isinstance(call, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr in ("backward", "manual_backward")


class Passing(ast.NodeTransformer):
    """Puts a handler around each statement that may be passed over, and around each backward pass where `steps` may be
    made up. What the script's own handlers around it are there for goes on to them: an `EOFError` that ends a loop."""

    def __init__(self, steps: bool = False) -> None:
        self.steps = steps
        self.awaited: list[ast.expr] = []
        self.in_while = False
        self.other_ways: tuple[str, ...] = ()  # what the branches and handlers around a statement would bind

    def visit_Try(self, node: Any) -> Any:
        outer, around = self.awaited, self.other_ways
        self.other_ways = (*around, *_bound(node))
        groups = [ast.Name("BaseExceptionGroup", ast.Load())] if not isinstance(node, ast.Try) else []
        kinds = [handler.type or ast.Name("BaseException", ast.Load()) for handler in node.handlers]
        self.awaited = [*outer, *kinds, *groups]
        node.body = self._each(node.body)
        self.awaited = outer
        for part in (node.handlers, node.orelse, node.finalbody):
            part[:] = self._each(part)
        self.other_ways = around
        return node

    visit_TryStar = visit_Try

    def visit_While(self, node: ast.While) -> ast.AST:
        outer, self.in_while = self.in_while, True
        self.generic_visit(node)
        self.in_while = outer
        return node

    def visit_If(self, node: ast.AST) -> ast.AST:
        outer, self.other_ways = self.other_ways, (*self.other_ways, *_bound(node))
        self.generic_visit(node)
        self.other_ways = outer
        return node

    visit_Match = visit_If

    def visit(self, node: ast.AST) -> Any:
        outer = self.awaited, self.in_while, self.other_ways
        if isinstance(node, (*DEFINING, ast.Lambda)):
            self.awaited, self.in_while, self.other_ways = [], False, ()
        super().visit(node)  # in place
        self.awaited, self.in_while, self.other_ways = outer
        back = self.steps and goes_back(node)
        return self._held(node, back) if isinstance(node, ast.stmt) and (back or passable(node)) else node

    def _each(self, nodes: list[Any]) -> list[Any]:
        return [self.visit(node) for node in nodes]

    def _held(self, node: ast.stmt, back: bool) -> ast.stmt:
        """The statement with its handler."""
        asked = (node.lineno, node.col_offset, _last_row(node), self.in_while, isinstance(node, ast.While), back)
        call = ast.Call(ast.Name(PASSED, ast.Load()), [ast.Constant(part) for part in asked], [])
        refused = ast.If(ast.UnaryOp(ast.Not(), call), [ast.Raise()], [])
        others = self.other_ways if isinstance(node, ast.Raise) or exits(node) else ()
        handler = ast.ExceptHandler(ast.Name(PASSABLE, ast.Load()), None, [refused, *_instead(node, others)])
        theirs = [ast.ExceptHandler(kind, None, [ast.Raise()]) for kind in self.awaited]
        for inner in (n for one in (*theirs, handler) for n in ast.walk(one)):
            if "lineno" in inner._attributes and not hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
        return ast.copy_location(ast.Try([node], [*theirs, handler], [], []), node)


def _last_row(node: ast.stmt) -> int:
    """The last one that is a statement's own: what stands in it has others."""
    inner = [n.lineno for n in ast.walk(node) if isinstance(n, ast.stmt) and n is not node]
    return max(node.lineno, min(inner) - 1) if inner else node.end_lineno or node.lineno


def _instead(node: ast.stmt, others: Iterable[str] = ()) -> Iterator[ast.stmt]:
    """What is done in the place of a statement. A name that it works on itself keeps what it stands for; so does one of
    those that `others` would have bound, where it has a value: `else: raise ValueError(kind)`."""
    call = ast.Call(ast.Name(INSTEAD, ast.Load()), [], [])
    if isinstance(node, ast.Return):
        yield ast.Return(call)
        return
    read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    simple = isinstance(node, (ast.Assign, ast.AnnAssign))
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for target in targets:
        if isinstance(target, ast.Attribute):
            yield ast.Assign([target], call)
    for name in dict.fromkeys((*_bound(node), *others)):
        bind = ast.Assign([ast.Name(name, ast.Store())], call)
        if simple and name not in read:
            yield bind
        else:  # unless it has a value already
            missing = ast.ExceptHandler(ast.Name("NameError", ast.Load()), None, [bind])
            yield ast.Try([ast.Expr(ast.Name(name, ast.Load()))], [missing], [], [])


def _bound(node: ast.AST) -> Iterator[str]:
    """The variables that get a value, but those of comprehensions and functions, which nobody else sees."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, (ast.comprehension, ast.Lambda, *DEFINING)):
            yield from _bound(inner)
