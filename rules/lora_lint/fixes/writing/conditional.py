"""Imports that are made on a condition: for type checkers only, or where the package is there."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lora_lint.fixes.writing.tree import nodes_in
from lora_lint.flow.statements.imports import dotted


def for_types_only(tree: cst.Module) -> set[str]:
    """The names that `if TYPE_CHECKING:` imports: there are none of these when the script runs."""
    return {
        alias.evaluated_alias or alias.evaluated_name
        for node in tree.body
        if isinstance(node, cst.If) and dotted(node.test).rpartition(".")[2] == "TYPE_CHECKING"
        for statement in _imports(node.body)
        for alias in _aliases(statement)
    }


def is_tried(tree: cst.Module, package: str) -> bool:
    """Is a package imported inside of a `try`, so that the script may go on without it?"""
    return any(
        dotted(statement.module).partition(".")[0] == package
        if isinstance(statement, cst.ImportFrom) and statement.module is not None
        else any(alias.evaluated_name.partition(".")[0] == package for alias in _aliases(statement))
        for node in nodes_in(tree)
        if isinstance(node, cst.Try)
        for statement in _imports(node.body)
    )


def _imports(block: cst.CSTNode) -> Iterator[cst.Import | cst.ImportFrom]:
    return (node for node in nodes_in(block) if isinstance(node, (cst.Import, cst.ImportFrom)))


def _aliases(statement: cst.Import | cst.ImportFrom) -> list[cst.ImportAlias]:
    return [] if isinstance(statement.names, cst.ImportStar) else list(statement.names)
