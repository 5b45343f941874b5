"""LibCST's tree of a text, made with less work than LibCST takes: a third of the time of a parse, seen with 1.9.

Its parser looks up the class of each node that it makes in the module `libcst`, so what stands there decides. For the
kinds that nearly all nodes are of, something stands there meanwhile that makes the same node without the checks of
LibCST, which the nodes of its own parser need not: they are right by the grammar.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import lru_cache
from types import FunctionType
from typing import Any

import libcst as cst
from libcst import native  # type: ignore[attr-defined]

from lora_lint.source.alone import as_it_is

# half of all nodes, and nobody asks which is which: whitespace of one text is one node in all trees
SHARED = (cst.SimpleWhitespace, cst.Newline)
MOST_SHARED = 1_000  # of a kind, that are kept
# nearly all of the others
COMMON = (
    cst.Annotation, cst.Arg, cst.Assign, cst.AssignEqual, cst.AssignTarget, cst.Attribute, cst.BinaryOperation,
    cst.Call, cst.Comma, cst.Comment, cst.Comparison, cst.ComparisonTarget, cst.DictElement, cst.Dot, cst.Element,
    cst.EmptyLine, cst.Expr, cst.Float, cst.FormattedStringExpression, cst.FormattedStringText, cst.FunctionDef,
    cst.If, cst.Import, cst.ImportAlias, cst.ImportFrom, cst.IndentedBlock, cst.Index, cst.Integer,
    cst.LeftSquareBracket, cst.List, cst.Module, cst.Name, cst.Param, cst.Parameters, cst.ParenthesizedWhitespace,
    cst.Return, cst.RightSquareBracket, cst.SimpleStatementLine, cst.SimpleString, cst.Subscript, cst.SubscriptElement,
    cst.TrailingWhitespace, cst.Tuple,
)  # fmt: skip


def tree_of(text: str) -> cst.Module:
    """The tree of a text. Raises ParserSyntaxError."""
    with as_it_is:
        vars(cst).update(_STAND_INS)
        try:
            return _parsed(text)
        except (AttributeError, ImportError, TypeError):
            pass  # a release of LibCST whose parser goes about it otherwise
        finally:
            vars(cst).update(_OWN)
        return cst.parse_module(text)


def _shared(kind: type[cst.CSTNode]) -> Callable[..., cst.CSTNode]:
    """Gives the one node of a kind for each text: in C, since it is asked for every second node."""
    return staticmethod(lru_cache(MOST_SHARED)(kind))


def _unchecked(kind: type[cst.CSTNode]) -> Callable[..., cst.CSTNode]:
    """Makes a node of a kind as its own `__init__` does, which is made from its fields like this, too."""
    parameters, lines = [], []
    known: dict[str, object] = {"new": object.__new__, "kind": kind}
    for field in fields(kind):
        known[f"set_{field.name}"] = getattr(kind, field.name).__set__
        usual = field.default if field.default_factory is MISSING else field.default_factory()
        if usual is not MISSING:
            known[f"usual_{field.name}"] = usual
        parameters.append(field.name if usual is MISSING else f"{field.name}=usual_{field.name}")
        lines.append(f"    set_{field.name}(node, {field.name})")
    source = [f"def make(_, /, {', '.join(parameters)}):", "    node = new(kind)", *lines, "    return node"]
    exec("\n".join(source), known)
    return known["make"]  # type: ignore[return-value]


class _StandIn(type):
    """What stands in `libcst` for a kind of node: called it makes one, and for who asks meanwhile it is that kind."""

    kind: type[cst.CSTNode]

    def __instancecheck__(cls, node: object) -> bool:
        return isinstance(node, cls.kind)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.kind)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls.kind, name)


def _stand_in(kind: type[cst.CSTNode], make: Callable[..., cst.CSTNode]) -> type:
    called = type("StandIn", (_StandIn,), {"__call__": make})
    return called(kind.__name__, (), {"kind": kind})  # type: ignore[no-any-return]


_STAND_INS = {kind.__name__: _stand_in(kind, _shared(kind)) for kind in SHARED}
_STAND_INS |= {kind.__name__: _stand_in(kind, _unchecked(kind)) for kind in COMMON}
_OWN = {name: vars(cst)[name] for name in _STAND_INS}


# stands for `__import__`: the parser imports `libcst` for each node, and all that this has to do is done. What takes
# any arguments does, and this is the quickest
_ALREADY = "".format

# the parser finds the `__import__` that it calls in the globals of who calls the parser
_parsed: Callable[[str], cst.Module] = FunctionType(
    (lambda text: parse_module(text, None)).__code__,  # type: ignore[name-defined]  # noqa: F821
    {"__builtins__": {**vars(builtins), "__import__": _ALREADY}, "parse_module": native.parse_module},
)
