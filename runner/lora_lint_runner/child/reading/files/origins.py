"""Which files the rows that a script has in hand come of: `users = pd.read_csv("users.csv")`, `for user in users`.

Followed through variables, each of its function, through loops, tables made of tables, and the script's own functions
that read.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from ..cells.tables import text_of
from ..literals import bound
from ..walking import parents_of, walk
from .file_names import FileNames

READERS = ("read_csv", "read_json", "read_parquet", "read_table", "read_excel", "read_pickle", "read_feather")
HOLDERS = ("json", "ujson", "orjson", "simplejson", "pickle", "dill")
SAME_ROWS = frozenset(
    "dropna fillna copy head tail sample reset_index sort_values drop_duplicates rename query astype to_dict assign "
    "drop iterrows itertuples groupby apply set_index".split()
)
WHOLE = ("list", "sorted", "enumerate", "reversed", "iter", "next", "tqdm", "dict")
OF_TEXT = ("readlines", "splitlines", "read", "split", "strip")
JOINING = ("merge", "join")
OPENERS = ("gzip", "bz2", "lzma", "io", "codecs", "jsonlines")
ROUNDS, DEPTH = 3, 12


class Origin(NamedTuple):
    """The files that a value comes of: of each of them, or, of what has been joined, of one of them."""

    files: frozenset[str] = frozenset()
    joined: bool = False

    def and_of(self, other: Origin) -> Origin:
        return Origin(self.files | other.files, self.joined or other.joined)


NOWHERE = Origin()


class Origins:
    """Where the rows of some modules come of."""

    def __init__(self, trees: list[ast.Module]) -> None:
        self.names = FileNames(trees)
        self.nodes = [node for tree in trees for node in walk(tree)]
        self.parents = {child: node for tree in trees for child, node in parents_of(tree).items()}
        self.calls: dict[str, list[ast.Call]] = {}
        for call in [n for n in self.nodes if isinstance(n, ast.Call)]:
            self.calls.setdefault(called(call), []).append(call)
        self.functions = {n.name: n for n in self.nodes if isinstance(n, ast.FunctionDef)}
        self.texts = {name: value for tree in trees for name, value in bound(tree) if _is_text(value)}
        self.held: dict[tuple[ast.AST | None, str], Origin] = {}  # by function and variable
        self.wholes: set[tuple[ast.AST | None, str] | None] = set()  # variables that hold a file as it was read
        self.reading: dict[str, Origin | int] = {}  # functions that read a file, or the one that a parameter names
        for _ in range(ROUNDS):
            self._follow()

    def _follow(self) -> None:
        """What variables come of, as far as it is known by now."""
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                for target, value in each(node.targets[0], node.value):
                    self._hold(target, self.origin(value))
                    if isinstance(value, ast.Call) and (_path(value) is not None or called(value) in self.reading):
                        self.wholes.add(self._key(target))
            elif isinstance(node, (ast.For, ast.comprehension)):
                self._hold(_row(node.target), self.origin(node.iter))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                if node.func.attr == "append":
                    self._hold(node.func.value, self.origin(node.args[0]))
                elif node.func.attr == "apply":
                    self._hold_each(node)
        for name, function in self.functions.items():
            read = [self._read_in(n) for n in walk(function) if isinstance(n, ast.Call)]
            found = next((r for r in read if r is not None), None)
            if found is not None and any(isinstance(n, (ast.Return, ast.Yield)) for n in walk(function)):
                self.reading[name] = found

    def _read_in(self, call: ast.Call) -> Origin | int | None:
        """The file that a call within a function reads, or the place of the parameter that names it."""
        path = call.args[0] if called(call) in READERS and call.args else _opened_by(call)
        if path is None:
            return None
        function = self.function(call)
        names = [a.arg for a in function.args.args] if isinstance(function, ast.FunctionDef) else []
        words = [n.id for n in walk(path) if isinstance(n, ast.Name) and n.id in names]
        files = self.names.of(path)
        if words and (isinstance(path, ast.Name) or not files):
            place = names.index(words[0])
            return place - 1 if names[0] == "self" else place
        return Origin(files) if files else None

    def _hold(self, target: ast.expr, origin: Origin) -> None:
        key = self._key(target)
        if key is not None and origin.files:
            self.held[key] = self.held.get(key, NOWHERE).and_of(origin)

    def _hold_each(self, call: ast.Call) -> None:
        """The rows of a table that a function is applied to: `frame.apply(build, axis=1)`."""
        each = call.args[0]
        function = each if isinstance(each, ast.Lambda) else self.functions.get(getattr(each, "id", ""))
        if function is None or not function.args.args or not any(k.arg == "axis" for k in call.keywords):
            return
        assert isinstance(call.func, ast.Attribute)
        origin = self.origin(call.func.value)
        if origin.files:
            self.held[function, function.args.args[0].arg] = origin

    def _key(self, node: ast.AST) -> tuple[ast.AST | None, str] | None:
        if isinstance(node, ast.Name):
            return self.function(node), node.id
        own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        return (None, f"self.{node.attr}") if own and isinstance(node, ast.Attribute) else None

    def function(self, node: ast.AST) -> ast.AST | None:
        above = self.parents.get(node)
        while above is not None and not isinstance(above, (ast.FunctionDef, ast.Lambda)):
            above = self.parents.get(above)
        return above

    def origin(self, node: ast.AST) -> Origin:
        """The files that the rows of an expression come of."""
        key = self._key(node)
        if key is not None:
            home: ast.AST | None = key[0]
            while home is not None and (home, key[1]) not in self.held:
                home = self.function(home)
            return self.held.get((home, key[1]), NOWHERE)
        if isinstance(node, ast.Attribute):
            return self.origin(node.value) if node.attr in ("iloc", "loc") else NOWHERE
        if isinstance(node, ast.Subscript):
            below = text_of(node.slice) is not None and not isinstance(node.value, ast.Call)
            return NOWHERE if below else self.origin(node.value)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            parsed = isinstance(node.elt, ast.Call) and called(node.elt) == "loads"
            same = isinstance(node.elt, ast.Name) and node.elt.id == getattr(node.generators[0].target, "id", "")
            over = node.generators[0].iter
            return self._text(over) if parsed else self.origin(over) if same else NOWHERE
        if isinstance(node, ast.IfExp):
            return self.origin(node.body).and_of(self.origin(node.orelse))
        return self._of_call(node) if isinstance(node, ast.Call) else NOWHERE

    def _of_call(self, call: ast.Call) -> Origin:
        name, first = called(call), call.args[0] if call.args else None
        path = _path(call)
        if path is not None:
            return Origin(self.names.of(path)) if name in READERS else self._text(path)
        if name in JOINING and isinstance(call.func, ast.Attribute) and first is not None:
            parts = [self.origin(part) for part in sides(call)]
            return Origin(frozenset().union(*(p.files for p in parts)), True)
        if name == "concat" and isinstance(first, (ast.List, ast.Tuple)):
            return Origin(frozenset().union(*(self.origin(part).files for part in first.elts)))
        if isinstance(call.func, ast.Attribute) and name in SAME_ROWS:
            return self.origin(call.func.value)
        if isinstance(call.func, ast.Name) and name in self.reading:
            return self._of_reader(call)
        return self.origin(first) if name in WHOLE and first is not None else NOWHERE

    def _of_reader(self, call: ast.Call) -> Origin:
        """What a function of the script's own reads."""
        read = self.reading[called(call)]
        if isinstance(read, Origin):
            return read
        return Origin(self.names.of(call.args[read])) if 0 <= read < len(call.args) else NOWHERE

    def _text(self, node: ast.AST, depth: int = 0) -> Origin:
        """The file that a text, an open file or one of its lines is of."""
        if depth > DEPTH:  # `line = line.strip()`
            return NOWHERE
        if isinstance(node, ast.Name):
            opened = self._opened(node) or self.texts.get(node.id)
            return self._text(opened, depth + 1) if opened is not None else NOWHERE
        if not isinstance(node, ast.Call):
            return NOWHERE
        path = _opened_by(node)
        if path is not None:
            return Origin(self.names.of(path))
        if called(node) in OF_TEXT and isinstance(node.func, ast.Attribute):
            return self._text(node.func.value, depth + 1)
        if isinstance(node.func, ast.Name) and called(node) in self.reading:  # what opens it, packed or not
            return self._of_reader(node)
        return self._text(node.args[0], depth + 1) if called(node) in WHOLE and node.args else NOWHERE

    def read_by(self, call: ast.Call) -> frozenset[str]:
        """The files that a call reads or parses, also where the function around it is told which."""
        return self._told(call, self.origin(call).files)

    def read_at(self, line: ast.Name) -> frozenset[str]:
        """The files that a line is of."""
        return self._told(line, self._text(line).files)

    def _told(self, node: ast.AST, files: frozenset[str]) -> frozenset[str]:
        function = self.function(node)
        name = function.name if isinstance(function, ast.FunctionDef) else ""
        calls = self.calls.get(name, [])
        own = {f"{a.arg}.*" for a in function.args.args} if calls and isinstance(function, ast.FunctionDef) else set()
        return (files - own).union(*(self.origin(other).files for other in calls))

    def is_whole(self, node: ast.AST) -> bool:
        """Is it a file as it was read, not a row of it?"""
        key = self._key(node)
        home = key[0] if key is not None else None
        while key is not None and home is not None and (home, key[1]) not in self.wholes:
            home = self.function(home)
        return key is not None and (home, key[1]) in self.wholes

    def is_line(self, node: ast.Name) -> bool:
        """Is it what a loop goes through, not a file that is open? Also once it is stripped: `text = line.strip()`."""
        bound_to = self._opened(node)
        if bound_to is None:
            return any(
                isinstance(inner, ast.Name) and inner.id != node.id and self.is_line(inner)
                for inner in walk(self.texts.get(node.id, ast.Pass()))
            )
        return isinstance(self.parents.get(bound_to), (ast.For, ast.comprehension))

    def _opened(self, node: ast.Name) -> ast.expr | None:
        """What a variable is bound to by the `with` or the loop around it."""
        above = self.parents.get(node)
        while above is not None:
            for item in above.items if isinstance(above, ast.With) else ():
                if _is(item.optional_vars, node.id):
                    return item.context_expr
            if isinstance(above, ast.For) and _is(_row(above.target), node.id):
                return above.iter
            for each in getattr(above, "generators", ()):
                if _is(_row(each.target), node.id):
                    return each.iter  # type: ignore[no-any-return]
            above = self.parents.get(above)
        return None


def each(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """What is bound to what, of several at once: `left, right = read("a.csv"), read("b.csv")`."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts))
    return [(target, value)]


def sides(call: ast.Call) -> list[ast.expr]:
    """The two tables of a join: `left.merge(right)`, `pd.merge(left, right)`."""
    assert isinstance(call.func, ast.Attribute)
    return call.args[:2] if len(call.args) > 1 and not text_of(call.args[1]) else [call.func.value, call.args[0]]


def _path(call: ast.Call) -> ast.expr | None:
    """What a call reads its rows from: a path, or an open file."""
    name = called(call)
    if name in READERS or name == "DictReader":
        given = [k.value for k in call.keywords if k.arg in ("filepath_or_buffer", "path", "io", "path_or_buf")]
        return next(iter([*call.args[:1], *given]), None)
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    of_json = isinstance(held, ast.Name) and held.id in HOLDERS and name in ("load", "loads")
    return call.args[0] if of_json and call.args else None


def _opened_by(call: ast.Call) -> ast.expr | None:
    """The path of a file that a call opens to read: `open(path)`, `gzip.open(path)`, `path.read_text()`."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if called(call) not in ("open", "read_text"):
        return None
    by_name = owner is None or getattr(owner, "id", "") in OPENERS
    modes = call.args[1:2] if by_name else call.args[:1]
    if any(isinstance(m, ast.Constant) and set(str(m.value)) & set("wax") for m in modes):
        return None
    return owner if not by_name else call.args[0] if call.args else None


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is(node: ast.AST | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _row(target: ast.expr) -> ast.expr:
    """What a loop calls each row: `for row in rows`, `for place, row in enumerate(rows)`."""
    return target.elts[1] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else target


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and called(value) in ("open", "read_text", *OF_TEXT)
