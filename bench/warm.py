"""Lint beside parse, in one warm process: the repository's own examples, each file by itself."""

from __future__ import annotations

import statistics
from pathlib import Path

import libcst

import lora_lint
from bench.tables import Goal, Table
from bench.timing import call

SETS = ("variants", "cases")


def measured(examples: Path, rounds: int) -> Table:
    """Lint of a file over `libcst.parse_module` of it, by set of files."""
    rows, goals = [], []
    for name in SETS:
        files = sorted((examples / name).rglob("*.py"))
        ratios, parses, lints = [], 0.0, 0.0
        for path in files:
            text = path.read_text(encoding="utf-8")
            lora_lint.check_source(text, str(path))  # once cold
            parse = lint = float("inf")
            for _ in range(rounds):  # in turn
                parse = min(parse, call(lambda text=text: libcst.parse_module(text), 1))
                lint = min(lint, call(lambda text=text, path=path: lora_lint.check_source(text, str(path)), 1))
            ratios.append(lint / parse)
            parses, lints = parses + parse, lints + lint
        tenth = statistics.quantiles(ratios, n=10)
        shown = (statistics.median(ratios), tenth[0], tenth[-1], lints / parses)
        rows.append([name, str(len(files)), *(f"{ratio:.2f}" for ratio in shown)])
        goals.append(Goal(f"lint / parse, median of {name}", shown[0], 1.5))
    return Table(
        "Lint beside parse",
        "`lora_lint.check_source` over `libcst.parse_module` of the same file, in one warm process. The lint's own "
        "parse is part of it.",
        ["files", "number", "median", "lowest tenth", "highest tenth", "all together"],
        rows,
        goals,
    )
