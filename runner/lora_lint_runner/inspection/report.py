"""What an inspection found, on a terminal and as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lora_lint_runner.inspection import against
from lora_lint_runner.inspection.concluding import Way, described
from lora_lint_runner.inspection.found import Inspection, exit_code
from lora_lint_runner.report.paint import Paint, harmless
from lora_lint_runner.report.table import size

COLORS = {"usable": "green", "no adapter": "red", "broken": "red", "unchecked": "yellow"}
WORDS = {"usable": "Usable", "no adapter": "No adapter", "broken": "Broken", "unchecked": "Unchecked"}


def as_json(inspections: Sequence[Inspection]) -> str:
    """An object for a directory, a list for several: `verdict`, `reason`, `ways`, `holdings` (one a directory in it),
    `against` the base, `rescued`, `exit`."""
    found = [_plain(one) for one in inspections]
    return json.dumps(found if len(found) > 1 else found[0], indent=2) + "\n"


def _plain(found: Inspection) -> dict[str, Any]:
    return {
        "path": found.shown,
        "directory": str(found.root),
        "verdict": found.conclusion.word,
        "reason": found.conclusion.reason,
        "exit": exit_code(found),
        "ways": [way._asdict() for way in found.conclusion.ways],
        "holdings": found.holdings,
        "against": found.against,
        "rescued": found.rescued,
    }


def as_text(inspections: Sequence[Inspection], *, color: bool) -> str:
    """For people: a line a directory, what is wrong with it, and what it amounts to."""
    return "\n".join(_told(one, Paint(color)) for one in inspections)


def _told(found: Inspection, paint: Paint) -> str:
    found = _harmless(found)
    rows = [(_name(found, h), h) for h in found.holdings]
    wide = max(len(name) for name, _ in rows) + 2
    lines = []
    for name, held in rows:
        lines.append(f"{paint(name, 'bold')}{' ' * (wide - len(name))}{_holds(held)}")
        lines += [f"  {paint('wrong:', 'red')} {text}" for text in _wrong(held)]
        lines += [paint(f"  note: {text}", "dim") for text in _notes(held)]
        lines += [paint(f"  not checked: {text}", "yellow") for text in _unchecked(held)]
    if found.against is not None:
        lines += ["", against.text(found.against)]
    word = found.conclusion.word
    lines += ["", f"{paint(WORDS[word] + ':', COLORS[word], 'bold')} {found.conclusion.reason}."]
    if found.rescued is None:
        lines += [f"  rescue: {way.text}" for way in found.conclusion.ways]
    else:
        lines.append(_rescued(found.rescued, paint))
    return "\n".join(lines) + "\n"


def _harmless(found: Inspection) -> Inspection:
    """The same, fit for a terminal: names and settings come from files of others."""
    said = found.conclusion
    ways = [Way(*harmless(way)) for way in said.ways]
    return found._replace(
        shown=harmless(found.shown),
        holdings=harmless(found.holdings),
        conclusion=said._replace(reason=harmless(said.reason), ways=ways),
        against=harmless(found.against),
        rescued=harmless(found.rescued),
    )


def _name(found: Inspection, held: Mapping[str, Any]) -> str:
    return found.shown if held["directory"] == "." else os.path.normpath(os.path.join(found.shown, held["directory"]))


def _holds(held: Mapping[str, Any]) -> str:
    words = []
    own, model = held["adapter"], held["model"]
    if own is not None:
        words.append(
            "adapter: "
            + described(own).removeprefix("a usable adapter (").rstrip(")")
            + _weighs(own["files"], "adapter_model")
        )
    if model is not None:
        kind = model["architecture"] or "of unknown kind"
        types = "/".join(model["types"]).lower()
        words.append(
            f"full model: {kind}, {_count(model['parameters'])} "
            f"parameters {types}, {size(sum(model['files'].values()))}"
        )
    if held["step"] is not None:
        words.append(f"checkpoint of step {held['step']}")
    words += [f"tensors of an adapter in {name}" for name in held["loose"]]
    words += [word for word in held["also"] if word != "a trainer's state"]
    return "; ".join(words) or "nothing of a model"


def _weighs(files: Mapping[str, int], start: str) -> str:
    total = sum(bytes_ for name, bytes_ in files.items() if name.startswith(start))
    return f", {size(total)}" if total else ""


def _wrong(held: Mapping[str, Any]) -> Iterator[str]:
    for part in (held["adapter"], held["model"], held):
        yield from part["problems"] if part is not None else ()


def _notes(held: Mapping[str, Any]) -> Iterator[str]:
    own, model = held["adapter"], held["model"]
    yield from (t for t in own["notes"] if t not in own["unchecked"]) if own is not None else ()
    yield from model["notes"] if model is not None else ()
    yield from held["notes"]


def _unchecked(held: Mapping[str, Any]) -> Iterator[str]:
    for part in (held["adapter"], held["model"], held):
        yield from part["unchecked"] if part is not None else ()


def _rescued(found: Mapping[str, Any], paint: Paint) -> str:
    if found["ok"]:
        return f"{paint('Rescued:', 'green', 'bold')} {found['directory']} holds the adapter: {found['text']}."
    why = "; ".join([found["text"], *found.get("problems", [])])
    return f"{paint('Not rescued:', 'red', 'bold')} {why}."


def _count(number: int) -> str:
    for unit, step in (("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= step:
            return f"{number / step:.1f} {unit}"
    return str(number)
