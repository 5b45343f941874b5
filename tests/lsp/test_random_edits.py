"""Ten thousand random edits: the server's text is the client's, and its findings are those of that text."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from editor import Editor
from lsprotocol import types
from samples import LOST
from starting import children, pushed_to, started

import lora_lint

EDITS = int(os.environ.get("LORA_LINT_EDITS", "10000"))
LOOK = 50  # edits between two comparisons
PIECES = [
    "x = 1\n", "\n", "\r\n", "\r", " ", "    ", "#", '"', "(", ")", "\U0001f600", "é", "\x0c", "model", "\t",
    'model.save_pretrained("a")\n', "merged = model\n", "# noqa: LL101\n", "if flag:\n    pass\n", "\u2028",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [types.PositionEncodingKind.Utf16, types.PositionEncodingKind.Utf8])
@pytest.mark.timeout(1800)
async def test_ten_thousand_random_edits(tmp_path: Path, kind: types.PositionEncodingKind) -> None:
    chance = random.Random(20240607)
    async with started([tmp_path], pushed_to(), encodings=[kind], fresh=True) as editor:
        editor.open("train.py", LOST)
        compared = number = 0
        memory: list[int] = []
        while sum(editor.versions.values()) < EDITS:
            number += 1
            undo = random_edit(editor, chance)
            if chance.random() < 0.7 or len(editor.texts[editor.uri("train.py")]) > 4000:
                editor.change("train.py", undo)
            if number % LOOK == 0:
                compared += await compare(editor)
                memory.append(resident(editor))
            if number % 500 == 499:
                editor.change("train.py", LOST)
        assert compared > EDITS / LOOK / 20  # of those that are Python
        settled = memory[len(memory) // 5]
        print(
            f"{sum(editor.versions.values())} edits, {number // LOOK} texts and {compared} lists of findings compared,"
            f" memory {settled} kB after a fifth and {memory[-1]} kB at the end"
        )
        assert memory[-1] < settled * 1.15, f"memory grew from {settled} to {memory[-1]} kB"


def random_edit(editor: Editor, chance: random.Random) -> tuple[types.Range, str]:
    """Replaces a random span by a random piece; gives the edit that undoes it."""
    text = editor.texts[editor.uri("train.py")]
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice([0, 0, 0, 1, 2, 10, 40]))
    start, end = (i + (0 < i < len(text) and text[i - 1 : i + 1] == "\r\n") for i in (start, end))
    new = chance.choice(PIECES)
    where = types.Range(start=editor.position(text, start), end=editor.position(text, end))
    editor.change("train.py", (where, new))
    changed = editor.texts[editor.uri("train.py")]
    if changed[:start] + new + text[end:] != changed:
        return types.Range(types.Position(0, 0), types.Position(9999, 0)), text
    before, after = editor.position(changed, start), editor.position(changed, start + len(new))
    undo = types.Range(start=before, end=after)
    if editor.replaced(changed, undo, text[start:end]) != text:  # a CR and an LF that met cannot be parted by position
        return types.Range(types.Position(0, 0), types.Position(9999, 0)), text
    return undo, text[start:end]


async def compare(editor: Editor) -> bool:
    """True where the text is Python, so that the findings could be compared, too."""
    text = editor.texts[editor.uri("train.py")]
    assert await editor.request("loraLint/text", {"uri": editor.uri("train.py")}) == text
    found = await editor.diagnostics("train.py")
    try:
        fresh = lora_lint.check_source(text, str(editor.folder / "train.py"))
    except lora_lint.ParseError:
        return False
    assert [d.code for d in found] == [f.code for f in fresh]
    starts = [f.location.row for f in fresh]
    assert [d.range.start.line + 1 for d in found] == starts
    return True


def resident(editor: Editor) -> int:
    """Memory of the server and its analysis process, in kB."""
    server = editor.client._server
    assert server is not None
    total = 0
    for pid in (server.pid, *children(server.pid)):
        status = Path(f"/proc/{pid}/status").read_text()
        total += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return total
