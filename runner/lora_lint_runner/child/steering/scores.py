"""`if score > best:` and `if step % 500 == 0:` around a save, or what is kept for one. Scores of a small model on
made-up rows may stay at nought, where real ones grow, and made-up rows give out before the step has come: then another
attempt takes such a branch once, after the training. It does not where the score is looked up by a name under which
there is none."""

from __future__ import annotations

import ast
import math
import operator
import re
import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..frames import Spot

if TYPE_CHECKING:
    from typing import TypeGuard

MOST = 4
GREW = "__lora_lint_grew__"
ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
}  # fmt: skip
HARDLY = {"Gt": "is not above", "GtE": "is below", "Lt": "is not below", "LtE": "is above"}
BY_NAME = {order.__name__: made for order, made in ORDERS.items()}
COPIES = re.compile(r"copy|state_dict|clone")
DUE = "Eq"  # the order of a count: what is left of it is asked for
SAID = {DUE: "as if the step for a save had come, once"}
# variables that hold scores by name, and which of these is asked for: the name, or where that is kept (`self.metric`)
Named = tuple[tuple[str, str, bool], ...]
UNSCORED = "a save waits for a score that "
ABSENT, NEVER = f"{UNSCORED}is not there: ", f"{UNSCORED}never comes: "


class Scores:
    """What comparisons came to. `taken` are those to take once; `trained` tells whether anything was."""

    def __init__(
        self,
        taken: Iterable[Spot],
        trained: Callable[[], bool],
        say: Callable[[Spot, str], None],
        say_unscored: Callable[[Spot, str], None],
    ) -> None:
        self._waiting = set(taken)
        self._trained, self._say, self._say_unscored = trained, say, say_unscored
        self._held: set[Spot] = set()
        self._without: set[Spot] = set()
        self._asked: dict[Spot, str] = {}

    @property
    def refused(self) -> list[Spot]:
        """Where no score was ever better."""
        asked = ((spot, order) for spot, order in self._asked.items() if spot not in self._held | self._without)
        return sorted(spot for spot, order in asked if order != DUE)

    @property
    def to_come(self) -> list[Spot]:
        """Where the step that is waited for never came."""
        return sorted(spot for spot, order in self._asked.items() if spot not in self._held and order == DUE)

    def grew(self, left: Any, order: str, right: Any, row: int, place: int, named: Named = ()) -> Any:
        """The outcome of a comparison at a row of the script's. `named` is where its scores are looked up."""
        better = left == right if order == DUE else BY_NAME[order](left, right)
        frame = sys._getframe(1)
        spot = (frame.f_code.co_filename, row, place)
        if better:
            self._held |= {spot} if self._trained() else set()  # before that anything is better than nothing
        elif absent := _absent(frame, named):  # what is taken in its place never changes
            self._tell(spot, f"{ABSENT}{absent}")
            return better
        elif order != DUE and not _is_none(left) and _never(left, order, right):
            if self._trained() and not _endless(left):
                self._tell(spot, f"{NEVER}{_number(left)} {HARDLY[order]} {_number(right)}, with which it begins")
            return better  # nothing will ever be better
        elif spot in self._waiting and spot not in self._held and self._trained():
            self._held.add(spot)
            self._say(spot, SAID.get(order, "a better score, once"))
            better = True
        self._asked[spot] = order
        return better

    def _tell(self, spot: Spot, said: str) -> None:
        """Says once why nothing comes of a comparison."""
        if spot not in self._without:
            self._without.add(spot)
            self._say_unscored(spot, said)


def _never(left: Any, order: str, right: Any) -> bool:
    """Begins it with the wrong infinity, or does a loss with nought?"""
    return _endless(left) or _endless(right) or _below_nought(left, order, right)


def _is_none(score: Any) -> bool:
    """Is it no number? Such a score is of made-up rows."""
    return bool(score != score)


def _endless(value: Any) -> bool:
    try:
        return not math.isfinite(value)
    except (TypeError, ValueError, OverflowError):
        return False


def _number(value: Any) -> str:
    """As people read it; also what a tensor holds."""
    try:
        return f"{float(value):.4g}"
    except (TypeError, ValueError, RuntimeError):
        return type(value).__name__


def _below_nought(left: Any, order: str, right: Any) -> bool:
    """Is a loss, which is never below nought, to be less than that?"""
    try:
        return order.startswith("Lt") and bool(right == 0 and left >= 0)
    except (TypeError, ValueError, RuntimeError):
        return False


def asking(branch: ast.If, around: ast.AST) -> ast.expr:
    """The test of a branch with a call in the place of each such comparison that it joins; `around` is the function
    that it stands in."""
    pairs = [ast.Tuple([ast.Constant(part) for part in pair], ast.Load()) for pair in looked_up(branch, around)]
    named = ast.Tuple([*pairs], ast.Load())
    return each_part(branch.test, lambda part, place: _call(part, branch.lineno, place, named) if _asks(part) else part)


def keeps_best(branch: ast.If) -> bool:
    """Does a branch keep a copy of something beside the score that it then has to be better than? What is saved later,
    after it was put back, is then that copy: `if f1 > best: best, state = f1, copy.deepcopy(model.state_dict())`."""
    parts = branch.test.values if isinstance(branch.test, ast.BoolOp) else [branch.test]
    sides = {ast.unparse(side) for part in parts if _asks(part) for side in (part.left, *part.comparators)}
    bound = [n for part in branch.body for n in ast.walk(part) if isinstance(n, ast.Assign)]
    targets = [inner for n in bound for target in n.targets for inner in getattr(target, "elts", [target])]
    calls = [n.func for n in (c for b in bound for c in ast.walk(b.value)) if isinstance(n, ast.Call)]
    copied = any(COPIES.search(getattr(func, "attr", getattr(func, "id", ""))) for func in calls)
    return copied and any(ast.unparse(target) in sides for target in targets)


def looked_up(branch: ast.If, around: ast.AST) -> Named:
    """Where the scores of a test are looked up, with something else in the place of one that is not there:
    `metrics.get("eval_f1", 0.0) > best`, also by a name of its own. What the branch keeps for the next time is none."""
    kept = {
        n.id for part in branch.body for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    names = {n.id for n in ast.walk(branch.test) if isinstance(n, ast.Name)} - kept
    bound = [n for n in ast.walk(around) if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") in names]
    once = [
        n.value
        for n in bound
        if sum(getattr(o.targets[0], "id", "") == getattr(n.targets[0], "id", "") for o in bound) == 1
    ]
    calls = [n for part in (branch.test, *once) for n in ast.walk(part) if isinstance(n, ast.Call) and len(n.args) == 2]
    found = []
    for call in calls:
        holder = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "get" else None
        holder = holder.values[0] if isinstance(holder, ast.BoolOp) else holder  # `(metrics or {}).get(...)`
        if not isinstance(holder, ast.Name) or not isinstance(call.args[1], (ast.Constant, ast.UnaryOp)):
            continue
        key = call.args[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.append((holder.id, key.value, False))
        elif isinstance(key, (ast.Name, ast.Attribute)):
            found.append((holder.id, ast.unparse(key), True))
    return tuple(found)


def _absent(frame: FrameType, named: Named) -> str | None:
    """The score that is not there, and those that are."""
    for holder, said, kept in named:
        scores, key = frame.f_locals.get(holder), _kept(frame, said) if kept else said
        if key is not None and type(scores) is dict and scores and key not in scores:
            return f"{holder} has no {key!r} but {', '.join(map(repr, list(scores)[:MOST]))}"
    return None


def _kept(frame: FrameType, place: str) -> Any:
    """What a variable or an attribute holds; None where there is none."""
    first, *rest = place.split(".")
    found = frame.f_locals.get(first)
    for part in rest:
        found = getattr(found, "__dict__", {}).get(part)
    return found if isinstance(found, str) else None


def each_part(test: ast.expr, made: Callable[[ast.expr, int], ast.expr]) -> ast.expr:
    """A test with something else in the place of each of those that it joins, which are counted."""
    if isinstance(test, ast.BoolOp):
        return ast.BoolOp(test.op, [made(part, place) for place, part in enumerate(test.values)])
    return made(test, 0)


def _call(test: ast.Compare, row: int, place: int, named: ast.expr) -> ast.Call:
    order = type(test.ops[0]).__name__
    parts = [test.left, ast.Constant(order), test.comparators[0], ast.Constant(row), ast.Constant(place), named]
    return ast.Call(ast.Name(GREW, ast.Load()), parts, [])


def _asks(test: ast.expr) -> TypeGuard[ast.Compare]:
    """Is it about which of two computed numbers is larger, or about what a count leaves when it is divided?"""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    if isinstance(test.ops[0], ast.Eq):
        return isinstance(test.left, ast.BinOp) and isinstance(test.left.op, ast.Mod)
    sides = (test.left, *test.comparators)
    return type(test.ops[0]) in ORDERS and not any(isinstance(side, (ast.Constant, ast.UnaryOp)) for side in sides)
