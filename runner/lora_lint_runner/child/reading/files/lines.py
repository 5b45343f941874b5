"""How a script takes the lines of a text apart: what stands between their parts, and what it calls them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ..walking import parents_of, walk
from .named_places import Places
from .parted_lines import held_as, most_asked, separator_of

READS = ("read", "read_text")
GOES_THROUGH = ("readlines", "splitlines")
SPLITS = ("split", "rsplit", "partition", "rpartition")
SAME = ("strip", "rstrip", "lstrip", "decode")
NUMBER = ("number",)  # what a line is called that is one


class Lines(NamedTuple):
    """`separator` stands between the parts of a line (None: any white space), `names` is what they are called, as far
    as that is known, `numbers` those that are numbers. `groups` are parted by blank lines. `between` is what a whole
    text is split by, where that is not a line end. A `table` is read by `csv.reader`; its first line may be a `header`
    that the script leaves out. `bounds` are what parts are compared with by their size."""

    separator: str | None = None
    names: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    groups: bool = False
    between: str = "\n"
    table: bool = False
    header: bool = False
    bounds: tuple[tuple[str, int], ...] = ()


def lines_in(tree: ast.Module) -> Lines:
    """How a module does it; lines of one part, if it does not."""
    return Reading(tree).found()


class Reading:
    """The lines of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(walk(tree))
        self.parents = parents_of(tree)
        self.places = Places(tree)
        self.wholes = {n for n, value in self._bound() if _called(value) in READS}
        self.between = next(self._parted(), "\n")
        self.lines = set(self._lines())

    def found(self) -> Lines:
        table = self._table()
        if table is not None:
            return table
        return next((lines for _, lines in self.splits()), Lines(between=self.between))

    def splits(self) -> Iterator[tuple[ast.Name, Lines]]:
        """Each line that is split, and how."""
        for node in self.nodes:
            if _called(node) in SPLITS and isinstance(node, ast.Call) and self._of_line(node.func):
                names, numbers = self._parts(node)
                line = _inside(node.func.value) if isinstance(node.func, ast.Attribute) else None
                if len(names) > 1 and isinstance(line, ast.Name):
                    separator = separator_of(node, self.parents)
                    bounds = tuple(sorted(self._bounds(names)))
                    yield line, Lines(separator, names, numbers, self._blanks(), self.between, bounds=bounds)

    def kept(self) -> Iterator[ast.Name]:
        """The lines that are gone through."""
        return (n for n in self.nodes if isinstance(n, ast.Name) and n.id in self.lines and isinstance(n.ctx, ast.Load))

    def whole(self, line: ast.Name) -> Lines:
        """A line of one part: what it is asked for here, a number or a text."""
        number = self._as_number(line)
        return Lines(between=self.between, names=NUMBER if number else (), numbers=frozenset(NUMBER if number else ()))

    def _bounds(self, names: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        """The numbers that a part is compared with by its size."""
        for node in self.nodes:
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id in names:
                told = getattr(node.comparators[0], "value", None)
                if isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) and isinstance(told, (int, float)):
                    yield node.left.id, int(told)

    def _table(self) -> Lines | None:
        """`for row in csv.reader(file, delimiter=";")`, and what the row is asked for by place."""
        readers = {name: value for name, value in self._bound() if _called(value) == "reader"}
        for node in self.nodes:
            over = node.iter if isinstance(node, (ast.For, ast.comprehension)) else None
            held = readers.get(over.id) if isinstance(over, ast.Name) else over
            if not isinstance(node, (ast.For, ast.comprehension)) or _called(held) != "reader":
                continue
            names, numbers = self._taken(node.target)
            if len(names) > 1 and isinstance(held, ast.Call):
                return self._of_reader(held, names, numbers)
        return None

    def _of_reader(self, reader: ast.Call, names: tuple[str, ...], numbers: frozenset[str]) -> Lines:
        given = [_text(k.value) for k in reader.keywords if k.arg == "delimiter"]
        header = any(_called(n) == "next" for n in self.nodes)
        return Lines(given[0] if given and given[0] else ",", names, numbers, table=True, header=header)

    def by_functions(self) -> Iterator[tuple[ast.expr, Lines]]:
        """`for key, text in rows(folder / "texts.tsv")` with a function that gives the rows of a reader: the path that
        it is given, and what the parts are called there."""
        functions = [n for n in self.nodes if isinstance(n, ast.FunctionDef)]
        readers = {f.name: c for f in functions for c in walk(f) if isinstance(c, ast.Call) and _called(c) == "reader"}
        for node in self.nodes:
            over = node.iter if isinstance(node, (ast.For, ast.comprehension)) else None
            if isinstance(node, (ast.For, ast.comprehension)) and isinstance(over, ast.Call) and over.args:
                reader = readers.get(_called(over))
                names, numbers = self._taken(node.target)
                if reader is not None and len(names) > 1:
                    yield over.args[0], self._of_reader(reader, names, numbers)

    def _taken(self, target: ast.expr) -> tuple[tuple[str, ...], frozenset[str]]:
        """The names of the parts that a variable, or several at once, take."""
        if isinstance(target, ast.Name):
            return self._by_place(target.id)
        names = tuple(e.id for e in getattr(target, "elts", ()) if isinstance(e, ast.Name))
        used = [n for n in self.nodes if isinstance(n, ast.Name) and n.id in names]
        return names, frozenset(n.id for n in used if self._as_number(n))

    def _bound(self) -> Iterator[tuple[str, ast.expr]]:
        for node in self.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                yield node.targets[0].id, node.value

    def _parted(self) -> Iterator[str]:
        """What a text that is read as a whole is split by."""
        for node in self.nodes:
            if _called(node) == "split" and isinstance(node, ast.Call) and node.args and self._whole(node):
                text = _text(node.args[0])
                if text and text.strip(" "):
                    yield text

    def _whole(self, call: ast.Call) -> bool:
        held = _inside(call.func.value) if isinstance(call.func, ast.Attribute) else None
        return _called(held) in READS or (isinstance(held, ast.Name) and held.id in self.wholes)

    def _lines(self) -> Iterator[str]:
        """The variables that hold a line, one after the other."""
        files = {
            item.optional_vars.id
            for node in self.nodes
            if isinstance(node, ast.With)
            for item in node.items
            if isinstance(item.optional_vars, ast.Name)
        }
        lists = {n for n, v in self._bound() if _called(v) in GOES_THROUGH or (_called(v) == "split" and self._text(v))}
        for node in self.nodes:
            if isinstance(node, (ast.For, ast.comprehension)):
                over, target = node.iter, node.target
                if _called(over) == "enumerate" and isinstance(over, ast.Call) and over.args:
                    over = over.args[0]
                    target = target.elts[1] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else target
                held = isinstance(over, ast.Name) and over.id in files | lists
                called = _called(over) in (*GOES_THROUGH, "open") or (_called(over) == "split" and self._text(over))
                if (held or called) and isinstance(target, ast.Name):
                    yield target.id

    def _text(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and self._whole(node)

    def _of_line(self, func: ast.expr) -> bool:
        held = _inside(func.value) if isinstance(func, ast.Attribute) else None
        return isinstance(held, ast.Name) and held.id in self.lines

    def _parts(self, call: ast.Call) -> tuple[tuple[str, ...], frozenset[str]]:
        """What the parts are called, and which of them are numbers."""
        above = self.parents.get(call)
        if isinstance(above, ast.IfExp):  # line.split("\t") if "\t" in line else line.split()
            above = self.parents.get(above)
        if isinstance(above, ast.Subscript) and isinstance(above.slice, ast.Slice):  # line.split("\t")[:2]
            above = self.parents.get(above)
        if isinstance(above, ast.ListComp) and call.args:
            return self._of_rows(above)
        if isinstance(above, ast.GeneratorExp):  # dict(line.split("\t") for line in file)
            return ("part_0", "part_1"), frozenset()
        if (
            isinstance(above, ast.Call)
            and _called(above) == "map"
            and isinstance(kept := self.parents[above], ast.Assign)
        ):
            names, _ = self._taken(kept.targets[0])
            return names, frozenset(names if getattr(above.args[0], "id", "") in ("int", "float") else ())
        if not isinstance(above, ast.Assign):
            return (), frozenset()
        names, numbers = self._taken(above.targets[0])
        partition = isinstance(call.func, ast.Attribute) and "partition" in call.func.attr
        return names[::2] if partition else names, numbers

    def _of_rows(self, rows: ast.ListComp) -> tuple[tuple[str, ...], frozenset[str]]:
        """What those who go through all rows call their parts: the most that any of them asks for."""
        names = held_as(rows, self.parents, self.nodes)
        loops = [n for n in self.nodes if isinstance(n, (ast.For, ast.comprehension)) and _rows_of(n.iter) in names]
        found = [self._taken(loop.target) for loop in loops]
        most = max(found, key=lambda taken: len(taken[0]), default=((), frozenset()))
        count = max(2, most_asked(names, self.nodes))
        return most if len(most[0]) >= count else (tuple(f"part_{place}" for place in range(count)), frozenset())

    def _by_place(self, name: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """`parts = line.split()`, then `parts[0]` and `parts[-1]`, or `a, b = parts`, or `len(parts) != 2`."""
        called: dict[int, str] = {}
        numbers: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Assign) and _each_of(node.value) == name:
                if isinstance(node.targets[0], ast.Tuple):
                    return tuple(ast.unparse(e) for e in node.targets[0].elts), frozenset()
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
                place = self.places.of(node.slice)
                if place is not None:
                    called[place] = self._called_there(node) or called.get(place, f"part_{place}")
                    numbers |= {called[place]} if self._as_number(node) else set()
        asked = [place + 1 if place >= 0 else 1 - place for place in called]
        count = max([*asked, *self._counted(name)], default=0)
        names = [f"part_{place}" for place in range(count)]
        for place, said in called.items():
            names[place] = f"part_{place % count}" if said == f"part_{place}" else said
        return tuple(names), frozenset(numbers)

    def _counted(self, name: str) -> Iterator[int]:
        """The numbers that a script wants there to be of them: `if len(parts) != 2: continue`."""
        for node in self.nodes:
            if isinstance(node, ast.Compare) and _called(node.left) == "len" and isinstance(node.left, ast.Call):
                wanted = getattr(node.comparators[0], "value", None)
                whole = node.left.args and isinstance(node.left.args[0], ast.Name) and node.left.args[0].id == name
                if whole and type(wanted) is int and isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.Lt, ast.GtE)):
                    yield wanted

    def _called_there(self, node: ast.AST) -> str | None:
        """The variable, the key of a record, or the list that takes a part."""
        above = self.parents.get(node)
        while isinstance(above, ast.Call) or (isinstance(above, ast.Attribute) and above.attr in SAME):
            if _called(above) == "append" and node in getattr(above, "args", ()):
                return _name(above.func.value)  # type: ignore[union-attr]
            node, above = above, self.parents.get(above)
        if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
            return above.targets[0].id
        if isinstance(above, ast.Dict) and node in above.values:
            return _text(above.keys[above.values.index(node)])
        return None

    def _as_number(self, node: ast.AST) -> bool:
        above = self.parents.get(node)
        while isinstance(above, ast.Attribute) and above.attr in SAME:
            above = self.parents.get(self.parents[above])
        return isinstance(above, ast.Call) and isinstance(above.func, ast.Name) and above.func.id in ("int", "float")

    def _blanks(self) -> bool:
        """Is a line asked whether there is anything in it?"""
        for node in self.nodes:
            for test in walk(node.test) if isinstance(node, (ast.If, ast.IfExp)) else ():
                asked = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
                if isinstance(test, ast.Compare) and isinstance(test.comparators[0], ast.Constant):
                    asked = test.left if test.comparators[0].value in ("", "\n") else asked
                held = _inside(asked) if isinstance(asked, (ast.Name, ast.Call)) else None
                if isinstance(held, ast.Name) and held.id in self.lines:
                    return True
        return False


def _called(node: ast.AST | None) -> str:
    func = node.func if isinstance(node, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _inside(node: ast.AST) -> ast.AST:
    """A text without what strips it."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAME:
        node = node.func.value
    return node


def _each_of(node: ast.AST) -> str | None:
    """The variable whose values these are: all as they are, or one after the other with something done to them."""
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)) and not node.generators[0].ifs:
        node = node.generators[0].iter
    elif _called(node) == "map" and isinstance(node, ast.Call) and len(node.args) == 2:
        node = node.args[1]
    return node.id if isinstance(node, ast.Name) else None


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name(held: ast.AST) -> str | None:
    """What a list is called: `tags`, `sentence.tags`, `sentence["tags"]`."""
    return _text(held.slice) if isinstance(held, ast.Subscript) else getattr(held, "attr", getattr(held, "id", None))


def _rows_of(over: ast.expr) -> str | None:
    """The variable, or the function, that gives what a loop goes through."""
    held = over.func if isinstance(over, ast.Call) else over
    return held.id if isinstance(held, ast.Name) else None
