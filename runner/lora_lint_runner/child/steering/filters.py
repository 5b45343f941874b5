"""Tests that leave rows out: `if len(text) < 200: continue`, `[row for row in rows if row["split"] == name]`, a table
of pandas asked for the rows of a mask. Where one of them has left none of the made-up rows, and the script stopped for
want of them, another attempt takes it to keep them all."""

from __future__ import annotations

import ast
import copy
import operator
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from ..frames import Spot
from . import demands

FILTERED = "__lora_lint_filtered__"
COMPARED = "__lora_lint_compared__"
WAIVED = "__lora_lint_waived__"
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq, "NotEq": operator.ne,
    "In": lambda item, held: item in held, "NotIn": lambda item, held: item not in held,
    "startswith": lambda text, part: text.startswith(part), "endswith": lambda text, part: text.endswith(part),
}  # fmt: skip
AFFIXES = ("startswith", "endswith")
HOLDING: frozenset[type] = frozenset((list, tuple, set, frozenset, dict, type({}.keys()), type({}.values())))
MOST = 64  # comparisons of a test, and values in one, that are kept
KEPT = "leaves none of the made-up rows: taken to keep them"
SURROUNDINGS = frozenset(
    "environ argv parameters named_parameters modules named_modules named_children named_buffers state_dict".split()
)
KEEPING = frozenset("append add extend setdefault update appendleft insert write".split())


class Wanted(NamedTuple):
    """A cell, or the name of a column, that was compared in vain, and with which texts; or how it was to begin or
    end."""

    cell: str
    values: tuple[str, ...]
    is_column: bool = False
    affix: str = ""


class Filters:
    """What such tests came to. `waived` are those that keep what they are asked about."""

    def __init__(self, waived: Iterable[Spot], say: Callable[[Spot, str], None]) -> None:
        self._waived = set(waived)
        self._say = say
        self._said: set[Spot] = set()
        self._left: dict[Spot, int] = {}  # rows that a test has left out, as long as it has kept none
        self._compared: list[Wanted] = []  # on the way to the outcome of a test
        self._wanted: dict[Spot, list[Wanted]] = {}
        self._missed: list[Wanted] = []

    @property
    def keeping_none(self) -> list[Spot]:
        """Where no row was ever kept."""
        return sorted(spot for spot, count in self._left.items() if count)

    @property
    def wanted(self) -> list[Wanted]:
        """What the tests that never kept a row compared its cells with, and what was looked up in vain."""
        return [*(each for each in self._compared_in_vain() if not each.affix), *self._missed]

    @property
    def affixes(self) -> list[Wanted]:
        """How these tests wanted texts to begin or end."""
        return [each for each in self._compared_in_vain() if each.affix]

    @property
    def unfound(self) -> list[Wanted]:
        """Columns of which next to no cell was in a table."""
        return self._missed

    def _compared_in_vain(self) -> Iterator[Wanted]:
        return (each for spot in self.keeping_none for each in self._wanted.get(spot, ()))

    def compared(self, how: str, left: Any, right: Any) -> Any:
        """The outcome of a comparison within a test."""
        if how in AFFIXES:
            self.want(left, right if isinstance(right, tuple) else (right,), affix=how)
        elif "In" in how:
            self.want(left, right)
        else:
            self.want(left, (right,))
            self.want(right, (left,))
        return OPERATORS[how](left, right)

    def want(self, cell: object, values: Any, *, is_column: bool = False, affix: str = "") -> None:
        """A cell, or a column, is compared with these."""
        if isinstance(cell, str) and type(values) in HOLDING and len(self._compared) < MOST:
            texts = tuple(value for value in islice(values, MOST) if type(value) is str)
            if texts:
                self._compared.append(Wanted(cell, texts, is_column, affix))

    def missed(self, column: str, table: dict[Any, Any]) -> None:
        """No cell of a column is in a table."""
        keys = tuple(key for key in islice(table, MOST) if type(key) is str)
        if keys and len(self._missed) < MOST:
            self._missed.append(Wanted(column, keys, is_column=True))

    def filtered(self, found: Any, keeps: bool, row: int, column: int) -> Any:
        """The outcome of a test at a place of the script's; a row is kept where it is `keeps`."""
        spot = (sys._getframe(1).f_code.co_filename, row, column)
        if self.waives(spot):
            self._compared.clear()
            return keeps
        self.note(spot, bool(found) == keeps)
        return found

    def waives(self, spot: Spot) -> bool:
        """Is all to be kept here?"""
        if spot not in self._waived:
            return False
        if spot not in self._said:
            self._said.add(spot)
            self._say(spot, KEPT)
        return True

    def waived(self, row: int, column: int) -> bool:
        """The same, asked from a place of the script's."""
        return self.waives((sys._getframe(1).f_code.co_filename, row, column))

    def note(self, spot: Spot, kept: bool) -> None:
        """Something was kept here, or left out."""
        compared, self._compared = self._compared, []
        if kept:
            self._left[spot] = 0
            self._wanted.pop(spot, None)
        elif self._left.get(spot, 1):
            self._left[spot] = self._left.get(spot, 0) + 1
            wanted = self._wanted.setdefault(spot, [])
            wanted += [each for each in compared if each not in wanted][: MOST - len(wanted)]


def of_surroundings(over: ast.expr) -> bool:
    """Does a loop go through something that is never made up, of which a test may well keep nothing: the environment
    (`for name, value in os.environ.items()`), the words of the command line, the parameters of a model?"""
    names = {n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in ast.walk(over)}
    return bool(names & SURROUNDINGS)


def of_faults(tree: ast.Module) -> set[ast.comprehension]:
    """The loops that look for what is wrong, so that none is what is wanted: `lacking = [c for c in NEEDED if c not in
    names]`, and the script ends `if lacking`, or goes on by `assert not lacking`."""
    ended = {_held(n.test) for n in ast.walk(tree) if isinstance(n, ast.If) and demands.ends(n)}
    asserted = [n.test for n in ast.walk(tree) if isinstance(n, ast.Assert)]
    ended |= {_held(n.operand) for n in asserted if isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.Not)}
    made = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and _held(n.targets[0]) in ended - {None}]
    return {loop for n in made for loop in getattr(n.value, "generators", ())}


def _held(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def keeps(branch: ast.stmt, body: list[ast.stmt]) -> bool | None:
    """The outcome of a branch's test with which a row of the loop is kept; None where it is no test of rows: what is
    kept where the others are (`kept.append(row); continue`) is not left out."""
    if not isinstance(branch, ast.If) or branch.orelse:
        return None
    if isinstance(branch.body[-1], ast.Continue):
        others = {place for statement in body if statement is not branch for place in _places(statement)}
        return None if others & {place for statement in branch.body for place in _places(statement)} else False
    inner = [part for within in branch.body if isinstance(within, ast.If) for part in within.body]  # if it has a text
    return True if any(_put(part) is not None for part in (*branch.body, *inner)) else None


def _places(statement: ast.stmt) -> set[str]:
    return {place for n in ast.walk(statement) if isinstance(n, ast.stmt) and (place := _put(n)) is not None}


def _put(statement: ast.stmt) -> str | None:
    """Where it puts a row, if anywhere: `rows.append(row)`, `rows[key] = row`, `yield row`."""
    if isinstance(statement, ast.Assign):
        target = statement.targets[0]
        return ast.unparse(target.value) if isinstance(target, ast.Subscript) else None
    value = statement.value if isinstance(statement, ast.Expr) else None
    func = value.func if isinstance(value, ast.Call) else None
    if isinstance(func, ast.Attribute) and func.attr in KEEPING:
        return ast.unparse(func.value)
    return "yield" if isinstance(value, ast.Yield) else None


def asking(test: ast.expr, *, keeps: bool) -> ast.expr:
    """A test whose outcome is told on its way, and what it compares with what. Where all is kept, the names are bound
    all the same that the rest of it binds, `if path.suffix == ".srt" and (found := NAME.match(path.stem))`."""
    where: list[ast.expr] = [ast.Constant(value) for value in (test.lineno, test.col_offset)]
    parts = [copy.deepcopy(part) for part in _binding_late(test)]
    test = _Comparing().visit(test)
    asked = ast.Call(ast.Name(FILTERED, ast.Load()), [test, ast.Constant(keeps), *where], [])
    if not parts:
        return asked
    kept = ast.Subscript(ast.Tuple([*parts, ast.Constant(keeps)], ast.Load()), ast.Constant(-1), ast.Load())
    return ast.IfExp(ast.Call(ast.Name(WAIVED, ast.Load()), where, []), kept, asked)


def _binding_late(test: ast.expr) -> list[ast.expr]:
    """The parts of a test that bind names, where it may have its outcome before it comes to them."""
    late = [v for n in ast.walk(test) if isinstance(n, ast.BoolOp) for v in n.values[1:]]
    return [value for value in late if isinstance(value, ast.NamedExpr)]


class _Comparing(ast.NodeTransformer):
    """`a == b`, `a in b`, `a.startswith(b)` as calls that are told of both sides."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr not in AFFIXES or len(node.args) != 1 or node.keywords:
            return node
        return self._told(func.attr, func.value, node.args[0], node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        how = type(node.ops[0]).__name__
        if len(node.ops) > 1 or how not in OPERATORS:
            return node
        return self._told(how, node.left, node.comparators[0], node)

    def _told(self, how: str, left: ast.expr, right: ast.expr, node: ast.expr) -> ast.expr:
        call = ast.Call(ast.Name(COMPARED, ast.Load()), [ast.Constant(how), left, right], [])
        return ast.copy_location(call, node)
