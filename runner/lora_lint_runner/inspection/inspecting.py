"""`--inspect DIR`: what a directory of saved files holds, what is wrong with it, and how to get the adapter back.

The looking is done here, by names, headers and bytes. Where a pickle needs torch, an interpreter that has it looks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lora_lint_runner.box import hub_cache
from lora_lint_runner.child.verify import holding
from lora_lint_runner.child.verify.tensors import PICKLES
from lora_lint_runner.inspection import against, concluding, on_base, report
from lora_lint_runner.inspection.asking import ask
from lora_lint_runner.inspection.found import Inspection, exit_code
from lora_lint_runner.inspection.rescuing import rescue
from lora_lint_runner.options import Options, UsageError
from lora_lint_runner.output import deliver
from lora_lint_runner.processes import interpreter


def command(options: Options) -> int:
    """Inspects, rescues if asked to, and reports. The exit code is 0 where each directory has a usable adapter, 1 where
    one has none, 3 where one could not be looked at. Raises UsageError."""
    found = [inspect(named, options) for named in options.inspect]
    if options.rescue is not None:
        found = [one._replace(rescued=rescue(one, options)) for one in found]
    text = report.as_json(found) if options.output_format == "json" else report.as_text(found, color=options.colored())
    deliver(text, options.output_file)
    codes = {exit_code(one) for one in found}
    return next((code for code in (1, 3) if code in codes), 0)


def inspect(named: str, options: Options) -> Inspection:
    """Looks at a folder, or at a repository of the hub's cache. Raises UsageError."""
    root = hub_cache.folder_of(named)
    if root is None:
        where = (
            "no such folder"
            if hub_cache.is_path(named) or Path(named).exists()
            else "no such folder, and no such model in the hub's cache"
        )
        raise UsageError(f"--inspect: {named}: {where}")
    holdings = holding.tree(str(root))
    if _needs_torch(holdings):
        holdings = _with_torch(root, options) or holdings
    for held in holdings:
        on_base.add(held, root)
    shown = str(named).rstrip("/") or named
    compared = None
    if options.base is not None:
        compared = against.compare(
            root, holdings, options.base, hub_cache.base_folder(options.base), _asker(root, options)
        )
    return Inspection(shown, root, holdings, concluding.conclude(holdings, shown, compared), compared)


def _needs_torch(holdings: list[dict[str, Any]]) -> bool:
    parts = [part for h in holdings for part in (h["adapter"], h["model"]) if part is not None and part["unchecked"]]
    return any(name.endswith(PICKLES) for part in parts for name in part["files"])


def _with_torch(root: Path, options: Options) -> list[dict[str, Any]] | None:
    """The same look in an interpreter that has torch; None if there is none."""
    return _asker(root, options)("inspect", {"root": str(root)}).get("holdings")


def _asker(root: Path, options: Options) -> against.Ask:
    """Has an interpreter with torch answer; an empty answer where there is none."""
    python = interpreter.with_torch(options.python, root)
    return lambda verb, asked: ask(python, verb, asked) if python is not None else {}
