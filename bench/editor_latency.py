"""From an edit to its diagnostic, as a client of the language server sees it, beside the parse of the same file.

Each edit is timed next to a parse in this process, so that both see the same machine. `python bench/editor_latency.py`
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import libcst
from lsprotocol import types

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tests" / "lsp"), *(str(REPOSITORY / root) for root in ("rules", "lsp"))]

from editor import Editor  # noqa: E402
from samples import LOST  # noqa: E402
from starting import pulling, pushed_to, started  # noqa: E402

EDITS = 120
LINES = 500
HELPER = '''

def rows_{n}(path, limit={n}):
    """Reads the rows of one file, the short ones left out."""
    kept = []
    with open(path) as file:
        for number, line in enumerate(file):
            if len(line) < limit or not line.strip():
                continue
            kept.append({{"id": number, "text": line.strip(), "source": path}})
    return kept
'''


def script() -> str:
    """A training script of 500 lines that loses its adapter."""
    imports, rest = LOST.split("\n\nmodel = ", 1)
    text = imports
    number = 0
    while text.count("\n") + rest.count("\n") < LINES - HELPER.count("\n"):
        text += HELPER.format(n=number)
        number += 1
    return f"{text}\n\nmodel = {rest}"


async def measured(editor: Editor, text: str) -> tuple[list[float], list[float]]:
    """Seconds of the parse and of edit to diagnostic, edit by edit."""
    parses: list[float] = []
    waits: list[float] = []
    editor.open("train.py", text)
    await editor.diagnostics("train.py")
    line = text.count("\n", 0, text.index("rows = load"))
    for number in range(EDITS):
        now = editor.texts[editor.uri("train.py")]
        began = time.perf_counter()
        libcst.parse_module(now)
        parses.append(time.perf_counter() - began)
        where = types.Range(start=types.Position(line, 0), end=types.Position(line, 0))
        began = time.perf_counter()
        editor.change("train.py", (where, f"limit_{number} = {number}\n"))
        found = await news(editor)
        waits.append(time.perf_counter() - began)
        assert [d.code for d in found] == ["LL101"]
    return parses, waits


async def news(editor: Editor) -> list[types.Diagnostic]:
    """The diagnostics of the newest version, without the pauses of a test's patience."""
    if editor.pulls:
        return await editor.diagnostics("train.py")
    uri = editor.uri("train.py")
    while uri not in editor.published or editor.published[uri].version != editor.versions[uri]:
        await asyncio.sleep(0.0005)
    return list(editor.published[uri].diagnostics)


def line_of(name: str, parses: list[float], waits: list[float]) -> str:
    parse = statistics.median(parses)
    median = statistics.median(waits)
    p95 = statistics.quantiles(waits, n=20)[-1]
    return (
        f"| {name} | {parse * 1000:.1f} ms | {median * 1000:.1f} ms | {median / parse:.2f} "
        f"| {p95 * 1000:.1f} ms | {p95 / parse:.2f} |"
    )


async def main() -> None:
    text = script()
    print(f"{EDITS} edits of a script of {text.count(chr(10))} lines\n")
    print("| client | parse, median | edit to diagnostic, median | ratio | p95 | ratio |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, capabilities in (("pushed to (Neovim)", pushed_to()), ("pulling (VS Code)", pulling())):
        with tempfile.TemporaryDirectory() as folder:
            async with started([Path(folder)], capabilities) as editor:
                print(line_of(name, *await measured(editor, text)))


if __name__ == "__main__":
    asyncio.run(main())
