"""Fixes that copy what a script keeps."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.writing.editor import Editor
from lora_lint.flow.modules import Site


def cloned(editor: Editor, site: object) -> Fix | None:
    """A dict of copies in place of the state dict that a call gives."""
    if not isinstance(site, Site) or not isinstance(site.node, cst.Call):
        return None
    code = site.module.code(site.node)
    text = f"{{name: tensor.clone() for name, tensor in {code}.items()}}"
    return editor.fix("keep a copy of each tensor", [editor.replace(site.module, site.node, text)], safe=False)
