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
        clean, bad = [], []
        for path in sorted((examples / name).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            found = lora_lint.check_source(text, str(path))  # once cold
            parse = lint = float("inf")
            for _ in range(rounds):  # in turn
                parse = min(parse, call(lambda text=text: libcst.parse_module(text), 1))
                lint = min(lint, call(lambda text=text, path=path: lora_lint.check_source(text, str(path)), 1))
            (bad if found else clean).append((lint, parse))
        rows += [
            _row(f"{name}, all", clean + bad),
            _row(f"{name}, without findings", clean),
            _row(f"{name}, with findings", bad),
        ]
        goals.append(Goal(f"lint / parse, median of {name}", statistics.median(_ratios(clean + bad)), 1.5))
    return Table(
        "Lint beside parse",
        "`lora_lint.check_source` over `libcst.parse_module` of the same file, in one warm process. The lint's own "
        "parse is part of it. Where there are findings their fixes are tried, too: each try parses and lints the fixed "
        "text once more.",
        ["files", "number", "median", "lowest tenth", "highest tenth", "all together"],
        rows,
        goals,
    )


def _ratios(times: list[tuple[float, float]]) -> list[float]:
    return [lint / parse for lint, parse in times]


def _row(name: str, times: list[tuple[float, float]]) -> list[str]:
    ratios = _ratios(times)
    tenth = statistics.quantiles(ratios, n=10)
    together = sum(lint for lint, _ in times) / sum(parse for _, parse in times)
    shown = (statistics.median(ratios), tenth[0], tenth[-1], together)
    return [name, str(len(times)), *(f"{ratio:.2f}" for ratio in shown)]
