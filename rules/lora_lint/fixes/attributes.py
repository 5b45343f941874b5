"""Fixes of an attribute that is read: another one of the same object."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.writing.editor import Editor
from lora_lint.fixes.writing.tree import nodes_in
from lora_lint.flow.modules import Site


def rename_in(editor: Editor, site: object, name: str, instead: str) -> Fix | None:
    """The attribute of this name in an expression becomes another one; None where it is read elsewhere."""
    if not isinstance(site, Site):
        return None
    found = [node.attr for node in nodes_in(site.node) if isinstance(node, cst.Attribute) and node.attr.value == name]
    edits = [editor.replace(site.module, attribute, instead) for attribute in found]
    return editor.fix(f"ask {instead}", edits, safe=True) if edits else None
