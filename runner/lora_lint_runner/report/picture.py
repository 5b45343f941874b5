"""The life of the models of one run as a picture: a lane for each model, an event a row, a card for what a save
wrote."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from lora_lint_runner.child.observe.saves import KINDS
from lora_lint_runner.report.table import size

WIDTH = 980
CODE, LANES, GAP = 52, 372, 24  # where the script's text, the lanes and what stands right of them begin
CODE_LETTERS, TEXT_LETTERS = 43, 62
ROW, LINE = 44, 16
MOST_FILES = 7
WRAPS = ("wrapped", "loaded")
SAVES = (*KINDS, "checkpoint")
WORDS = {
    "created": "base model loaded", "wrapped": "wrapped by PEFT", "added": "adapter added", "loaded": "adapter loaded",
    "activated": "adapter activated", "deleted": "adapter deleted", "trained": "trained",
    "merged": "merged and unloaded", "unloaded": "unloaded",
    "merged_in_place": "merged in place", "unmerged": "unmerged", "compiled": "compiled",
    "saved": "saved", "checkpoint": "checkpoint", "weights_saved": "weights saved",
    "merged_copy_saved": "merged copy saved", "upload": "upload, kept from happening",
}  # fmt: skip
STATES = {
    "plain": "plain model",
    "untrained": "adapter, not trained yet",
    "trained": "adapter, trained",
    "merged": "merged model",
    "emptied": "emptied wrapper",
}


class Step(NamedTuple):
    """A row of the picture: an event, and how many like it came right after it at the same line."""

    event: Mapping[str, Any]
    times: int
    files: list[tuple[str, list[tuple[str, int]]]]

    @property
    def height(self) -> int:
        lines = sum(1 + min(len(names), MOST_FILES + 1) for _, names in self.files)
        return ROW + lines * LINE + 14 * len(self.files)


def draw(events: Sequence[Mapping[str, Any]], sources: Mapping[str, str], title: str, lost: Sequence[str] = ()) -> str:
    """The picture as SVG. `sources` are the texts of the files that events name, `lost` the files that are nowhere."""
    steps = _steps(events)
    lanes = _lanes(steps)
    right = LANES + max(1, len(lanes)) * GAP + 12
    tops, y = [], 8
    for step in steps:
        tops.append(y)
        y += step.height
    parts = [*_bands(steps, lanes, tops)]
    lines = {name: text.splitlines() for name, text in sources.items()}
    for step, top in zip(steps, tops):
        parts += _row(step, top, lanes, right, _line(step.event, lines))
    if lost:
        parts += _lost(lost, right, y)
        y += (1 + len(lost[:MOST_FILES])) * LINE + 16
    body = "\n".join(parts)
    return (
        f'<svg class="life" viewBox="0 0 {WIDTH} {y + 8}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>'
    )


def legend() -> str:
    """What the colours of the lanes mean."""
    entries = (f'<span class="key"><i class="swatch {name}"></i>{escape(text)}</span>' for name, text in STATES.items())
    return f'<p class="legend">{"".join(entries)}</p>'


def _steps(events: Sequence[Mapping[str, Any]]) -> list[Step]:
    steps: list[Step] = []
    for event in events:
        if event["kind"] not in WORDS or event.get("row") is None:
            continue
        last = steps[-1].event if steps else None
        same = last is not None and all(
            last.get(k) == event.get(k) for k in ("kind", "filename", "row", "place", "adapter")
        )
        if same and event["kind"] not in ("checkpoint",):
            steps[-1] = steps[-1]._replace(times=steps[-1].times + 1)
            continue
        files = event.get("files") or {}
        steps.append(Step(event, 1, [(place, sorted(names.items())) for place, names in files.items()]))
    return steps


def _lanes(steps: Sequence[Step]) -> dict[str, int]:
    """The place of each model's lane, by its label."""
    found: dict[str, int] = {}
    for step in steps:
        for label in (_label(step.event), step.event.get("result")):
            if label is not None:
                found.setdefault(label, len(found))
    return found


def _label(event: Mapping[str, Any]) -> str | None:
    model = event.get("model")
    return model["label"] if model else None


def state(model: Mapping[str, Any]) -> str:
    """The state of a model in a word that has a colour."""
    what = model["form"]["what"]
    if what in ("emptied", "merged"):
        return str(what)
    if not model["adapters"]:
        return "plain"
    return "trained" if any(a["trained"] for a in model["adapters"]) else "untrained"


def _bands(steps: Sequence[Step], lanes: Mapping[str, int], tops: Sequence[int]) -> list[str]:
    """The lanes: from event to event in the colour of the state that the later one found. A base in its wrapper is
    thin."""
    found = []
    for label, place in lanes.items():
        x = LANES + place * GAP + 8
        marks: list[tuple[int, str | None, bool]] = []
        for step, top in zip(steps, tops):
            if _label(step.event) == label:
                marks.append((top + 18, state(step.event["model"]), step.event["kind"] in WRAPS))
            elif step.event.get("result") == label:
                marks.append((top + 18, None, False))
        for (above, _, wrapped), (below, colour, _) in itertools.pairwise(marks):
            name = "inside" if wrapped else colour or "plain"
            found.append(f'<line class="lane {name}" x1="{x}" y1="{above}" x2="{x}" y2="{below}"/>')
    return found


def _made(event: Mapping[str, Any]) -> str:
    """The state of what an operation has made."""
    if event["kind"] == "loaded":
        return "trained"
    return {"merged": "merged", "peft": "untrained"}.get(event.get("result_what") or "", "plain")


def _lost(names: Sequence[str], x: int, y: int) -> list[str]:
    """A card for what should be there, and is not."""
    shown = names[:MOST_FILES]
    width, height = WIDTH - x - 8, (1 + len(shown)) * LINE + 8
    parts = [
        f'<rect class="card lost" x="{x}" y="{y}" width="{width}" height="{height}" rx="4"/>',
        f'<text class="place" x="{x + 8}" y="{y + 15}">lost</text>',
    ]
    for count, name in enumerate(shown, 1):
        line = y + 15 + count * LINE
        parts.append(f'<text class="file" x="{x + 20}" y="{line}">{escape(_cut(name, 52))}</text>')
        parts.append(f'<text class="size" x="{x + width - 8}" y="{line}" text-anchor="end">missing</text>')
    return parts


def _row(step: Step, top: int, lanes: Mapping[str, int], right: int, text: str) -> list[str]:
    event = step.event
    middle = top + 18
    parts = [f'<text class="row" x="{CODE - 12}" y="{middle + 4}" text-anchor="end">{event["row"]}</text>']
    parts.append(f'<text class="code" x="{CODE}" y="{middle + 4}">{escape(_cut(text, CODE_LETTERS))}</text>')
    label, result = _label(event), event.get("result")
    if label is not None and result is not None and label != result:
        first, second = (LANES + lanes[name] * GAP + 8 for name in (label, result))
        curve = f"M{first},{middle} C{first},{middle + 10} {second},{middle - 10} {second},{middle}"
        parts.append(f'<path class="turn" d="{curve}"/>')
    for name in dict.fromkeys(n for n in (label, result) if n is not None):
        colour = state(event["model"]) if name == label else _made(event)
        parts.append(f'<circle class="dot {colour}" cx="{LANES + lanes[name] * GAP + 8}" cy="{middle}" r="5"/>')
    parts.append(f'<text class="what" x="{right}" y="{middle}">{escape(_what(step))}</text>')
    parts.append(f'<text class="how" x="{right}" y="{middle + 15}">{escape(_cut(_how(event), TEXT_LETTERS))}</text>')
    y = middle + 26
    for place, names in step.files:
        parts += _card(place, names, right, y, event)
        y += (1 + min(len(names), MOST_FILES + 1)) * LINE + 14
    return parts


def _card(place: str, names: Sequence[tuple[str, int]], x: int, y: int, event: Mapping[str, Any]) -> list[str]:
    lines = len(names) if len(names) <= MOST_FILES else MOST_FILES + 1
    kind = "adapter" if any(name.startswith("adapter_") for name, _ in names) else "model"
    kind = "beside" if event["kind"] == "checkpoint" else kind
    shown = f"hub: {place}" if event.get("hub") else place.rstrip("/") + "/"
    width = WIDTH - x - 8
    parts = [
        f'<rect class="card {kind}" x="{x}" y="{y}" width="{width}" height="{(1 + lines) * LINE + 8}" rx="4"/>',
        f'<text class="place" x="{x + 8}" y="{y + 15}">{escape(_cut(shown, TEXT_LETTERS))}</text>',
    ]
    for count, (name, bytes_) in enumerate(names[:MOST_FILES] if len(names) > MOST_FILES else names, 1):
        line = y + 15 + count * LINE
        mark = " mine" if name.startswith("adapter_") else ""
        parts.append(f'<text class="file{mark}" x="{x + 20}" y="{line}">{escape(_cut(name, 44))}</text>')
        parts.append(f'<text class="size" x="{x + width - 8}" y="{line}" text-anchor="end">{size(bytes_)}</text>')
    if len(names) > MOST_FILES:
        more = len(names) - MOST_FILES
        parts.append(f'<text class="file" x="{x + 20}" y="{y + 15 + lines * LINE}">and {more} more</text>')
    return parts


def _what(step: Step) -> str:
    event = step.event
    word = WORDS[event["kind"]]
    if event.get("adapter"):
        word += f' ("{event["adapter"]}")'
    if event["kind"] in SAVES and event.get("how") not in (None, "save_pretrained", "checkpoint"):
        word += f" by {event['how']}"
    if event.get("error"):
        word += ": failed"
    return f"{word} ({step.times} times)" if step.times > 1 else word


def _how(event: Mapping[str, Any]) -> str:
    if event.get("error"):
        return str(event["error"])
    model = event.get("model")
    if event["kind"] == "created":
        return str(event.get("result_kind") or "")
    if model is None:
        return ""
    adapters = ", ".join(f"{a['name']}: {_learned(a, event)}" for a in model["adapters"])
    before = f"{model['kind']} · {adapters}" if adapters else str(model["kind"])
    after = event.get("result_kind")
    return f"{before} → {after}" if after and event["kind"] not in SAVES else before


def _learned(adapter: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    trained = {True: "trained", False: "not trained", None: "trained?"}[adapter["trained"]]
    return (
        f"{trained} → trained"
        if event["kind"] == "trained" and adapter["trainable"] and not adapter["trained"]
        else trained
    )


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"


def _line(event: Mapping[str, Any], lines: Mapping[str, Sequence[str]]) -> str:
    """The line of the script at which it happened."""
    found = lines.get(event.get("filename") or "", ())
    return found[event["row"] - 1].strip() if 0 < event["row"] <= len(found) else ""
