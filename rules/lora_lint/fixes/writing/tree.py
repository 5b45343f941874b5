"""Where a statement stands: the blocks and loops around it, and what lies inside of it; a node as code."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import libcst as cst

from lora_lint.source.sketch.made import parts_of

Block = cst.Module | cst.IndentedBlock
PARTS = ("body", "orelse", "finalbody", "handlers", "cases")


def code_of(node: cst.CSTNode) -> str:
    """An expression that was made here, or one of no matter which module, as it is written."""
    return cst.Module([]).code_for_node(node)


def blocks(tree: cst.CSTNode) -> Iterator[tuple[Block, tuple[cst.CSTNode, ...]]]:
    """Every block of a tree, with the compound statements around it, outermost first."""
    todo: list[tuple[cst.CSTNode, tuple[cst.CSTNode, ...]]] = [(tree, ())]
    while todo:
        node, around = todo.pop()
        if isinstance(node, (cst.Module, cst.IndentedBlock)):
            yield node, around
            todo += [(statement, around) for statement in node.body]
            continue
        for name in PARTS:
            part = getattr(node, name, None)
            inner = part if isinstance(part, (list, tuple)) else [part]
            todo += [(item, (*around, node)) for item in inner if isinstance(item, cst.CSTNode)]


@lru_cache(maxsize=8)
def _standing(tree: cst.Module) -> dict[cst.CSTNode, tuple[Block, tuple[cst.CSTNode, ...]]]:
    """Where each statement stands, and each of several on a line: its block, and the compound statements around it."""
    found: dict[cst.CSTNode, tuple[Block, tuple[cst.CSTNode, ...]]] = {}
    for block, outer in blocks(tree):
        for statement in block.body:
            found[statement] = block, outer
            if isinstance(statement, cst.SimpleStatementLine):
                found.update(dict.fromkeys(statement.body, (block, outer)))
    return found


def block_of(tree: cst.Module, line: cst.CSTNode) -> Block | None:
    """The block that a statement stands in."""
    found = _standing(tree).get(line)
    return found[0] if found is not None else None


def line_in(block: Block, node: cst.CSTNode) -> cst.CSTNode | None:
    """The statement of a block that this is, or, of several on a line, the line of it."""
    for statement in block.body:
        if statement is node:
            return statement
        if isinstance(statement, cst.SimpleStatementLine) and any(small is node for small in statement.body):
            return statement
    return None


def around(tree: cst.Module, line: cst.CSTNode) -> list[cst.CSTNode]:
    """The compound statements around a statement inside of its own function, outermost first."""
    _, outer = _standing(tree).get(line, (tree, ()))
    last = max((i for i, node in enumerate(outer) if isinstance(node, (cst.FunctionDef, cst.ClassDef))), default=-1)
    return list(outer[last + 1 :])


def is_alone(tree: cst.Module, line: cst.CSTNode) -> bool:
    """Is a statement the only one of its block?"""
    block = block_of(tree, line)
    return block is not None and not isinstance(block, cst.Module) and len(block.body) == 1


def only_in(line: object) -> cst.BaseSmallStatement | None:
    """The simple statement that has a line for itself; None where several stand on it, or one with a block."""
    return line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None


def nodes_in(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A piece of code and all that lies inside of it."""
    todo: list[cst.CSTNode] = [node]
    while todo:
        current = todo.pop()
        yield current
        todo += children_of(current)


def children_of(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes that a node is made of, without whitespace and the like: of a sketch, too."""
    found: list[cst.CSTNode] = []
    for part in parts_of(node):
        found += [
            inner for inner in (part if isinstance(part, (list, tuple)) else (part,)) if isinstance(inner, cst.CSTNode)
        ]
    return found


def holds(node: cst.CSTNode, inner: object) -> bool:
    """Does a node lie inside of another, or is it that?"""
    return any(current is inner for current in nodes_in(node))


def calls_in(node: cst.CSTNode) -> Iterator[cst.Call]:
    """All calls in a piece of code."""
    return (current for current in nodes_in(node) if isinstance(current, cst.Call))
