"""One try: a text goes through the analysis and through all fixes, and what must never happen is looked for."""

from __future__ import annotations

import re
import time
import traceback
from collections import Counter
from typing import NamedTuple

import libcst as cst

import lora_lint
from lora_lint import Config, Finding, ParseError, Unreadable
from lora_lint.fixes.writing.tree import nodes_in
from lora_lint.source.sketch.sketch import sketch_of

EVERYTHING = Config(select=("ALL",), preview=True, unsafe_fixes=True)


class Tried(NamedTuple):
    """What a try showed. `faults` are what must never happen, each in a line or a traceback."""

    name: str
    how: str
    faults: tuple[str, ...] = ()
    python: bool = True
    findings: int = 0
    fixes: int = 0
    budget: bool = False
    seconds: float = 0.0


def analyzed(name: str, data: bytes, how: str = "as it is") -> Tried:
    """Interprets a file, whether or not it names PEFT, as a script on its own."""
    begun = time.monotonic()
    try:
        text = lora_lint.decode(data).text
        analysis = lora_lint.analyze_source(text, name, EVERYTHING)
        faults = [*analysis.faults, *_misread(text)]
    except (ParseError, Unreadable):
        return Tried(name, how, python=False)
    except Exception:
        return Tried(name, how, (traceback.format_exc(),))
    return Tried(
        name, how, tuple(faults), True, len(analysis.findings), 0,
        any("budget" in note for note in analysis.notes), time.monotonic() - begun,
    )  # fmt: skip


def _misread(text: str) -> list[str]:
    """Where a sketch is not, when it is completed, the tree that LibCST reads: all of it, or one of its statements."""
    sketch = sketch_of(text)
    if sketch is None:
        return []
    try:
        read = cst.parse_module(text)
    except cst.ParserSyntaxError:
        return []  # LibCST knows less than Python
    shown = [(node, sketch.code(node)) for node in _some_of(sketch.tree) if sketch.complete_line(node)]
    sketch.complete()
    if not sketch.tree.deep_equals(read):
        return ["the sketch is not LibCST's tree"]
    return [f"{code!r} is not what LibCST shows" for node, code in shown if sketch.code(node) != code]


def _some_of(tree: cst.Module) -> list[cst.CSTNode]:
    """A hundred nodes from all over a tree."""
    nodes = list(nodes_in(tree))
    return nodes[:: len(nodes) // 100 + 1]


def corrected(name: str, text: str, how: str) -> Tried:
    """Makes all fixes of a text, and once more of what came out."""
    data = text.encode("utf-8", "surrogatepass")
    first = analyzed(name, data, how)
    if first.faults or not first.python:
        return first
    try:
        done = lora_lint.fix_source(text, name, EVERYTHING, unsafe=True)
        again = lora_lint.fix_source(done.text, name, EVERYTHING, unsafe=True) if done.applied else done
    except Exception:
        return first._replace(faults=(traceback.format_exc(),))
    faults = list(_broken(text, done.text))
    if again.text != done.text:
        faults.append(f"not idempotent: {_listed(again.applied)} after {_listed(done.applied)}")
    kept = Counter((f.code, f.message) for f in done.remaining) & Counter((f.code, f.message) for f in done.applied)
    before = Counter((f.code, f.message) for f in lora_lint.check_source(text, name, EVERYTHING))
    stayed = [key for key, count in kept.items() if count >= before[key] > 0]
    if stayed:
        faults.append(f"still found after its fix: {stayed}")
    return first._replace(faults=tuple(faults), fixes=len(done.applied))


def _broken(before: str, after: str) -> list[str]:
    """What a fix broke."""
    faults = []
    if _compiles(before) and not _compiles(after):
        faults.append("not Python any more")
    ends = {end: len(re.findall(end, before)) for end in (r"\r\n", r"(?<!\r)\n", r"\r(?!\n)")}
    for end, count in ends.items():
        if not count and re.search(end, after) and any(ends.values()):
            faults.append(f"line ends {end} that were not there")
    return faults


def _compiles(text: str) -> bool:
    try:
        compile(text, "script", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _listed(findings: list[Finding]) -> str:
    return ", ".join(f"{f.code} at {f.location.row}" for f in findings)
