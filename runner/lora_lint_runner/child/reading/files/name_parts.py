r"""What a script reads from the names of its files: `path.stem.split("-")[2]`, `re.match(r"class_(\d+)", name)`,
`"angry" in name`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any, NamedTuple

from ..example_of import example_of
from ..literals import bound, literals
from ..patterns import pattern_in
from ..walking import parents_of, walk

LISTING = ("listdir", "glob", "iglob", "rglob", "iterdir", "scandir", "walk")
WHOLE = ("sorted", "list", "set", "enumerate", "reversed", "tqdm", "tuple", "iter", "shuffled")
SAME = ("stem", "name", "path")
OF_NAME = ("basename", "splitext", "replace", "lower", "upper", "strip", "join", "relpath", "as_posix", "removesuffix")
MADE = ("str", "Path", "PurePath")
MATCHING = ("match", "search", "fullmatch", "findall", "finditer")
SPLITTING = ("split", "rsplit", "partition")
LONGEST = 12  # parts of a name
COUNT = 8
MOST = 16  # words that are put together
ROUNDS = 3


class NameParts(NamedTuple):
    """`parts` stand between `separator`; each is one of some words, or a number. `pattern` is a regular expression
    that names match, or what is before their suffix where it is `of_stems`; `words` may stand in them."""

    separator: str = ""
    parts: tuple[tuple[str, ...], ...] = ()
    pattern: str = ""
    words: tuple[str, ...] = ()
    of_stems: bool = False

    def stems(self, count: int = COUNT, begun: str = "") -> list[str]:
        """Names without their suffixes, each another one, that begin so; none, where nothing is read from them."""
        if begun:
            known = begun.count(self.separator) if self.separator and begun.endswith(self.separator) else 0
            names = self.stems(count) if known else []
            return list(dict.fromkeys(begun + self.separator.join(n.split(self.separator)[known:]) for n in names))
        count = max([count, *(len(words) for words in self.parts), len(self.words)])
        if self.pattern:
            found = [example_of(self.pattern, place) for place in range(count)]
            return list(dict.fromkeys(name if self.of_stems else _without_suffix(name) for name in found if name))
        if len(self.parts) > 1:
            return [
                self.separator.join(_part(p, words, place) for p, words in enumerate(self.parts))
                for place in range(count)
            ]
        return [f"{self.words[place % len(self.words)]}_{place}" for place in range(count)] if self.words else []


def _part(place: int, words: tuple[str, ...], index: int) -> str:
    return words[index % len(words)] if words else f"{place + 1}{index}"


def _without_suffix(name: str) -> str:
    return name.rsplit(".", 1)[0] if "." in name[1:] else name


def name_parts(trees: Iterable[ast.Module]) -> NameParts:
    """Reads some modules together."""
    return _Reading(list(trees)).found()


class _Reading:
    def __init__(self, trees: list[ast.Module]) -> None:
        self.nodes = [node for tree in trees for node in walk(tree)]
        self.parents = {child: node for tree in trees for child, node in parents_of(tree).items()}
        self.functions = {n.name: n for n in self.nodes if isinstance(n, ast.FunctionDef)}
        self.tables: dict[str, list[Any]] = {}
        self.texts: dict[str, str] = {}
        for tree in trees:
            self.tables.update(literals(tree))
            self.texts.update({name: text for name, value in bound(tree) if (text := pattern_in(value)) is not None})
        self.names: set[tuple[ast.AST | None, str]] = set()  # variables that hold a name, or many
        before = -1
        while len(self.names) != before:
            before = len(self.names)
            for node in self.nodes:
                self._follow(node)

    def found(self) -> NameParts:
        pattern, of_stems = next(self._patterns(), ("", False))
        separator = ""
        parts: tuple[tuple[str, ...], ...] = ()
        for node in self.nodes:
            if not pattern and isinstance(node, ast.Call) and self._splits(node):
                sign, inner = str(getattr(node.args[0], "value", "")), tuple(self._parts(node))
                if len(inner) > len(parts):
                    separator, parts = sign, inner
        return NameParts(separator, parts, pattern, tuple(dict.fromkeys(self._words())), of_stems)

    def _follow(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and self.is_name(node.value):
            self._know(node.targets[0])
        elif isinstance(node, (ast.For, ast.comprehension)) and self.is_name(node.iter):
            target = node.target
            several = target.elts if isinstance(target, ast.Tuple) else [target]
            self._know(several[-1])  # also of `for root, folders, files in os.walk(...)`
        elif isinstance(node, ast.Call):
            function = self.functions.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
            parameters = function.args.args if function is not None else []
            parameters = parameters[1:] if parameters and parameters[0].arg == "self" else parameters
            for place, value in zip(parameters, node.args):
                if self.is_name(value):
                    self.names.add((function, place.arg))
            if getattr(node.func, "attr", "") in ("append", "extend") and node.args and self.is_name(node.args[0]):
                assert isinstance(node.func, ast.Attribute)
                self._know(node.func.value)

    def _know(self, target: ast.expr) -> None:
        key = self._key(target)
        if key is not None:
            self.names.add(key)

    def _key(self, node: ast.AST) -> tuple[ast.AST | None, str] | None:
        if isinstance(node, ast.Name):
            return self._function(node), node.id
        own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        return (None, f"self.{node.attr}") if own and isinstance(node, ast.Attribute) else None

    def _function(self, node: ast.AST) -> ast.AST | None:
        above = self.parents.get(node)
        while above is not None and not isinstance(above, ast.FunctionDef):
            above = self.parents.get(above)
        return above

    def is_name(self, node: ast.AST) -> bool:
        """Is an expression the name of a file that was found, or several?"""
        key = self._key(node)
        if key is not None and (key in self.names or (None, key[1]) in self.names):
            return True
        if isinstance(node, ast.Attribute):
            return node.attr in SAME and self.is_name(node.value)
        if isinstance(node, ast.Subscript):
            return self.is_name(node.value)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            return self.is_name(node.elt)
        if isinstance(node, ast.BinOp):
            return self.is_name(node.right) or self.is_name(node.left)
        if not isinstance(node, ast.Call):
            return False
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in LISTING:
            return True
        if called in ("split", "rsplit") and isinstance(node.func, ast.Attribute):  # what ends at a dot or a folder
            sign = getattr(node.args[0], "value", None) if node.args else None
            return sign in (".", "/") and self.is_name(node.func.value)
        if called in OF_NAME and isinstance(node.func, ast.Attribute) and self.is_name(node.func.value):
            return True
        return called in (*OF_NAME, *WHOLE, *MADE) and any(self.is_name(part) for part in node.args)

    def _splits(self, call: ast.Call) -> bool:
        sign = getattr(call.args[0], "value", None) if call.args else None
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        plain = isinstance(sign, str) and sign not in (".", "/", "\\\\", "\n", ",")
        return method in SPLITTING and plain and isinstance(call.func, ast.Attribute) and self.is_name(call.func.value)

    def _parts(self, call: ast.Call) -> Iterator[tuple[str, ...]]:
        """The words that each part of a name may be."""
        above = self.parents.get(call)
        taken: dict[int, list[ast.AST]] = {}
        if isinstance(above, ast.Subscript) and (place := _place(above.slice)) is not None:
            taken.setdefault(place, []).append(above)
        target = above.targets[0] if isinstance(above, ast.Assign) else None
        if isinstance(target, ast.Tuple):
            for place, part in enumerate(target.elts):
                taken.setdefault(place, []).append(part)
        elif isinstance(target, ast.Name):
            for node in self.nodes:
                if isinstance(node, ast.Subscript) and self._key(node.value) == self._key(target):
                    if (place := _place(node.slice)) is not None:
                        taken.setdefault(place, []).append(node)
        count = max((place + 1 if place >= 0 else 1 - place for place in taken), default=0)
        by_place = {place % count if count else 0: nodes for place, nodes in taken.items()}
        for place in range(min(count, LONGEST)):
            yield next(filter(None, (self._compared(node) for node in by_place.get(place, ()))), ())

    def _compared(self, node: ast.AST) -> tuple[str, ...]:
        """The words that a part of a name is looked up in, or compared with, itself or under the name that it gets."""
        spots, above = [node], self.parents.get(node)
        while isinstance(above, ast.Call) or (isinstance(above, ast.Attribute) and above.attr in OF_NAME):
            spots.append(above)
            above = self.parents.get(above)
        target = above.targets[0] if isinstance(above, ast.Assign) else node if isinstance(node, ast.Name) else None
        if isinstance(target, ast.Name):
            key = self._key(target)
            spots += [n for n in self.nodes if isinstance(n, ast.Name) and n.id == target.id and self._key(n) == key]
        found = [word for spot in spots for word in self._words_at(spot)]
        return tuple(dict.fromkeys(found))

    def _words_at(self, node: ast.AST) -> Iterator[str]:
        above = self.parents.get(node)
        if isinstance(above, ast.Subscript) and above.slice is node:
            yield from map(str, self.tables.get(_last(above.value), ()))
        elif isinstance(above, ast.Call) and getattr(above.func, "attr", "") in ("get", "index") and node in above.args:
            assert isinstance(above.func, ast.Attribute)
            yield from map(str, self.tables.get(_last(above.func.value), ()))
        elif isinstance(above, ast.Compare) and isinstance(above.ops[0], (ast.In, ast.NotIn, ast.Eq)):
            for other in (above.left, *above.comparators):
                if other is not node:
                    parts = getattr(other, "elts", [other])
                    yield from (str(p.value) for p in parts if isinstance(p, ast.Constant))
                    yield from map(str, self.tables.get(_last(other), ()))

    def _patterns(self) -> Iterator[tuple[str, bool]]:
        """Each with whether it is held against names without their suffixes."""
        for node in self.nodes:
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in MATCHING:
                continue
            assert isinstance(node.func, ast.Attribute)
            by_module = _last(node.func.value) in ("re", "regex") and len(node.args) > 1
            said, name = (node.args[0], node.args[1]) if by_module else (node.func.value, next(iter(node.args), None))
            pattern = pattern_in(said) or self.texts.get(_last(said))
            if pattern and name is not None and self.is_name(name) and example_of(pattern, 0):
                yield pattern, isinstance(name, ast.Attribute) and name.attr == "stem"

    def _words(self) -> Iterator[str]:
        """Words that a name is asked for: `"angry" in name`, `any(name.startswith(w) for w in WORDS)`; all of them in
        one where it is asked for several at once: `if language in name and part in name`."""
        together: set[ast.AST] = set()
        for node in self.nodes:
            if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
                asked = [word for part in node.values if (word := self._asked(part)) is not None]
                told = [list(dict.fromkeys(self._told(word))) for word in asked]
                if len(asked) > 1 and all(told):
                    together.update(node.values)
                    yield from map("_".join, islice(product(*told), MOST))
            elif node not in together and (word := self._asked(node)) is not None:
                yield from self._told(word)

    def _asked(self, node: ast.AST) -> ast.expr | None:
        """What a test asks a name for."""
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and self.is_name(node.comparators[0]):
            return node.left
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and self.is_name(node.func.value):
            return node.args[0] if node.func.attr in ("startswith", "count") and node.args else None
        return None

    def _told(self, asked: ast.expr, inner: bool = False) -> Iterator[str]:
        """The words that it may be: of a loop, of what a function is given by its calls."""
        if isinstance(asked, ast.Constant):
            yield from [asked.value] if isinstance(asked.value, str) and _is_word(asked.value) else []
        elif isinstance(asked, ast.Name):
            loops = [n for n in self.nodes if isinstance(n, (ast.For, ast.comprehension))]
            for loop in loops:
                names = [n.id for n in walk(loop.target) if isinstance(n, ast.Name)]
                if asked.id in names:
                    yield from (str(w) for w in self.tables.get(_of_loop(loop.iter), ()) if _is_word(str(w)))
                    yield from (str(p.value) for p in getattr(loop.iter, "elts", ()) if isinstance(p, ast.Constant))
            for value in () if inner else self._given(asked):
                yield from self._told(value, inner=True)

    def _given(self, parameter: ast.Name) -> Iterator[ast.expr]:
        function = self._function(parameter)
        names = [p.arg for p in function.args.args] if isinstance(function, ast.FunctionDef) else []
        if not isinstance(function, ast.FunctionDef) or parameter.id not in names:
            return
        for call in [n for n in self.nodes if isinstance(n, ast.Call)]:
            if getattr(call.func, "attr", getattr(call.func, "id", "")) == function.name:
                yield from (value for name, value in zip(names, call.args) if name == parameter.id)
                yield from (given.value for given in call.keywords if given.arg == parameter.id)


def _of_loop(over: ast.expr) -> str:
    """The table that a loop goes through: `LABELS`, `LABELS.items()`."""
    called = over.func if isinstance(over, ast.Call) else None
    return _last(called.value) if isinstance(called, ast.Attribute) else _last(over)


def _is_word(text: str) -> bool:
    return bool(text) and text[0] != "." and not set(text) & set("/\\*") and len(text) < 40


def _place(node: ast.AST) -> int | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if type(value) is int else None


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
