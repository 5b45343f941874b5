"""`--inspect DIR`: what a directory of saved files holds, what is wrong with it, and how to get the adapter back.

The looking is done here, by names, headers and bytes. Where a pickle needs torch, an interpreter that has it looks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint_runner import against, children, concluding, hub_cache, interpreter
from lora_lint_runner.child.verify import holding
from lora_lint_runner.concluding import Conclusion
from lora_lint_runner.options import Options, UsageError


class Inspection(NamedTuple):
    """What was found in one directory. `shown` is its name as it was given; `against` the comparison with `--base`."""

    shown: str
    root: Path
    holdings: list[dict[str, Any]]
    conclusion: Conclusion
    against: dict[str, Any] | None
    rescued: dict[str, Any] | None = None


def command(options: Options) -> int:
    """Inspects, rescues if asked to, and reports. The exit code is 0 for a usable adapter, 1 for none, 3 where that
    could not be looked at. Raises UsageError."""
    from lora_lint_runner.report import inspection as report

    assert options.inspect is not None
    found = inspect(options.inspect, options)
    if options.rescue is not None:
        from lora_lint_runner.rescuing import rescue

        found = found._replace(rescued=rescue(found, options))
    text = report.as_json(found) if options.output_format == "json" else report.as_text(found, color=options.colored())
    try:
        if options.output_file is not None:
            options.output_file.write_text(text, encoding="utf-8")
        else:
            sys.stdout.write(text)
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be written: {error.strerror}") from None
    return exit_code(found)


def exit_code(found: Inspection) -> int:
    if found.rescued is not None:
        return 0 if found.rescued["ok"] else 1
    return found.conclusion.exit


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
        concluding.with_base(held, root)
    shown = str(named).rstrip("/") or named
    compared = None
    if options.base is not None:
        compared = against.compare(root, holdings, options.base, base_folder(options.base), _asker(root, options))
    return Inspection(shown, root, holdings, concluding.conclude(holdings, shown, compared), compared)


def _needs_torch(holdings: list[dict[str, Any]]) -> bool:
    texts = [t for h in holdings for part in (h["adapter"], h["model"]) if part is not None for t in part["unchecked"]]
    return any("needs torch" in text for text in texts)


def _with_torch(root: Path, options: Options) -> list[dict[str, Any]] | None:
    """The same look in an interpreter that has torch; None if there is none."""
    return _asker(root, options)("inspect", {"root": str(root)}).get("holdings")


def _asker(root: Path, options: Options) -> against.Ask:
    """Has an interpreter with torch answer; an empty answer where there is none."""
    python = interpreter.with_torch(options.python, root)
    return lambda verb, asked: ask(python, verb, asked) if python is not None else {}


def ask(python: str, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Has an interpreter with torch do what needs it. An answer with `error` says why it could not."""
    with tempfile.TemporaryDirectory(prefix="lora-lint-inspect-") as home:
        question, answer = Path(home) / "asked.json", Path(home) / "answer.json"
        question.write_text(json.dumps(asked), encoding="utf-8")
        env = children.surroundings(Path(home), full=False)
        command = [python, str(children.CHILD), verb, str(question), str(answer)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)
        try:
            found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            lines = [line for line in done.stderr.splitlines() if line.strip()]
            return {
                "error": (
                    f"{python} ended with exit code {done.returncode}: "
                    f"{lines[-1][:300] if lines else 'nothing was said'}"
                )
            }
        return found


def base_folder(base: str) -> Path:
    """Where the base lies. Raises UsageError."""
    folder = hub_cache.folder_of(base)
    if folder is None:
        raise UsageError(
            f"--base: {base}: no such folder, and no such model in the hub's cache ({hub_cache.location()})"
        )
    return folder
