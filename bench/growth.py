"""What becomes of time and memory as a script grows, and of steps where its paths tangle."""

from __future__ import annotations

from pathlib import Path

import lora_lint
from bench.tables import Goal, Table
from bench.timing import call
from lora_lint.flow.worlds import paths

LENGTHS = (100, 300, 1_000, 3_000, 10_000, 20_000)
BODY = '''

def rows_{n}(path, limit={n}):
    """Reads the rows of one file, the short ones left out."""
    kept = []
    for number, line in enumerate(open(path)):
        if len(line) < limit or not line.strip():
            continue
        kept.append({{"id": number, "text": line.strip()}})
    return kept


rows = rows_{n}("rows-{n}.txt")
'''


def measured(examples: Path, rounds: int) -> Table:
    """Microseconds a line, from a short script to a very long one."""
    start, end = _script(examples)
    rows, points = [], []
    for length in LENGTHS:
        filler = "".join(BODY.format(n=n) for n in range(max(0, length - _lines(start + end)) // _lines(BODY)))
        text = start + filler + end
        lines = _lines(text)
        took = call(lambda text=text: lora_lint.check_source(text, "train.py"), max(2, min(rounds, 20_000 // lines)))
        found = len(lora_lint.check_source(text, "train.py"))
        points.append((float(lines), took / lines * 1e6))
        rows.append(
            [f"{lines:,}".replace(",", " "), f"{took * 1000:.1f} ms", f"{took / lines * 1e6:.0f} µs", str(found)]
        )
    each = [micro for _, micro in points]
    return Table(
        "Growth with length",
        "One script with functions put in, that are called; the finding at its end stays.",
        ["lines", "lint", "a line", "findings"],
        rows,
        [Goal("a line of the longest script / a line of the shortest", each[-1] / each[0], 1.5)],
        points=points,
    )


def _script(examples: Path) -> tuple[str, str]:
    """A script that loses its adapter, and where something can be put into it."""
    text = sorted((examples / "variants").glob("*_bad.py"))[0].read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    at = 1 + max(n for n, line in enumerate(lines) if line.startswith(("import ", "from ")))
    return "".join(lines[:at]), "".join(lines[at:])


def _lines(text: str) -> int:
    return text.count("\n")


def tangled(kinds: dict[str, str]) -> Table:
    """Scripts whose paths part without end, and the steps that were taken of those that are allowed."""
    rows = []
    worst = 0.0
    for kind, text in kinds.items():
        steps = 0
        step = paths.Paths.step

        def counted(self: paths.Paths, step=step) -> None:  # type: ignore[no-untyped-def]
            nonlocal steps
            steps += 1
            step(self)

        paths.Paths.step = counted  # type: ignore[method-assign]
        try:
            took = call(lambda text=text: lora_lint.check_source(text, "train.py"), 1)
        finally:
            paths.Paths.step = step  # type: ignore[method-assign]
        allowed = paths.OVERTIME * (paths.STEPS + paths.STEPS_A_LINE * _lines(text))
        worst = max(worst, (steps - 1) / allowed)
        rows.append([kind, str(_lines(text)), str(steps), str(allowed), f"{took:.2f} s"])
    return Table(
        "Tangled scripts",
        "The analysis ends by a number of steps, not by a clock, so that it finds the same on every machine.",
        ["script", "lines", "steps", "allowed", "lint"],
        rows,
        [Goal("steps taken / steps allowed", worst, 1.0)],
    )
