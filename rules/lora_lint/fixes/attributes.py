"""Fixes of names: another attribute of the same object, another name of the same library."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.writing.editor import Editor
from lora_lint.fixes.writing.tree import nodes_in
from lora_lint.flow.modules import Site
from lora_lint.flow.statements.imports import dotted


def rename_in(editor: Editor, site: object, name: str, instead: str, *, safe: bool = True) -> Fix | None:
    """The attribute of this name in an expression becomes another one; None where it is read elsewhere."""
    if not isinstance(site, Site):
        return None
    found = [node.attr for node in nodes_in(site.node) if isinstance(node, cst.Attribute) and node.attr.value == name]
    edits = [editor.replace(site.module, attribute, instead) for attribute in found]
    return editor.fix(f"ask {instead}", edits, safe=safe) if edits else None


def rename_imported(editor: Editor, site: object, name: str, instead: str) -> Fix | None:
    """Another name is imported, and used in the module; None where both are, or the module gives the old one on."""
    if (
        not isinstance(site, Site)
        or not isinstance(site.node, cst.ImportFrom)
        or isinstance(site.node.names, cst.ImportStar)
    ):
        return None
    tree = site.module.tree
    called = [node for node in nodes_in(tree) if isinstance(node, cst.Name)]
    if any(node.value == instead for node in called) or any(isinstance(n, cst.Global) for n in nodes_in(tree)):
        return None
    imported = next((alias for alias in site.node.names if dotted(alias.name) == name), None)
    if imported is None:
        return None
    others = {node.attr for node in nodes_in(tree) if isinstance(node, cst.Attribute)}
    others |= {node.keyword for node in nodes_in(tree) if isinstance(node, cst.Arg) and node.keyword is not None}
    found = [node for node in called if node.value == name and node not in others] if imported.asname is None else []
    edits = [
        editor.replace(site.module, node, instead) for node in (imported.name, *found) if isinstance(node, cst.Name)
    ]
    return editor.fix(f"{instead} is what there is now", edits, safe=True)
