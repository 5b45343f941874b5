"""Which settings a script reads from a file of settings: the keys, as they are nested, and which of them are lists."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

from .cells.telling import as_number
from .files.origins import each
from .literals import literals
from .spelled import Spelled
from .walking import parents_of

LOADERS = ("safe_load", "full_load", "load", "loads", "unsafe_load", "File")
HOLDERS = ("yaml", "json", "toml", "tomllib", "OmegaConf", "YAML", "ruamel")
OF_DICTS = ("get", "items", "keys", "values", "pop", "update", "setdefault", "copy")
METHODS = {name for kind in (str, list) for name in dir(kind)}  # called, they are no settings: `name.replace(...)`
GOING_THROUGH = frozenset("enumerate DataFrame from_list sample shuffle product zip sorted choice cycle chain".split())
PARSERS = ("ConfigParser", "RawConfigParser", "SafeConfigParser")  # of configparser: sections of `key = value`
GETTERS = {"get": "value", "getint": "integer", "getfloat": "decimal", "getboolean": "switch"}
MOST = 64  # paths under one name
EACH, NUMBERED = "*", "#"  # whatever the names, or the numbers, are below which something lies
DEEP = 2  # of those below each other: `for name, part in part.items()` has no end to it
Path = tuple[str, ...]


class Use(NamedTuple):
    """What becomes of a setting: the argument that it is handed over as, and the value it has where a file lacks it."""

    argument: str | None = None
    default: Any = None


def asked(trees: Iterable[ast.Module], holders: tuple[str, ...] = HOLDERS, through: bool = False) -> dict[str, Any]:
    """What is asked of settings, or of what other packages load, nested; a leaf is "list", "mapping", "number",
    "table" (in which something is looked up) or "value", "integer", "decimal" or "switch". With `through`, also what is
    asked of each part where the whole is gone through: `for name, part in settings.items(): part["colour"]`."""
    return nested(_Read(list(trees), holders, through).leaves())


def composed(trees: Iterable[ast.Module]) -> dict[str, Any]:
    """The same of what hydra puts together, and hands to the function that it starts."""
    return nested(_Read(list(trees), (), composes=True).leaves())


def loaded(trees: Iterable[ast.Module]) -> bool:
    """Are there settings at all, whatever is asked of them?"""
    return bool(_Read(list(trees)).held)


def in_rows(trees: Iterable[ast.Module], holders: tuple[str, ...]) -> bool:
    """Is the whole of what is loaded a list of rows: `Dataset.from_list(pickle.load(file))`, or gone through as such:
    `for row in pickle.load(file): row["text"]`?"""
    read = _Read(list(trees), holders)
    made = [n for n in read.nodes if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "from_list"]
    if any(() in read.path(given) for call in made for given in call.args):
        return True
    given = [n for n in read.nodes if isinstance(n, ast.Assign) and _loads(n.value, holders)]
    wholes = {_name(node.targets[0]) for node in given} - {""}
    loops = [n for n in read.nodes if isinstance(n, (ast.For, ast.comprehension)) and isinstance(n.target, ast.Name)]
    through = [n for n in loops if _name(n.iter) in wholes or _loads(n.iter, holders)]
    return any(_asks_by_name(n if isinstance(n, ast.For) else read.parents[n], n.target) for n in through)


def _asks_by_name(loop: ast.AST, row: ast.expr) -> bool:
    """Is a row asked for something by its name?"""
    asked = [n.value for n in ast.walk(loop) if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant)]
    asked += [n.value for n in ast.walk(loop) if isinstance(n, ast.Attribute) and n.attr == "get"]
    return any(isinstance(n, ast.Name) and n.id == getattr(row, "id", None) for n in asked)


def uses(trees: Iterable[ast.Module]) -> dict[str, Use]:
    """Each key that says something of its value at one place at least: `Config(steps=settings["accumulate"])`,
    `settings.get("accumulate", 4)`."""
    return _Read(list(trees)).uses()


def nested(leaves: Iterable[tuple[Path, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, kind in leaves:
        place = found
        for part in path[:-1]:
            inner = place.get(part)
            place[part] = place = inner if isinstance(inner, dict) else {}
        if not isinstance(place.get(path[-1]), dict):
            place[path[-1]] = kind if place.get(path[-1], "value") == "value" else place[path[-1]]
    return found


class _Read:
    """Names that hold settings, or a part of them, wherever they are handed to."""

    def __init__(
        self, trees: list[ast.Module], holders: tuple[str, ...] = HOLDERS, through: bool = False, composes: bool = False
    ) -> None:
        self.holders, self.through = holders, through
        self.nodes = [node for tree in trees for node in ast.walk(tree)]
        self.parents = {child: node for tree in trees for child, node in parents_of(tree).items()}
        self.functions = {n.name: n for n in self.nodes if isinstance(n, ast.FunctionDef)}
        self.classes = {n.name: n for n in self.nodes if isinstance(n, ast.ClassDef)}
        self.loading = {name for name, f in self.functions.items() if _hands_out(f, holders)}
        self.spelled = Spelled(self.nodes, {name: keys for tree in trees for name, keys in literals(tree).items()})
        self.held: dict[str, set[Path]] = {}
        self.parameters = {name: f.args.args for name, f in self.functions.items()}
        if composes:
            self.parameters.update({name: args for name, c in self.classes.items() if (args := _makes(c))})
            started = [f for f in self.functions.values() if any(map(_starts, f.decorator_list))]
            self.held.update({f.args.args[0].arg: {()} for f in started if f.args.args})
        made = [n for n in self.nodes if isinstance(n, ast.Assign) and _of_sections(n.value)]
        self.parsers = {_name(node.targets[0]) for node in made} - {""}
        before = -1
        while sum(map(len, self.held.values())) != before:
            before = sum(map(len, self.held.values()))
            for node in self.nodes:
                self._follow(node)

    def leaves(self) -> Iterator[tuple[Path, str]]:
        """The longest paths that are asked for, and what is wanted there."""
        for node in self.nodes:
            parent = self.parents.get(node)
            if self.path(parent) or (isinstance(parent, ast.Attribute) and self.path(self.parents.get(parent))):
                continue
            for path in self.path(node):
                if path and path not in ((EACH,), (NUMBERED,)):
                    yield path, _wanted(node, parent)
            if isinstance(node, ast.keyword) and node.arg is None and isinstance(parent, ast.Call):
                for path in self.path(node.value):
                    yield from (((*path, name), kind) for name, kind in self._fields(parent))

    def uses(self) -> dict[str, Use]:
        found: dict[str, Use] = {}
        for node in self.nodes:
            parent = self.parents.get(node)
            for path in self.path(node) if isinstance(node, (ast.Subscript, ast.Call, ast.Attribute)) else ():
                if path:
                    known = found.get(path[-1], Use())
                    argument = parent.arg if isinstance(parent, ast.keyword) else None
                    found[path[-1]] = Use(known.argument or argument, known.default or _default(node))
        return found

    def _fields(self, call: ast.Call) -> Iterator[tuple[str, str]]:
        """What a class of the script has to be given when it is made, by its annotations: `Config(**settings)`."""
        made = self.classes.get(_name(call.func))
        if _name(call.func) == "cls":
            inner: ast.AST | None = call
            while inner is not None and not isinstance(inner, ast.ClassDef):
                inner = self.parents.get(inner)
            made = inner
        for part in made.body if made is not None else ():
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.value is None:
                kind = ast.unparse(part.annotation).lower().rpartition(".")[2].split("[")[0]
                yield part.target.id, {"list": "list", "dict": "mapping"}.get(kind, "value")

    def path(self, node: ast.AST | None) -> set[Path]:
        """The paths in the settings that an expression may stand for."""
        if isinstance(node, (ast.Name, ast.Attribute)) and _name(node) in self.held:
            return self.held[_name(node)]
        if node is not None and self._loaded(node):  # as it is read: `json.load(file)["rows"]`
            return {()}
        key = holder = None
        if isinstance(node, ast.Subscript):
            key, holder = node.slice, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GETTERS:
            key, holder = (node.args[0] if node.args else None), node.func.value
            if _name(holder) in self.parsers:  # `settings.getint("train", "steps")`
                pairs = product(*map(self.spelled.of, node.args[:2]))
                return {(*path, *pair) for path in self.path(holder) for pair in pairs if len(pair) == 2}
        elif isinstance(node, ast.Attribute) and not self._method(node) and _name(node.value) not in self.parsers:
            key, holder = ast.Constant(node.attr), node.value
        words = self.spelled.of(key) or self.spelled.named(_name(key)) if key is not None else ()
        return {(*path, word) for path in (self.path(holder) if words else ()) for word in words}

    def _method(self, node: ast.Attribute) -> bool:
        parent = self.parents.get(node)
        called = isinstance(parent, ast.Call) and parent.func is node
        return node.attr in OF_DICTS or (called and node.attr in METHODS)

    def _follow(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            for target, value in each(node.targets[0], node.value):
                found: set[Path] = {()} if self._loaded(value) else self.path(value)
                if _name(target):
                    self._hold(_name(target), found)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            if _name(node.optional_vars) and self._loaded(node.context_expr):
                self._hold(_name(node.optional_vars), {()})
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.iter, ast.Call):
            func = node.iter.func  # `for name, part in settings["parts"].items()`
            target = node.target.elts[-1] if isinstance(node.target, ast.Tuple) else node.target
            if isinstance(func, ast.Attribute) and func.attr in ("items", "values"):
                names = NUMBERED if self._numbered(node) else EACH
                paths = [path for path in self.path(func.value) if path or self.through]
                found = {(*path, names) for path in paths if sum(map(path.count, (EACH, NUMBERED))) < DEEP}
                if found and _name(target):
                    self.held.setdefault(_name(target), set()).update(found)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.parameters:
            for place, value in zip(self.parameters[node.func.id], node.args, strict=False):
                self._hold(place.arg, self.path(value))

    def _numbered(self, node: ast.For | ast.comprehension) -> bool:
        """Are the names that a loop goes through numbers, `int(name)`?"""
        name = node.target.elts[0] if isinstance(node.target, ast.Tuple) else None
        scope = self.parents.get(node) if isinstance(node, ast.comprehension) else node
        calls = [n for n in ast.walk(scope) if isinstance(n, ast.Call)] if scope is not None else []
        made = [call.args[0] for call in calls if _name(call.func) == "int" and call.args]
        return isinstance(name, ast.Name) and any(_name(value) == name.id for value in made)

    def _hold(self, name: str, found: set[Path]) -> None:
        """A part under the name of the whole, `settings = settings["model"]`, is taken once: there is no end to it."""
        if found := {path for path in found if len(set(path)) == len(path)}:
            held = self.held.setdefault(name, set())
            held.update(sorted(found)[: max(0, MOST - len(held))])

    def _loaded(self, node: ast.AST) -> bool:
        own = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.loading
        return own or _loads(node, self.holders) or _of_sections(node)


def _hands_out(function: ast.FunctionDef, holders: tuple[str, ...]) -> bool:
    """Does a function load settings and return something?"""
    nodes = list(ast.walk(function))
    return any(_loads(n, holders) for n in nodes) and any(
        isinstance(n, ast.Return) and n.value is not None for n in nodes
    )


def _starts(decorator: ast.expr) -> bool:
    """`@hydra.main(config_path="conf")`"""
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "hydra.main"


def _makes(cls: ast.ClassDef) -> list[ast.arg]:
    """What a class is made of."""
    made = next((n for n in cls.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    return made.args.args[1:] if made is not None else []


def _default(node: ast.AST) -> Any:
    """A number or a text that stands in for a setting that is not there: the second argument of `get`."""
    given = node.args[1] if isinstance(node, ast.Call) and len(node.args) == 2 else None
    return given.value if isinstance(given, ast.Constant) else None


def _wanted(node: ast.AST, parent: ast.AST | None) -> str:
    """Is an expression gone through, or handed over as named arguments?"""
    getter = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
    if GETTERS.get(getter, "value") != "value":
        return GETTERS[getter]
    if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node:
        return "list"
    counts = isinstance(parent, ast.Call) and _name(parent.func) == "range"
    if isinstance(parent, ast.Slice) or counts:  # `rows[: settings["limit"]]`
        return "integer"
    if _in_order(node, parent):
        return "list"
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add) and _lists(parent):
        return "list"
    if isinstance(parent, ast.Subscript) and parent.value is node and not isinstance(parent.slice, ast.Constant):
        return "table"
    if as_number(parent):
        return "number"
    named = isinstance(parent, ast.keyword) and parent.arg is None
    return "mapping" if named or (isinstance(parent, ast.Attribute) and parent.attr in OF_DICTS) else "value"


def _lists(added: ast.BinOp) -> bool:
    """Is one of two lists written out, or both where a condition decides: `tags + (["qlora"] if quantized else [])`?"""
    sides = [part for side in (added.left, added.right) for part in _either(side)]
    return any(isinstance(part, (ast.List, ast.ListComp)) for part in sides)


def _either(node: ast.expr) -> tuple[ast.expr, ...]:
    return (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)


def _in_order(node: ast.AST, parent: ast.AST | None) -> bool:
    """Is an item asked for by its place, a part of it, or is it made a table?"""
    if isinstance(parent, ast.Subscript) and parent.value is node:
        place = parent.slice
        return isinstance(place, ast.Slice) or (isinstance(place, ast.Constant) and isinstance(place.value, int))
    func = parent.func if isinstance(parent, ast.Call) and node in parent.args else None
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name in GOING_THROUGH


def _of_sections(node: ast.AST) -> bool:
    """`configparser.ConfigParser()`, which reads its file later."""
    func = node.func if isinstance(node, ast.Call) else None
    return (func.attr if isinstance(func, ast.Attribute) else _name(func) if func is not None else "") in PARSERS


def _loads(node: ast.AST, holders: tuple[str, ...]) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr in LOADERS and _name(func.value) in holders


def _name(node: ast.AST) -> str:
    """A variable, or an attribute of `self`, by its name."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return f"self.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
