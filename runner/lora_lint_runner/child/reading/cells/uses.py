"""How a script uses a value: what kind of thing its surroundings ask for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..literals import imported, listed, literals, said, texts_in
from ..patterns import patterns_in
from ..spelled import Spelled
from ..walking import FUNCTIONS, parents_of, scope_of, walk
from .compared import FIRST, SAME_TEXT, compared, whole_numbers
from .handed import Handed
from .shape import ANY, Shape
from .tables import number_of
from .telling import as_number, is_said, is_text, part_of_path, part_of_time

TEXT_METHODS = frozenset(
    (
        "split strip lower upper replace startswith endswith format rstrip lstrip encode splitlines find "
        "count title join capitalize removeprefix removesuffix isdigit partition rpartition rsplit casefold"
    ).split()
)
LOOKED_UP = ("isin", "map")  # a column of a table, by the cells that it may have
CELLWISE = ("apply", "map")
IMAGE_METHODS = frozenset(["convert", "resize", "crop", "thumbnail", "rotate", "mode"])


class Uses(Handed):
    """Follows values of one module through its expressions, a few steps far."""

    def __init__(
        self,
        tree: ast.Module,
        asked: Callable[[ast.AST], tuple[str | None, ast.Name | None]],
        elsewhere: Mapping[str, list[Any]],
    ) -> None:
        self.tree, self._asked = tree, asked
        self.parents = parents_of(tree)
        self.literals = {**imported(tree, elsewhere), **literals(tree)}
        self.spelled = Spelled(walk(tree), self.literals)
        self.patterns = patterns_in(tree)
        self.listed = listed(tree)
        self.said = said(tree)

    def scope(self, node: ast.AST) -> ast.AST:
        return scope_of(self.parents.get(node, self.tree), self.parents, (*FUNCTIONS, ast.Lambda))

    def of(self, node: ast.AST, depth: int) -> Shape:
        """The shape that the surroundings of an expression ask for."""
        parent = self.parents.get(node)
        if parent is None or depth > 6:
            return ANY
        if isinstance(parent, ast.Subscript):
            return self._subscripted(node, parent, depth)
        if isinstance(parent, ast.Attribute):
            called = self.parents.get(parent)
            if parent.attr in SAME_TEXT and isinstance(called, ast.Call):  # as what it gives is used
                inner = self.of(called, depth + 1)
                return Shape("text", values=inner.values if inner.kind == "text" else ())
            if parent.attr in TEXT_METHODS:
                return Shape("text")
            if parent.attr in LOOKED_UP and isinstance(called, ast.Call) and called.args:
                if values := texts_in(called.args[0], self.literals):
                    return Shape("text", values=values)
                if numbers := whole_numbers(called.args[0], self.literals):
                    return Shape("int", values=numbers)
            if parent.attr in CELLWISE and isinstance(called, ast.Call) and called.args:
                return self.each(called.args[0], depth)
            if parent.attr in IMAGE_METHODS:
                return Shape("image")
            if parent.attr == "get" and isinstance(called, ast.Call) and called.args:
                key = called.args[0]
                name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
                return Shape("record", fields=((name, self.of(called, depth + 1)),)) if name else Shape("record")
            if parent.attr == "values" and not (isinstance(called, ast.Call) and called.func is parent):
                return self._column(parent, depth)
            if parent.attr in ("items", "keys", "values"):
                return Shape("record")
            return ANY
        if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node:
            return Shape("list", self._each_item(parent.target, parent, depth))
        if isinstance(parent, ast.FormattedValue):
            return Shape("float") if as_number(parent) else ANY
        if isinstance(parent, ast.BinOp):
            other = parent.right if parent.left is node else parent.left
            text = all(map(is_text, (other.body, other.orelse) if isinstance(other, ast.IfExp) else (other,)))
            if isinstance(parent.op, ast.Div) and parent.right is node:
                return part_of_path(node, self.parents)
            number = isinstance(other, ast.Constant) and type(other.value) in (int, float)  # `row["end"] + 0.1`
            if isinstance(parent.op, (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow)):
                return Shape("int")
            if isinstance(parent.op, ast.Add) and number:
                return Shape("int")
            if not isinstance(parent.op, ast.Add):
                return ANY
            return Shape("text") if text else self.of(parent, depth + 1)
        if isinstance(parent, ast.Compare):
            return compared(parent, node, self.literals, self._said_by, self.parents.get(parent))
        if isinstance(parent, ast.Call):
            return self.called(node, parent, depth)
        if isinstance(parent, ast.keyword):
            return {"images": Shape("image"), "conversation": Shape("messages"), "text": Shape("text")}.get(
                parent.arg or "", ANY
            )
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
            return self._bound(parent.targets[0], self.scope(parent), depth)
        if isinstance(parent, (ast.IfExp, ast.BoolOp)):
            return self.of(parent, depth + 1)
        if isinstance(parent, ast.Dict):
            return Shape("text") if is_said(node, parent) else ANY
        return self._one_of_several(node, parent, depth)

    def _said_by(self, other: ast.AST) -> Collection[str]:
        """The texts that an expression stands for: a name as it is bound elsewhere, an f-string of such."""
        if isinstance(other, ast.JoinedStr):
            return self.spelled.of(other)
        name = getattr(other, "attr", getattr(other, "id", ""))
        return tuple(dict.fromkeys((*self.said.get(name, ()), *self.spelled.named(name))))

    def _column(self, values: ast.Attribute, depth: int) -> Shape:
        """A cell of a column of a table, as each of `frame["text"].values` is used."""
        above, number = self.parents.get(values), number_of(values, self.parents)
        if isinstance(above, (ast.For, ast.comprehension)) and above.iter is values:
            return self.named(above.target, above, depth)
        return Shape(number) if number is not None else ANY

    def _bound(self, target: ast.expr, scope: ast.AST, depth: int) -> Shape:
        """As a variable is used, or several that share it: `x, y = row["point"]`."""
        if not isinstance(target, (ast.Tuple, ast.List)) or any(isinstance(e, ast.Starred) for e in target.elts):
            return self.named(target, scope, depth)
        items = ANY
        for part in target.elts:
            items = items.joined(self.named(part, scope, depth))
        return Shape("list", items, size=len(target.elts))

    def _each_item(self, target: ast.expr, loop: ast.AST, depth: int) -> Shape:
        """As the variable of a loop is used, or each of several: `for start, end, tag in row["spans"]`."""
        parts = target.elts if isinstance(target, ast.Tuple) else []
        if not parts or not all(isinstance(part, ast.Name) for part in parts):
            return self.named(target, loop, depth)
        fields = tuple((part.id, self.named(part, loop, depth)) for part in parts if isinstance(part, ast.Name))
        return Shape("list", fields=fields, size=len(fields))

    def _one_of_several(self, node: ast.AST, parent: ast.AST, depth: int) -> Shape:
        """`texts, marks = row["texts"], row["marks"]`: as the variable in its place is used."""
        above = self.parents.get(parent)
        target = above.targets[0] if isinstance(above, ast.Assign) and len(above.targets) == 1 else None
        if not isinstance(parent, ast.Tuple) or not isinstance(target, ast.Tuple) or above is None:
            return ANY
        pairs = dict(zip(parent.elts, target.elts)) if len(parent.elts) == len(target.elts) else {}
        return (
            self.named(pairs[node], self.scope(above), depth) if isinstance(node, ast.expr) and node in pairs else ANY
        )

    def _subscripted(self, node: ast.AST, parent: ast.Subscript, depth: int) -> Shape:
        if parent.slice is node:
            if isinstance(parent.value, ast.Dict):  # `{"client": "user", "agent": "assistant"}[turn["who"]]`
                return Shape("text", values=texts_in(parent.value, self.literals))
            name = parent.value.id if isinstance(parent.value, ast.Name) else ""
            keys = list(range(self.listed[name])) if name in self.listed else self.literals.get(name)
            if keys:
                return Shape("text" if isinstance(keys[0], str) else "int", values=tuple(keys))
            # `row["answers"][row["best"]]`: if it is a number, one of the first
            taken = isinstance(parent.value, ast.Subscript) and isinstance(parent.ctx, ast.Load)
            return Shape(values=FIRST) if taken else ANY
        key = parent.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return Shape("record", fields=((key.value, self.of(parent, depth + 1)),))
        if isinstance(key, ast.Constant) and self._a_mark(parent):
            return Shape("text")  # `path[1] == ":"`
        if isinstance(key, ast.Slice):
            inner = self.of(parent, depth + 1)
            if inner.kind == "int" and part_of_time(key):
                return Shape("date")
            return inner if inner.kind in ("list", "messages") else Shape("any")
        return Shape("list", self.of(parent, depth + 1))

    def _a_mark(self, node: ast.AST) -> bool:
        """Is it compared with a mark of one character, which no word of a list would be?"""
        above = self.parents.get(node)
        others = [above.left, *above.comparators] if isinstance(above, ast.Compare) else []
        marks = [n.value for n in others if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        return any(len(mark) == 1 and not mark.isalnum() for mark in marks)

    def named(self, target: ast.AST, scope: ast.AST, depth: int) -> Shape:
        """The shape that the uses of a variable ask for."""
        if not isinstance(target, ast.Name):
            return ANY
        if isinstance(scope, ast.comprehension):
            scope = self.parents.get(scope, scope)
        return self.uses_of(target.id, scope, depth)

    def uses_of(self, name: str, scope: ast.AST, depth: int) -> Shape:
        shape = ANY
        if depth > 5:
            return shape
        for node in walk(scope):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                parent = self.parents.get(node)
                asked, _ = self._asked(parent) if parent is not None else (None, None)
                if asked is None and isinstance(parent, ast.Attribute) and parent.attr == "get":
                    parent = self.parents.get(parent)
                    asked, _ = self._asked(parent) if parent is not None else (None, None)
                if asked is not None and parent is not None:
                    shape = shape.joined(Shape("record", fields=((asked, self.of(parent, depth + 1)),)))
                else:
                    shape = shape.joined(self.of(node, depth + 1))
        return shape
