"""Columns whose cells a script holds against each other: keys by which rows of one file find those of another.

`passages = {row["id"]: row for row in a}`, then `passages.get(other["passage_id"])`: both hold the same names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..cells.tables import text_of, texts_of
from ..walking import parents_of, walk
from .origins import each

WHOLE = ("sorted", "list", "tqdm", "reversed", "enumerate")
CHANGED = ("str", "int")
OF_CELLS = ("strip", "lower", "tolist", "to_list", "unique", "astype", "dropna", "items")
LOOKED_UP = ("get", "pop", "setdefault", "get_group")
PICKED = ("map", "isin")
SAME_KEYS = ("to_dict", "copy", "squeeze", "sort_index", "agg", "apply", "first", "last", "keys")
ROUNDS = 4
DEPTH = 5


class Keys:
    """The columns of some modules by which rows are found."""

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self.nodes = [node for tree in trees for node in walk(tree)]
        self._parents = {child: node for tree in trees for child, node in parents_of(tree).items()}
        self._bound: dict[str, list[ast.expr]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                for target, value in each(node.targets[0], node.value):
                    self._bound.setdefault(name_of(target), []).append(value)
        self._functions = {n.name: n.args.args for n in self.nodes if isinstance(n, ast.FunctionDef)}
        self._parts = {name for node in self.nodes for name in _split(node)}
        self._by: dict[str, str] = {}  # tables, and the column that their keys are of
        for _ in range(ROUNDS):
            for node in self.nodes:
                self._hold(node)

    def same(self) -> dict[str, str]:
        """Each column that has the cells of another one, and that one."""
        found: dict[str, str] = {}
        for held, asked in self._pairs():
            first, second = found.get(held, held), found.get(asked, asked)
            if first != second:
                found.update({column: first for column, other in found.items() if other == second})
                found[second] = first
        return found

    def named_after(self, columns: Iterable[str]) -> dict[str, str]:
        """Columns that are called after a key, as `best_answer_id` is after `answer_id`, and that key."""
        known = sorted(self.known(), key=len, reverse=True)
        pairs = [(column, next((key for key in known if column.endswith(f"_{key}")), None)) for column in columns]
        return {column: key for column, key in pairs if key is not None and key.endswith("id")}

    def known(self) -> set[str]:
        """All columns by which rows are found."""
        return {*self._by.values(), *(column for pair in self._pairs() for column in pair)}

    def column(self, node: ast.AST | None, depth: int = 0) -> str | None:
        """The column of which an expression is a cell, or all of them: `str(row.get("id"))`, `frame["id"]`."""
        if node is None or depth > DEPTH:
            return None
        if isinstance(node, ast.Subscript):
            return text_of(node.slice)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return node.attr if self._is_row(node.value) else None
        if isinstance(node, ast.Name):
            values = self._bound.get(node.id, ())
            table, over = self._looped(node), self._one_of(node)
            if table is not None:
                return self._by.get(table)
            if over is not None and not values and (found_in := self.column(over, depth + 1)) is not None:
                return found_in
            if not values and node.id in self._parts:
                return node.id
            found = {self.column(value, depth + 1) for value in values}
            return found.pop() if len(found) == 1 else None
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Attribute):
            if node.func.attr == "get" and node.args:
                return text_of(node.args[0])
            return self.column(node.func.value, depth + 1) if node.func.attr in OF_CELLS else None
        changed = getattr(node.func, "id", "") in (*CHANGED, "set", "list", "sorted")
        return self.column(node.args[0], depth + 1) if changed and node.args else None

    def bound(self, name: str) -> list[ast.expr]:
        """What a variable is bound to."""
        return self._bound.get(name, [])

    def _one_of(self, node: ast.Name) -> ast.expr | None:
        """What the loop around a variable goes through, where it takes its items."""
        above = self._parents.get(node)
        while above is not None and not isinstance(above, ast.FunctionDef):
            for loop in [above] if isinstance(above, ast.For) else getattr(above, "generators", []):
                over: ast.expr = loop.iter
                target: ast.expr = loop.target
                if isinstance(over, ast.Call) and name_of(over.func) == "enumerate" and isinstance(target, ast.Tuple):
                    over, target = over.args[0], target.elts[-1]
                if name_of(target) == node.id:
                    return over
            above = self._parents.get(above)
        return None

    def _is_row(self, node: ast.Name) -> bool:
        """Is it one of `frame.itertuples()`?"""
        above = self._parents.get(node)
        while above is not None:
            loops = [above] if isinstance(above, ast.For) else getattr(above, "generators", [])
            for loop in loops:
                taken = {n.id for n in walk(loop.target) if isinstance(n, ast.Name)}
                if node.id in taken and "itertuples" in ast.unparse(loop.iter):
                    return True
            above = self._parents.get(above)
        return False

    def _looped(self, node: ast.Name) -> str | None:
        """The table of whose keys a variable is one, by the loop around it."""
        above = self._parents.get(node)
        while above is not None and not isinstance(above, ast.FunctionDef):
            loops = [above] if isinstance(above, ast.For) else getattr(above, "generators", [])
            found = next(filter(None, (_table_of_keys(loop, node.id) for loop in loops)), None)
            if found is not None:
                return found
            above = self._parents.get(above)
        return None

    def _hold(self, node: ast.AST) -> None:
        """A name that stands for a table with such keys, or for a function that gives one."""
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Constant):
                self._know(name_of(target.value), self.column(target.slice))
            else:
                for name, value in each(target, node.value):
                    self._know(name_of(name), self.keyed(value))
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("setdefault", "add")
        ):
            self._know(name_of(node.func.value), self.column(node.args[0]) if node.args else None)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self._functions:
            for parameter, given in zip(self._functions[node.func.id], node.args):  # `read(lines, known(path))`
                self._know(parameter.arg, self.keyed(given))
        elif isinstance(node, ast.Subscript) and isinstance(self._parents.get(node), ast.Attribute):
            if not isinstance(node.slice, ast.Constant) and getattr(self._parents[node], "attr", "") in (
                "append",
                "add",
            ):
                self._know(name_of(node.value), self.column(node.slice))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Subscript):
            inner = node.target.value if isinstance(node.target.value, ast.Subscript) else node.target
            self._know(name_of(inner.value), self.column(inner.slice))
        elif isinstance(node, ast.Return) and node.value is not None:
            above: ast.AST | None = node
            while above is not None and not isinstance(above, ast.FunctionDef):
                above = self._parents.get(above)
            if isinstance(above, ast.FunctionDef):
                self._know(f"{above.name}()", self.keyed(node.value))

    def _know(self, name: str, column: str | None) -> None:
        if name and column is not None:
            self._by.setdefault(name, column)

    def keyed(self, node: ast.expr) -> str | None:
        """The column that the keys, or the items, of a table are of."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._by.get(name_of(node))
        if isinstance(node, ast.DictComp):
            return self.column(node.key)
        if isinstance(node, ast.SetComp):
            return self.column(node.elt)
        if not isinstance(node, ast.Call):
            return None
        name = name_of(node.func)
        if name in ("set", "frozenset") and node.args:
            inner = node.args[0]
            return self.column(inner.elt) if isinstance(inner, (ast.ListComp, ast.GeneratorExp)) else self.column(inner)
        if name == "dict" and node.args and isinstance(node.args[0], ast.Call) and node.args[0].args:
            return self.column(node.args[0].args[0])  # dict(zip(frame["id"], ...))
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in ("set_index", "groupby") and node.args:
                return text_of(node.args[0])
            below = node.func.value.value if isinstance(node.func.value, ast.Subscript) else node.func.value
            return self.keyed(below) if node.func.attr in SAME_KEYS else None
        return self._by.get(f"{name}()")

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """A column of keys, and one by which rows are looked for among them."""
        for node in self.nodes:
            holder: ast.AST | None = None
            asked: ast.AST | None = None
            if isinstance(node, ast.Subscript):
                holder, asked = node.value, node.slice
                holder = holder.value if isinstance(holder, ast.Attribute) and holder.attr == "loc" else holder
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                holder, asked = node.func.value, node.args[0]
                if node.func.attr in PICKED:
                    holder, asked = asked, holder
                elif node.func.attr not in LOOKED_UP:
                    yield from _joined(node)
                    continue
            elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                holder, asked = node.comparators[0], node.left
            held = self._by.get(name_of(holder)) if holder is not None else None
            column = self.column(asked) if held is not None else None
            if held is not None and column is not None:
                yield held, column


def _joined(call: ast.Call) -> Iterator[tuple[str, str]]:
    """`left.merge(right, left_on="id", right_on="user")`."""
    given = {k.arg: k.value for k in call.keywords}
    left, right = given.get("left_on"), given.get("right_on")
    if left is not None and right is not None:
        yield from zip(texts_of(left) or [text_of(left) or ""], texts_of(right) or [text_of(right) or ""])


def _table_of_keys(loop: ast.AST, name: str) -> str | None:
    """The table whose keys a variable takes: `for name, row in table.items()`."""
    if not isinstance(loop, (ast.For, ast.comprehension)):
        return None
    over = loop.iter
    while isinstance(over, ast.Call) and getattr(over.func, "id", "") in (*WHOLE, "set") and over.args:
        over = over.args[0]
    func = over.func if isinstance(over, ast.Call) else None
    first = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) and loop.target.elts else loop.target
    asked = isinstance(func, ast.Attribute) and func.attr in ("items", "keys")
    return name_of(func.value) if asked and isinstance(func, ast.Attribute) and name_of(first) == name else None


def _split(node: ast.AST) -> Iterator[str]:
    """The variables that take parts of a text: `user, film = line.split("::")`, `for name in NAME.findall(line)`."""
    if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
        asked = [getattr(n.func, "attr", "") for n in walk(node.iter) if isinstance(n, ast.Call)]
        yield from [node.target.id] if "findall" in asked else []
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
        calls = [n.func for n in walk(node.value) if isinstance(n, ast.Call)]
        if any(isinstance(func, ast.Attribute) and func.attr in ("split", "rsplit") for func in calls):
            yield from (e.id for e in node.targets[0].elts if isinstance(e, ast.Name))


def name_of(node: ast.AST) -> str:
    """A variable or an attribute, by its last name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
