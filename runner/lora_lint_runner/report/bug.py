"""A ready-made report of predictions that did not come true: what was expected, what happened, the lines that led
there."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import lora_lint
from lora_lint_runner.outcome import Outcome


def report(outcome: Outcome) -> str | None:
    """The text, with nothing of the script but the lines at which something happened to a model. None if all came
    true."""
    if not outcome.wrong:
        return None
    lines = [f"lora-lint {lora_lint.__version__}: a run went otherwise than predicted"]
    for site in outcome.sites:
        if site.verdict == "contradicted":
            lines += [
                f"save at {os.path.basename(site.filename)}:{site.row}",
                f"  predicted: {_directories(site.predicted)}",
                f"  written:   {_directories(site.observed)}",
            ]
            if site.model != site.seen_as:
                lines.append(f"  model:     predicted {site.model or 'nothing'}, seen {site.seen_as or 'nothing'}")
    for line in outcome.disagreements:
        lines += [
            f"{line.kind} at {os.path.basename(line.filename)}:{line.row}",
            f"  predicted: {' or '.join(line.predicted) or 'nothing of the kind'}",
            f"  seen:      {line.observed or 'it happened'}",
        ]
    versions = ", ".join(f"{package} {version}" for package, version in outcome.versions.items())
    return "\n".join([*lines, "the life of its models:", *_life(outcome), f"versions: {versions}"])


def _directories(found: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{place}: {', '.join(names)}" for place, names in found.items()) or "nothing"


def _life(outcome: Outcome) -> list[str]:
    texts = {name: text.splitlines() for name, text in outcome.sources[1].items()}
    found: dict[tuple[str, int, str], str] = {}
    for event in outcome.after.events if outcome.after is not None else ():
        name, row, kind = event.get("filename"), event.get("row"), event["kind"]
        if name is None or row is None:
            continue
        code = texts.get(name, [])
        text = code[row - 1].strip() if row <= len(code) else ""
        state = (event.get("model") or {}).get("kind") or event.get("result_kind") or ""
        found.setdefault(
            (name, row, kind), f"  {os.path.basename(name)}:{row}: {text}    # {kind}: {state}".rstrip(": ")
        )
    return list(found.values())
