"""Fixes around files and directories that are read."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.writing.editor import Editor
from lora_lint.fixes.writing.paths import Paths
from lora_lint.fixes.writing.tree import code_of, holds
from lora_lint.fixes.writing.written import written
from lora_lint.flow.modules import Site
from lora_lint.flow.view import View
from lora_lint.lifecycle.events.disk import Expected
from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.trace import Event

READER = "torch.load"  # reads pickles; safetensors has a reader of its own


def other_file(editor: Editor, literal: object, reads: Sequence[Event[Expected]], old: str, new: str) -> Fix | None:
    """Another name for a file where it is written in the script, and the reader that fits it wherever it is read."""
    if not isinstance(literal, Site) or not isinstance(literal.node, cst.SimpleString):
        return None
    renamed = literal.node.value.replace(old, new)
    edits: list[Edit | None] = []
    inside = False
    for site in dict.fromkeys(read.site for read in reads if read.facts.reader == READER):
        if not isinstance(site, Site) or not isinstance(site.node, cst.Call):
            return None
        if not site.node.args or site.node.args[0].keyword is not None:
            return None
        path = site.module.code(site.node.args[0].value)
        if site.module is literal.module and holds(site.node, literal.node):
            inside = True
            path = path.replace(literal.node.value, renamed)
        elif old in path:
            continue  # it is named there once more
        edits += [] if edits else editor.add_import(site.module, "safetensors.torch", "load_file")
        edits.append(_read_by(editor, site, site.node, path))
    if not inside:
        edits.append(editor.replace(literal.module, literal.node, renamed))
    return editor.fix(f"{new} is what is there", edits, safe=True)


def _read_by(editor: Editor, site: Site, call: cst.Call, path: str) -> Edit | None:
    """`load_file(path)` in place of a read by torch."""
    given = [path]
    for arg in call.args[1:]:
        if arg.keyword is not None and arg.keyword.value == "map_location" and isinstance(arg.value, cst.SimpleString):
            given.append(f"device={arg.value.value}")
    return editor.replace(site.module, call, f"load_file({', '.join(given)})")


def other_directory(editor: Editor, load: Event[Loaded], asked: Place, there: Place) -> Fix | None:
    """The directory that an adapter is in, where another one is loaded from."""
    node = load.facts.path_node
    view: View | None = load.facts.view
    if view is None or not isinstance(node, cst.BaseExpression) or not isinstance(load.site, Site):
        return None
    module = load.site.module
    rest = there.segments[len(asked.segments) :] if there.under(asked) else ()
    if rest and all(isinstance(atom, str) for segment in rest for atom in segment):
        inner = "".join("/" + "".join(map(str, segment)) for segment in rest)
        code = Paths(view, view.levels[-1]).beside(node, inner)
    else:
        found = written(view, view.levels[-1], there, None)
        if found is None:
            return None
        code = code_of(found)
    return editor.fix(f"load the adapter from {code}", [editor.replace(module, node, code)], safe=True)
