"""Statements of the script that made-up rows do not suit: another attempt passes over them, and goes on with something
that takes every call in the place of what they were to make. What models do with it is not left to that: they are fed
as they want to be fed (see `stand_in.training.feeding`).

Nothing that deals with a model is passed over.
"""

from __future__ import annotations

import ast
import builtins
import os
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..context import Run
from ..frames import OURS, Spot
from ..spec import PASSED_OVER
from ..stand_in.anything import Anything

PASSED, PASSABLE, INSTEAD = "__lora_lint_passed__", "__lora_lint_passable__", "__lora_lint_instead__"
ERRORS = (Exception, SystemExit)
MOST = 512  # times that one statement is passed over: a loop that waits for what it no longer gets would not end
ITS_OWN = (OSError, NameError, ImportError, SyntaxError, MemoryError, RecursionError, NotImplementedError)
OF_ROWS = (LookupError, ZeroDivisionError, ValueError, StopIteration)
SAID = "passed over, as made-up rows do not suit it"
NOT_PASSED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)
OF_MODELS = re.compile(  # what a statement says that deals with a model
    r"from_pretrained|from_config|get_peft_model|Config\(|\bTrainer|Trainer\(|Arguments\(|\.train\(|\.fit\(|\.backward\("
    r"|save_pretrained|save_model|torch\.save|save_file|optim|merge_|adapter|\.prepare\(|requires_grad|state_dict"
)
AT_WORK = re.compile(  # modules of libraries that deal with a model
    r"[/\\](transformers[/\\](trainer|models|modeling_|generation|training_args|configuration_|integrations)|peft[/\\]"
    r"|trl[/\\]|accelerate[/\\]|diffusers[/\\]|safetensors[/\\]|torch[/\\](nn|optim|autograd)[/\\])"
)


def install(run: Run, spots: Iterable[Spot], say: Callable[[Spot, str], None]) -> None:
    """What the handlers around the statements call."""
    wanted = set(spots)
    times: Counter[Spot] = Counter()

    def passed(row: int, column: int) -> Any:
        error = sys.exc_info()[1]
        spot = (sys._getframe(1).f_code.co_filename, row, column)
        times[spot] += 1
        if error is None or spot not in wanted or not may_pass(run, error) or times[spot] > MOST:
            raise
        if times[spot] == 1:
            run.met.passed.append(spot)
            say(spot, f"{SAID} ({_short(error)})")
        return instead()

    def instead() -> Any:
        return Anything("made-up rows")  # no package is called so

    setattr(builtins, PASSED, passed)
    setattr(builtins, INSTEAD, instead)
    setattr(builtins, PASSABLE, ERRORS)


def may_pass(run: Run, error: BaseException) -> bool:
    """Is it an error with made-up rows, before anything was trained? Afterwards only one for want of some."""
    errors = (OF_ROWS if PASSED_OVER in run.spec.learned else ()) if has_trained(run) else ERRORS
    own = isinstance(error, ITS_OWN) and not isinstance(error, FileNotFoundError)
    return isinstance(error, errors) and not own and run.made_up and not of_models(run, error)


def has_trained(run: Run) -> bool:
    """Was there a backward pass, or a step of an optimizer?"""
    return bool(run.events.steps or run.events.backwards)


def of_models(run: Run, error: BaseException) -> bool:
    """Was it raised by what deals with a model, below the script's own code?"""
    names = [f.filename for f in traceback.extract_tb(error.__traceback__)]
    last = max((place for place, name in enumerate(names) if run.code.owns(name)), default=len(names))
    return any(AT_WORK.search(name) for name in names[last + 1 :] if not name.startswith(OURS))


def passable(statement: ast.stmt) -> bool:
    """May a statement be passed over? None that deals with a model."""
    head = ast.unparse(statement).split("\n")[0] if hasattr(statement, "body") else ast.unparse(statement)
    return not isinstance(statement, NOT_PASSED) and not OF_MODELS.search(head)


def _short(error: BaseException) -> str:
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return text if len(text) <= 120 else f"{text[:117]}..."


class Passing(ast.NodeTransformer):
    """Puts a handler around the statements of a file that are at these rows and columns. What the script's own handlers
    around it are there for goes on to them: an `EOFError` that ends a loop."""

    def __init__(self, places: set[tuple[int, int]]) -> None:
        self.places = places
        self.awaited: list[ast.expr] = []

    def visit_Try(self, node: ast.Try) -> ast.AST:
        outer = self.awaited
        self.awaited = [*outer, *(handler.type for handler in node.handlers if handler.type is not None)]
        node.body = [self.visit(inner) for inner in node.body]
        self.awaited = outer
        for part in (node.handlers, node.orelse, node.finalbody):
            part[:] = [self.visit(inner) for inner in part]
        return node

    def visit(self, node: ast.AST) -> Any:
        outer = self.awaited
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            self.awaited = []
        super().visit(node)  # in place
        self.awaited = outer
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if isinstance(node, ast.stmt) and place in self.places and passable(node):
            return self._held(node, place)
        return node

    def _held(self, node: ast.stmt, place: tuple[int, int]) -> ast.Try:
        """The statement with its handler."""
        call = ast.Call(ast.Name(PASSED, ast.Load()), [ast.Constant(part) for part in place], [])
        handler = ast.ExceptHandler(ast.Name(PASSABLE, ast.Load()), None, list(_instead(node, call)))
        theirs = [ast.ExceptHandler(kind, None, [ast.Raise()]) for kind in self.awaited]
        for inner in (n for one in (*theirs, handler) for n in ast.walk(one)):
            if "lineno" in inner._attributes and not hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
        return ast.copy_location(ast.Try([node], [*theirs, handler], [], []), node)


def _instead(node: ast.stmt, call: ast.expr) -> Iterator[ast.stmt]:
    """What is done in the place of a statement. A name that it works on itself keeps what it stands for."""
    if isinstance(node, ast.Return):
        yield ast.Return(call)
        return
    yield ast.Expr(call)
    call = ast.Call(ast.Name(INSTEAD, ast.Load()), [], [])
    read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    simple = isinstance(node, (ast.Assign, ast.AnnAssign))
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for target in targets:
        if isinstance(target, ast.Attribute):
            yield ast.Assign([target], call)
    for name in dict.fromkeys(_bound(node)):
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
        if not isinstance(inner, (ast.comprehension, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _bound(inner)


def places_of(spots: Iterable[Spot], filename: str) -> set[tuple[int, int]]:
    """Rows and columns of those in a file."""
    real = os.path.realpath(filename)
    return {(row, column) for name, row, column in spots if os.path.realpath(name) == real}
