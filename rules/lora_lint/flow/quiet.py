"""Definitions that code which is not seen is given, and from which nothing comes: run once, and not in each script.

All scripts of a framework import its registries, and with them give away the same classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import Module
from lora_lint.flow.values import Cls, Func

_DEFINES = re.compile(r"^\s*(?:async[ ]+def|def|class)\b", re.MULTILINE)


class Quiet:
    """What is known of one script after the other: each definition, by the tree of its module, with the modules that
    were there when nothing came from it. What it looks up (in a registry) these have put there."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[cst.CSTNode, dict[cst.CSTNode, frozenset[str]]]] = {}

    @contextmanager
    def asked(self, machine: Machine, given: Func | Cls) -> Iterator[bool]:
        """Is it to be run? Inside of this it is, and what came from it is noted. A script's own are always run."""
        own, *others = machine.modules
        if given.module is own:
            yield True
            return
        inside = self._inside(given.module)
        there = frozenset(module.filename for module in others if _DEFINES.search(module.text))
        known = inside.get(given.node)
        if known is not None and there <= known:
            yield False
            return
        before = len(machine.events), len(machine.notes)
        yield True
        if before == (len(machine.events), len(machine.notes)):
            inside[given.node] = there

    def _inside(self, module: Module) -> dict[cst.CSTNode, frozenset[str]]:
        """What is known of a module's definitions, as it was parsed last."""
        tree, inside = self._known.get(module.filename, (None, {}))
        if tree is not module.tree:
            inside = {}
            self._known[module.filename] = module.tree, inside
        return inside
