"""The statements of Python: simple ones run on one path, compound ones on all paths at once."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow import classes
from lora_lint.flow.machine import Compound
from lora_lint.flow.statements import branches, imports, loops, matching, tries, withs
from lora_lint.flow.statements.simple import SIMPLE
from lora_lint.flow.statements.targets import TARGETS

COMPOUND: Compound = {
    cst.If: branches.if_,
    cst.For: loops.for_,
    cst.While: loops.while_,
    cst.Try: tries.try_,
    cst.TryStar: tries.try_,
    cst.With: withs.with_,
    cst.Match: matching.match_,
    cst.FunctionDef: classes.function_def,
    cst.ClassDef: classes.class_def,
    **imports.IMPORTS,
}

__all__ = ["COMPOUND", "SIMPLE", "TARGETS"]
