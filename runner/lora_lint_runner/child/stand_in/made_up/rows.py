"""Made-up rows: each column by what is known of its data set, by how the script uses it, else by its name."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from ...context import Run
from ...reading.cells.shape import Shape
from ...reading.cells.telling import TURNS
from ...reading.cells.words import COUNT, TAG_NAMES
from .cells import kinds, life, varied

TEXT_ROWS, FEW_ROWS, IMAGE_ROWS, AUDIO_ROWS, HEARD_ROWS = 1024, 64, 64, 32, 8
CHATS = ("messages", "sharegpt")
SPEAKING = ("role", "from", "speaker")
ASKING = ("user", "human", "customer", "question", "client", "patient", "q", "student", "prompter")
OTHER = ("someone", "assistant")
OF_TEXT = ("category", "language", "date", "yesno", "letter", "digits", "role", "function", "code",
           "answer_number")  # fmt: skip
HEARD = frozenset(("soundfile", "librosa", "torchaudio", "audioread", "pydub"))  # what reads sounds
RATES = frozenset(("sampling_rate", "sample_rate", "sr"))
TEXTS = ("text", "id")  # what a kind that is known says more of
FORMS = ("any", "list", "record", TAG_NAMES)  # shapes that are no kinds of cells
SIDES = ("first", "last")  # of a part of something: the one is before the other
NUMBERED = ("int", "length", "rate", "fold", "side")  # kinds of whole numbers
PARTED = re.compile(r"(data_?)?(split|subset|partition)(_?name)?", re.I)  # a column that says which part a row is of
PARTS = re.compile(r"train(ing)?|val(id|idation)?|dev|test(ing)?|eval(uation)?", re.I)
EVERY = "*"  # of the columns whose use says nothing of their kind


def few(run: Run) -> bool:
    """Did an earlier attempt with more rows not come to its end in time?"""
    return bool(run.spec.learned.get("few rows"))


def counted(run: Run, count: int) -> None:
    """Tells those who watch the time of a data set that could be shorter, and those who read the report of one that
    is."""
    if few(run):
        run.neutral("few rows of data: with more of them the time limit was reached")
    elif count > IMAGE_ROWS // 4:
        run.journal.line({"kind": "rows", "count": count})


def learned_kind(run: Run, column: str) -> str | None:
    """The kind of a column that stopped an earlier attempt, as it was of another."""
    shape = run.hints.columns.get(column)
    each = shape is not None and shape.kind == "list"  # the script goes through them one by one
    for kind, learned in (("marked" if each else "digits", "digits"), ("text", "texts"), ("label", "numbers")):
        known = run.spec.learned.get(learned, ())
        if column in known or (EVERY in known and (kind != "label" or kinds.by_name(column) == "text")):
            return kind
    by_column: dict[str, str] = run.spec.learned.get("kinds", {})
    return by_column.get(column)


def by_script(run: Run, column: str) -> str | None:
    """The kind of a column whose name says one thing in most scripts and another in this one: a sequence, where its
    models read proteins or DNA; a chat, where it hands it to a template: of roles, unless it speaks of the
    other form."""
    hints = run.hints
    sequence = life.kind_of(column, kinds.by_name(column), {*hints.strings, *hints.classes})
    if sequence is not None:
        return sequence
    if kinds.by_name(column) == "audio" and "array" not in hints.strings and not RATES.isdisjoint(hints.columns):
        return "wave"  # its rate stands beside it
    templates = "apply_chat_template" in hints.attributes and "unsloth" not in hints.roots
    plain = templates and not hints.strings & {"from", "value"}
    return "messages" if plain and kinds.by_name(column) == "sharegpt" else None


def value(name: str, index: int, kind: str | None = None, shape: Shape | None = None) -> Any:
    """One cell: of the kind that is known, else of the shape that the script's use asks for, else by the name."""
    if kind in OF_TEXT and shape is not None and shape.kind in CHATS:
        shape = None  # a column of that name in another data set is a chat
    if kind == "seen":  # a chat about a picture, whatever the script does with it
        return kinds.KINDS[kind](name, index)
    if shape is not None and shape.kind == TAG_NAMES and kind in (None, "text"):
        return [shape.values[(index + place) % len(shape.values)] for place in range(COUNT)]
    if shape is not None and shape.kind == "json":
        chats = kind in CHATS
        if kind is None and (shape.items is None or shape.items.kind == "any") and kinds.by_name(name) == "text":
            return kinds.text(index, name)  # what it is read as is seen when it is (see `literals`)
        return (
            json.dumps(value(name, index, kind, shape.items))
            if kind is None or chats
            else kinds.KINDS[kind](name, index)
        )
    if shape is not None and shape.values and shape.kind in ("text", "int"):
        return shape.values[index % len(shape.values)]
    if shape is not None and shape.kind in TEXTS and kind is None and kinds.by_name(name) in OF_TEXT:
        kind, shape = kinds.by_name(name), None
    side = shape is not None and shape.kind == "float" and kinds.by_name(name) in SIDES
    if side or (shape is not None and shape.kind == "int" and kinds.by_name(name) in NUMBERED):
        kind, shape = kinds.by_name(name), None
    if shape is not None and shape.kind not in FORMS and (kind is None or shape.kind not in TEXTS):
        if not (kind or "").startswith(("label", "int")) or shape.kind not in ("int", "float", "label"):
            return kinds.KINDS[shape.kind if shape.kind in kinds.KINDS else "text"](name, index)
    if kind is not None:
        return _fitted(kinds.KINDS[kind](name, index), name, index, shape)
    if shape is not None and shape.kind in ("list", "record"):
        return _fitted(None, name, index, shape)
    return kinds.KINDS[kinds.by_name(name)](name, index)


def told(run: Run, column: str, index: int, cell: Any) -> Any:
    """A cell whose texts are remembered, in case that the script takes one for a path; where that is known, a path."""
    part = _part(run, column, index) if PARTED.fullmatch(column) and isinstance(cell, str) else None
    if part is not None:
        return remembered(run, column, index, part)
    path = _path(run, column, index)
    if path is not None:
        return [path] if isinstance(cell, list) else path
    if run.spec.learned.get("varied"):
        cell = varied.cell(run.hints, column, index, cell)
    if isinstance(cell, str) and kinds.by_name(column) == "file":
        media = [s for s in (".jpg", ".jpeg", ".png", ".wav", ".mp3", ".flac") if s in run.hints.strings]
        stems = run.hints.name_parts.stems()
        suffix = next(iter(media), ".wav" if run.hints.roots & HEARD else ".png")
        cell = stems[index % len(stems)] + suffix if stems else kinds.file_name(index % kinds.PATHS, suffix)
    marks = run.spec.learned.get("marks", ())
    if isinstance(cell, str) and marks and kinds.by_name(column) != "file":
        cell = " ".join([cell, *(f"{mark} {kinds.text(index + place, column)}" for place, mark in enumerate(marks))])
    lines = run.spec.learned.get("beginnings", ())
    if isinstance(cell, str) and lines:
        cell = "\n".join(f"{line} {kinds.text(index + place, column)}" for place, line in enumerate(lines))
    return remembered(run, column, index, _with_fields(cell, index, run.spec.learned.get("turns", ())))


def _path(run: Run, name: str, index: int) -> str | None:
    """A path, where the texts of a column, or of a field in it, were taken for such."""
    suffix = run.spec.learned.get("paths", {}).get(name)
    return f"{name}-{index % kinds.PATHS}{suffix}" if suffix is not None else None


def _part(run: Run, column: str, index: int) -> str | None:
    """One of the parts that the script speaks of, that to train on among them."""
    shape = run.hints.columns.get(column)
    names = sorted(filter(PARTS.fullmatch, run.hints.strings), key=lambda name: (not name.startswith("train"), name))
    known = shape is not None and shape.values
    return None if known or len(names) < 2 else names[index % len(names)]


def _with_fields(cell: Any, index: int, fields: Sequence[str]) -> Any:
    """A cell, the turns of a chat in it with so many more fields."""
    if not fields or not isinstance(cell, list):
        return cell
    more = {field: value(field, index) for field in fields}
    return [{**more, **turn} if isinstance(turn, dict) and turn.keys() & {*SPEAKING} else turn for turn in cell]


def remembered(run: Run, name: str, index: int, cell: Any) -> Any:
    """A cell, or a part of it under the name of its field: what is looked up in a table is one of its keys."""
    if isinstance(cell, dict):
        return {field: remembered(run, field, index, part) for field, part in cell.items()}
    if isinstance(cell, list) and not isinstance(next(iter(cell), None), (int, float)):
        return [remembered(run, name, index + place, part) for place, part in enumerate(cell)]
    fields = run.spec.learned.get("fields", {}).get(name) if isinstance(cell, str) else None
    if fields:
        return {field: remembered(run, field, index, value(field, index)) for field in fields}
    path = _path(run, name, index) if isinstance(cell, str) else None
    cell = cell if path is None else path
    keys = run.spec.learned.get("looked up", {}).get(name) if isinstance(cell, (str, int)) else None
    cell = keys[index % len(keys)] if keys else cell
    if isinstance(cell, str):
        run.met.cells.setdefault(cell, name)
    return cell


def spoken(cell: Any, speakers: Any) -> Any:
    """A cell with the speakers of a chat under other names, taking turns."""
    if not speakers or not isinstance(cell, list) or not all(isinstance(turn, dict) for turn in cell):
        return cell
    return [_said_by(turn, speakers[place % len(speakers)]) for place, turn in enumerate(cell)]


def chat(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that are the turns of one chat, where their columns say so: in each of them somebody says something."""
    said = next((said for who, said in TURNS if turns and turns[0].keys() >= {who, said}), None)
    return turns if said is None else [{**turn, said: kinds.text(place, said)} for place, turn in enumerate(turns)]


def _said_by(turn: dict[str, Any], speaker: str) -> dict[str, Any]:
    field = next((name for name in ("from", "role", "speaker") if name in turn), None)
    return turn if field is None else {**turn, field: speaker}


def _fitted(cell: Any, name: str, index: int, shape: Shape | None) -> Any:
    """A cell with the fields and items that the script asks for besides those it has."""
    if shape is None or shape.kind not in ("list", "record"):
        return cell if cell is not None else kinds.text(index, name)
    if shape.kind == "record":
        fields = dict(shape.fields)
        cell = kinds.KINDS["objects"](name, index) if cell is None and kinds.by_name(name) == "objects" else cell
        cell = dict(cell) if isinstance(cell, dict) else {}
        if not cell and {"array", "sampling_rate"} & set(fields):
            return kinds.audio(index)
        for field, inner in fields.items():
            if field not in cell:
                whole = field == "bytes" and inner.kind in ("any", "bytes")
                # who is spoken of changes, but not in step with what is counted by
                place = index + index // 2 if inner.kind == "text" and len(inner.values) > 1 else index
                cell[field] = kinds.undecoded(name, index) if whole else _leaf(field, place, inner)
        return cell
    items = shape.items
    if isinstance(cell, list) and items is not None and items.kind == "record":
        return spoken(cell, _speakers(dict(items.fields)))
    if cell is None and items is not None and items.kind == "record":
        fields = dict(items.fields)
        for form, known in (("messages", {"role", "content"}), ("sharegpt", {"from", "value"})):
            if set(fields) <= known:
                return spoken(kinds.KINDS[form](name, index), _speakers(fields))
        return [_turn(fields, index, turn) for turn in range(2)]
    if cell is None and shape.fields:
        return [_leaf(field, index + place, inner) for place, (field, inner) in enumerate(shape.fields)]
    if cell is None and items is not None and items.kind == "list" and items.fields:
        return [_fitted(None, name, index + place, items) for place in range(2)]
    count = shape.size or 4
    if cell is None and shape.size and (items is None or items.kind == "any"):
        return [_leaf(name, index + place, Shape("float")) for place in range(count)]
    if cell is None:
        named = kinds.by_name(name)
        if named in ("messages", "sharegpt", "tokens", "tags", "ints", "answers", "images"):
            return kinds.KINDS[named](name, index)
        if items is not None and items.kind in (*TEXTS, "int", "float"):
            return [_leaf(name, index + place, items) for place in range(count)]
        if named in ("float", "int", "label") and (items is None or items.kind == "any"):
            return [kinds.KINDS[named](name, index + place) for place in range(count)]
        return (
            kinds.text(index, name)
            if items is None or items.kind == "any"
            else [_leaf(name, index + p, items) for p in range(count)]
        )
    return cell


def _speakers(fields: dict[str, Shape]) -> list[Any] | None:
    """Who speaks in a chat, where the script calls them by names of its own: who asks comes first."""
    named = next((dict.fromkeys(s.values) for field, s in fields.items() if field in SPEAKING and s.kind == "text"), {})
    found = [name for name in named if name != "system"]
    asking = [name for name in found if str(name).lower() in ASKING]
    answering = [name for name in found if name not in asking]  # a table may have several names for either
    pair = [asking[0], answering[0]] if asking and answering else found[:2]
    return pair if len(pair) > 1 else None


def _turn(fields: dict[str, Shape], index: int, turn: int) -> dict[str, Any]:
    found = {field: _leaf(field, index + turn, inner) for field, inner in fields.items()}
    for field, inner in fields.items():
        # who speaks alternates; where the script compares with names of its own, these are the names
        if field in SPEAKING and not inner.values:
            found[field] = ("human", "gpt")[turn % 2] if field == "from" else kinds.ROLES[turn % 2]
        elif (
            inner.kind == "text" and len(set(inner.values)) == 1
        ):  # of a chat one side is asked for, and what is not it
            asks = str(inner.values[0]).lower() in ASKING
            found[field] = inner.values[0] if (turn % 2 == 0) == asks else OTHER[asks]
        elif field in SPEAKING:
            found[field] = inner.values[turn % len(inner.values)]
    return found


def _leaf(name: str, index: int, shape: Shape) -> Any:
    if shape.kind in ("list", "record") or shape.values:
        return value(name, index, None, shape)
    return value(name, index, None, shape if shape.kind != "any" else None)
