"""Which names a definition can come to: those that it mentions, and those that what it mentions does.

Read from the text with Python's own parser, long before anything is interpreted. What is reached is never too little
as long as a script spells its names: every word of a definition counts, but for docstrings and lines of comment.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from types import MappingProxyType
from typing import TypeGuard

from lora_lint.source.python import python_tree

Words = set[str]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)

EXPORTED = "__all__"

_WORD = re.compile(r"[^\W\d]\w*")
# a name is not mentioned where it is given, nor in a line of comment
_GIVEN = re.compile(r"^[ \t]*#[^\n]*|\b(?:def|class)[ \t]+\w+", re.MULTILINE)
_GLOBAL = re.compile(r"\bglobal[ \t]+([\w, \t]+)")
_DECORATOR = re.compile(r"^[ \t]*@[ \t]*(\w+(?:\.\w+)*)", re.MULTILINE)
# what is put on an object that is not the method's own, a function for instance
_ASSIGNED = re.compile(r"(?<![\w.])(?!self\b)[^\W\d]\w*(?:\.\w+)*\.(\w+)[ \t]*=[ \t]*(?=[^\W\d])(?!True|False|None)")
_BEGINS_TEXT = re.compile(r"[ \t]*[A-Za-z]{0,2}[\"']")
_BEGINS_IMPORT = re.compile(r"[ \t]*(?:from|import)\b")


class Reach:
    """The definitions of one or several modules, as one name space.

    An import inside of a function is told by `library.name`, with an empty library where it is relative.
    """

    def __init__(self, texts: Iterable[str], trees: Mapping[str, ast.Module] = MappingProxyType({})) -> None:
        """`trees` are those of Python's parser, by text, as far as somebody has them already."""
        self.known = True  # could all of it be read?
        self._own: dict[str, Words] = {}  # what the definition of a name mentions itself
        self._all: dict[str, Words] = {}  # and with what that leads to
        self._top: Words = set()
        keep: Words = set()
        decorated: list[tuple[str, str]] = []
        for text in texts:
            try:
                read = _read(text, trees.get(text))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self.known = False  # the syntax of a later release, or nested too deeply
                continue
            for name, words in read.own.items():
                self._own.setdefault(name, set()).update(words)
            self._top |= read.top
            keep |= read.keep
            decorated += read.decorated
        for decorator, name in decorated:
            if decorator in keep:  # one of the project may keep what it decorates
                self._own[decorator].add(name)

    def everything(self) -> Words:
        """All that is mentioned anywhere."""
        return self._top.union(*self._own.values())

    def libraries(self) -> Words:
        """The first names of all modules that are imported somewhere; of all words, where imports are by text."""
        words = self.everything()
        by_text = words if "import_module" in words or "__import__" in words else set()
        return {word.partition(".")[0] for word in words if "." in word} | by_text

    def top(self) -> Words:
        """What is mentioned outside of all definitions: it runs as soon as its module is imported."""
        return set(self._top)

    def from_(self, names: Iterable[str]) -> Words:
        """These names, and all that their definitions lead to."""
        found = set(names)
        todo = list(found)
        while todo:
            new = self._own.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return found

    def own(self, name: str) -> Words:
        """What the definition of a name mentions itself."""
        return self._own.get(name, set())

    def of(self, name: str) -> Words | None:
        """What the definition of a name leads to; None where no module defines it at its top."""
        if name not in self._own:
            return None
        if name not in self._all:
            self._all[name] = self.from_(self._own[name])
        return self._all[name]


# -- reading -----------------------------------------------------------------------------------------------------------


def _read(text: str, tree: ast.Module | None) -> _Read:
    """What a module mentions. It is read once for all the scripts that import it; the last modules are kept."""
    key = len(text), hash(text)
    read = _KEPT.pop(key, None)
    if read is None:
        read = _Read()
        read.module(text, tree or python_tree(text))
        if len(_KEPT) >= MOST_KEPT:
            del _KEPT[next(iter(_KEPT))]
    _KEPT[key] = read
    return read


class _Read:
    """What one module mentions: in the definition of each name, at its top, in decorators with what they decorate.

    `keep` are the names of functions, classes and objects that may keep something: what is imported has them elsewhere.
    """

    __slots__ = ("decorated", "keep", "own", "top")

    def __init__(self) -> None:
        self.own: dict[str, Words] = {}
        self.top: Words = set()
        self.keep: Words = set()
        self.decorated: list[tuple[str, str]] = []

    def module(self, text: str, tree: ast.Module) -> None:
        lines = re.split(r"\r\n?|\n", text)
        _leave_texts_out(tree.body, lines)
        other_names: dict[str, Words] = {}
        for node, taken in _statements(tree.body):
            rows = [lines[n - 1] for n in range(_first(node), _last(node) + 1) if n not in taken]
            if isinstance(node, _DEFINITIONS):
                words = self._words(rows)
                self._define([node.name], words | (_imports(ast.walk(node)) if "import" in words else set()))
                self.keep.add(node.name)
                for decorator in _DECORATOR.findall("\n".join(rows)):
                    for name in decorator.split("."):
                        self.decorated += [(meant, node.name) for meant in (name, *other_names.get(name, ()))]
                continue
            if isinstance(node, _IMPORTS):
                self.top |= _imports([node])
                for alias in node.names:
                    if alias.asname:
                        other_names[alias.asname] = set(alias.name.split("."))
                        self._define([alias.asname], other_names[alias.asname])
                if _BEGINS_IMPORT.match(rows[0]) and ";" not in rows[-1]:
                    continue
            words = self._words(rows)
            given = _given(node)
            self.keep |= _named(node)
            if given == {EXPORTED}:  # it names what there is, and uses none of it
                words.discard(EXPORTED)
            else:
                self.top |= words
            self._define(words if "setattr" in words else given, words)

    def _define(self, names: Iterable[str], words: Words) -> None:
        for name in names:
            self.own.setdefault(name, set()).update(words)

    def _words(self, lines: list[str]) -> Words:
        text = _GIVEN.sub(" ", "\n".join(lines))
        words = set(map(intern, _WORD.findall(text)))
        if "global" in words:
            self._define((name for names in _GLOBAL.findall(text) for name in _WORD.findall(names)), words)
        self._define(_ASSIGNED.findall(text), words)
        return words


MOST_KEPT = 1024  # modules
_KEPT: dict[tuple[int, int], _Read] = {}  # by the text, the one that was asked for last at the end


def _statements(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, set[int]]]:
    """The statements at the top of a module, those inside of others too, and the lines that are not their own."""
    for node in body:
        inside: list[ast.stmt] = []
        if not isinstance(node, _DEFINITIONS):
            for block in (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                for name in ("body", "orelse", "finalbody"):
                    inside += getattr(block, name, ())
        below = [child for child in inside if child.lineno > node.lineno]
        yield node, {n for child in below for n in range(_first(child), _last(child) + 1)}
        yield from _statements(inside)


def _given(node: ast.stmt) -> Words:
    """The names to which a statement may give another meaning: what it assigns to, and what its calls may change."""
    changes = isinstance(node, (ast.Expr, ast.With, ast.AsyncWith))
    found: Words = set()
    todo: list[ast.AST] = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, ast.Name) and (changes or not isinstance(part.ctx, ast.Load)):
            found.add(part.id)
        elif isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load):
            found |= {part.attr, *(name.id for name in ast.walk(part) if isinstance(name, ast.Name))}
        elif isinstance(part, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and part.name:
            found.add(part.name)
        todo += [child for child in ast.iter_child_nodes(part) if not isinstance(child, ast.stmt)]
    return found


def _named(node: ast.stmt) -> Words:
    """The names to which a statement by itself gives a value."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {part.id for target in targets if target for part in ast.walk(target) if _is_given(part)}


def _is_given(part: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _imports(nodes: Iterable[ast.AST]) -> Words:
    found: Words = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            library = "" if node.level else (node.module or "").partition(".")[0]
            found |= {f"{library}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {f"{alias.name.partition('.')[0]}." for alias in node.names}
    return found


def _leave_texts_out(body: list[ast.stmt], lines: list[str]) -> None:
    """Empties the lines of docstrings and other texts that stand by themselves."""
    for node, following in zip(body, [*body[1:], None], strict=False):
        if isinstance(node, _DEFINITIONS):
            _leave_texts_out(node.body, lines)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            shared = following is not None and following.lineno <= _last(node)
            if not shared and _BEGINS_TEXT.match(lines[node.lineno - 1]):
                lines[node.lineno - 1 : _last(node)] = [""] * (_last(node) - node.lineno + 1)
