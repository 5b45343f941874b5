"""`make bench`: what lora-lint costs, beside what others cost, all in one run. Nothing is asserted; ratios are printed.

python -m bench                     prints all tables
python -m bench --only warm cold    some of them
python -m bench --write             also writes docs/benchmarks.md and its picture
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import cold, folders, growth, page, warm
from bench.tables import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from tangles import TANGLED  # noqa: E402

EXAMPLES = ROOT / "tests" / "data"


def main() -> int:
    options = _options()
    load, _, _ = os.getloadavg()
    lint = [sys.executable, str(Path(sys.executable).with_name("lora-lint"))]
    ruff = str(Path(sys.executable).with_name("ruff"))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        tables: dict[str, Callable[[], Table]] = {
            "warm": partial(warm.measured, EXAMPLES, options.rounds),
            "cold": partial(cold.measured, lint, EXAMPLES, work, 4 * options.rounds),
            "scripts": partial(folders.thousand, lint, ruff, options.peers, EXAMPLES, work),
            "packages": partial(folders.packages, lint, ruff, min(2, options.rounds), options.packages),
            "growth": partial(growth.measured, EXAMPLES, options.rounds),
            "tangles": partial(growth.tangled, TANGLED),
        }
        made = []
        for name in options.only or tables:
            made.append(tables[name]())
            print(made[-1], flush=True)
    if options.write:
        page.write(made, ROOT / "docs", load)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What lora-lint costs, beside others.")
    parser.add_argument("--only", nargs="+", choices=["warm", "cold", "scripts", "packages", "growth", "tangles"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", type=Path, default=ROOT / ".peers", help="the environment of the other tools")
    parser.add_argument("--packages", help="a folder of packages; by default those of this environment")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
