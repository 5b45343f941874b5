"""The command.

    python -m tests.prove                     execute and compare everything
    python -m tests.prove save-after-merge    what belongs to rules and cases whose name holds this
    python -m tests.prove --record NAME       write the corrections and listings of the pages as made and seen
    python -m tests.prove --show NAME         print what each script left

A run that was cut off goes on where it was; `--fresh` starts anew. Exit 0 when all agrees, 1 when not, 2 for a name
that nothing has.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time

from tests.facts import case
from tests.prove import record
from tests.prove.caught import in_cases, in_pages
from tests.prove.claims import disagreements
from tests.prove.collect import collect, versions
from tests.prove.listing import listing
from tests.prove.script import Wanted
from tests.prove.sites import Sites
from tests.prove.table import Table
from tests.prove.workers import ROOT, Results, execute
from tests.rules import form

import lora_lint

KEPT = ROOT / ".prove"


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended, it cleans up as after Ctrl-C
    options = _options()
    if options.fresh:
        shutil.rmtree(KEPT, ignore_errors=True)
    if options.record:
        record.write_corrections(options.names)
    installed = versions(options.python)
    wanted, left_out = _collected(options, installed)
    if not wanted:
        print(f"nothing is named like {' '.join(options.names)}", file=sys.stderr)
        return 2
    results = Results(KEPT / "results.jsonl", any_code=options.any_code)
    begun = time.monotonic()
    executed = _execute(wanted, results, options)
    seconds = time.monotonic() - begun
    if options.record:
        record.write_listings(wanted, results)
        wanted, left_out = _collected(options, installed)
    agrees = _compared(wanted, results, options)
    for line in left_out:
        print(f"not executed: {line}")
    told = ", ".join(f"{name} {version}" for name, version in installed.items())
    print(f"{len(wanted)} scripts, {executed} of them executed now, in {seconds:.0f} s; {told}")
    return 0 if agrees else 1


def _collected(options: argparse.Namespace, installed: dict[str, str]) -> tuple[Wanted, list[str]]:
    """What to execute. With another interpreter only what is for its releases: all else is for the usual ones."""
    if options.python == sys.executable:
        return collect(options.names, installed, cases=not options.pages)
    wanted, _ = collect(options.names, installed, cases=False)
    return {script: claims for script, claims in wanted.items() if form.releases(dict(script.files))}, []


def _compared(wanted: Wanted, results: Results, options: argparse.Namespace) -> bool:
    """Prints what disagrees, the table and the figures; does all agree?"""
    claimed = {claim.rule for claims in wanted.values() for claim in claims}
    rules = [rule for rule in lora_lint.rules() if rule.name in claimed]
    table = Table(in_cases([] if options.pages else case.cases(options.names)), in_pages(rules))
    sites = Sites()
    for script, claims in wanted.items():
        result = results.known[script.digest]
        sites.add(script, result)
        if options.show:
            print(f"{claims[0].source}\n{listing(result) if result['after'] else result['reason']}")
        for claim in claims:
            found = list(disagreements(claim, result))
            table.add(script, claim, result, found)
            for line in [f"DISAGREES {claim.source}", *(f"   {line}" for line in found)] if found else []:
                print(line)
    if options.sites:
        print("\n".join(sites.unreached()))
    print(table.text())
    print(sites.text())
    everything = not options.names and not options.pages and options.python == sys.executable
    return not table.wrong and (sites.enough() or not everything)


def _execute(wanted: Wanted, results: Results, options: argparse.Namespace) -> int:
    """Executes what has no result yet, with progress; how many that were."""
    missing = [script for script in wanted if script.digest not in results.known]
    terminal = sys.stderr.isatty()
    for done, (script, result) in enumerate(execute(missing, options.python, options.jobs), 1):
        results.add(script, result)
        told = f"{done}/{len(missing)} {wanted[script][0].source}"
        if terminal:
            print(f"\r\x1b[K{told[:100]}", end="", file=sys.stderr, flush=True)
        elif done % 25 == 0 or done == len(missing):
            print(told, file=sys.stderr, flush=True)
    if terminal and missing:
        print("\r\x1b[K", end="", file=sys.stderr)
    return len(missing)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.prove", description="Executes what the pages and cases claim."
    )
    parser.add_argument("names", nargs="*", help="parts of the names of rules and cases; all when left out")
    parser.add_argument("--pages", action="store_true", help="the scripts of the pages only")
    parser.add_argument("--record", action="store_true", help="write what pages show as it was made and seen")
    parser.add_argument("--show", action="store_true", help="print what each script left")
    parser.add_argument("--sites", action="store_true", help="print the save sites that no run reached")
    parser.add_argument("--python", default=sys.executable, help="run what is for the releases of this interpreter")
    parser.add_argument("--fresh", action="store_true", help="forget the results of earlier runs")
    parser.add_argument("--any-code", action="store_true", help="take results of earlier code, too")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
