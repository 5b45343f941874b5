"""Made-up rows: each column by what is known of its data set, by how the script uses it, else by its name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ...context import Run
from ...reading.uses import Shape
from . import life, varied
from .sets import TABLE

TEXT_ROWS, FEW_ROWS, IMAGE_ROWS, AUDIO_ROWS, HEARD_ROWS = 1024, 64, 64, 32, 8
PATHS = 8  # files that a column of paths names in turn
WORDS = (
    "the model learns a small change of its weights and keeps the rest as it was while we look at what is "
    "written to disk after every step so that nothing is lost when the training ends late at night"
).split()
ROLES = ("user", "assistant")
SPEAKING = ("role", "from", "speaker")
ASKING = ("user", "human", "customer", "question", "client", "patient", "q", "student", "prompter")
OTHER = ("someone", "assistant")
OF_TEXT = ("category", "language", "date", "yesno", "letter", "digits", "role", "function", "answer_number")
EVERY = "*"  # of the columns whose use says nothing of their kind


def text(index: int, salt: str = "") -> str:
    """A sentence of its own for each row and column."""
    start = (index * 7 + sum(map(ord, salt))) % len(WORDS)
    count = 8 + (index * 5 + len(salt)) % 9
    return " ".join((WORDS * 2)[start : start + count]) + f" {index}."


def file_name(place: int, suffix: str = ".png") -> str:
    """The name of a file in a folder that is made up."""
    return f"0-{place}{suffix}" if place else f"0{suffix}"


def _labels(count: int) -> Callable[[str, int], Any]:
    return lambda name, index: index % count


KINDS: dict[str, Callable[[str, int], Any]] = {
    "text": lambda name, index: text(index, name),
    "id": lambda name, index: f"{name}-{index}",
    "file": lambda name, index: file_name(index % PATHS),
    "int": lambda name, index: index % 50,
    "length": lambda name, index: index % 8 + 1,
    "float": lambda name, index: round((index % 11) / 10, 2),
    "language": lambda name, index: ("en", "de", "fr")[index % 3],
    "beginning": lambda name, index: 0.0,
    "ending": lambda name, index: 0.25 + (index % 5) / 20,  # seconds; a made-up sound is longer
    "date": lambda name, index: f"2024-{index // 672 % 12 + 1:02}-{index // 24 % 28 + 1:02} {index % 24:02}:00:00",
    "bool": lambda name, index: index % 2 == 0,
    "label": _labels(2),
    "label3": _labels(3),
    "label4": _labels(4),
    "label6": _labels(6),
    "label8": _labels(8),
    "label10": _labels(10),
    "label14": _labels(14),
    "letter": lambda name, index: "ABCD"[index % 4],
    "grade": lambda name, index: f"grade{index % 12 + 1}",
    "protein": lambda name, index: life.protein(index),
    "dna": lambda name, index: life.dna(index),
    "digits": lambda name, index: format(index * 37 % 256, "08b"),
    "marked": lambda name, index: life.marked(index),
    "yesno": lambda name, index: ("yes", "no", "maybe")[index % 3],
    "category": lambda name, index: f"{name} {'ABCD'[index % 4]}",
    "role": lambda name, index: ROLES[index % 2],
    "function": lambda name, index: f'def f{index}(x):\n    """{text(index, name)}"""\n',
    "answer_number": lambda name, index: f"{text(index, name)}\n#### {index}",
    "json": lambda name, index: json.dumps({"gt_parse": {"text": text(index, name)}}),
    "messages": lambda name, index: [
        {"role": role, "content": text(index + turn, name if turn else "")}  # all answers are to the same question
        for turn, role in enumerate(ROLES)
    ],
    "sharegpt": lambda name, index: [
        {"from": who, "value": text(index + turn, name)} for turn, who in enumerate(("human", "gpt"))
    ],
    "tools": lambda name, index: [{"type": "function", "function": _tool(f"look_up_{index}")}],
    "tokens": lambda name, index: text(index, name).split()[:8],
    "tags": lambda name, index: [(index + place) % 5 for place in range(8)],
    "ints": lambda name, index: [(index + place) % 200 + 1 for place in range(32)],
    "ones": lambda name, index: [1] * 32,
    "floats": lambda name, index: [round((index + place) % 7 / 7, 3) for place in range(16)],
    "choices": lambda name, index: {"text": [text(index + c, name) for c in range(4)], "label": list("ABCD")},
    "answers": lambda name, index: {"text": [" ".join(text(index, "context").split()[1:3])], "answer_start": [4]},
    "translation": lambda name, index: {
        code: text(index, code) for code in ("en", "de", "fr", "ro", "es", "it", "zh", "ru", "hi")
    },
    "image": lambda name, index: _image(index),
    "images": lambda name, index: [_image(index)],
    "mask": lambda name, index: _mask(index),
    "objects": lambda name, index: {
        "id": [2 * index, 2 * index + 1],
        "area": [256, 200],
        "category": [index % 5, (index + 1) % 5],
        "iscrowd": [0, 0],
        "bbox": [[4.0, 8.0, 16.0, 16.0], [20.0, 12.0, 20.0, 10.0]],
    },
    "seen": lambda name, index: _chat(index, name),
    "audio": lambda name, index: _audio(index),
    "heard": lambda name, index: _heard(index),
    "wave": lambda name, index: _audio(index)["array"],
}


def by_name(name: str) -> str:
    """The kind that a column's name stands for."""
    for pattern, kind in TABLE["names"]:
        if re.search(pattern, name.lower()):
            return str(kind)
    return "text"


def learned_kind(run: Run, column: str) -> str | None:
    """The kind of a column that stopped an earlier attempt, as it was of another."""
    shape = run.hints.columns.get(column)
    each = shape is not None and shape.kind == "list"  # the script goes through them one by one
    for kind, learned in (("marked" if each else "digits", "digits"), ("text", "texts"), ("label", "numbers")):
        known = run.spec.learned.get(learned, ())
        if column in known or (EVERY in known and (kind != "label" or by_name(column) == "text")):
            return kind
    kinds: dict[str, str] = run.spec.learned.get("kinds", {})
    return kinds.get(column)


def by_script(run: Run, column: str) -> str | None:
    """The kind of a column whose name says one thing in most scripts and another in this one: a sequence, where its
    models read proteins or DNA; a chat, where it hands it to a template: of roles, unless it speaks of the
    other form."""
    hints = run.hints
    sequence = life.kind_of(column, by_name(column), {*hints.strings, *hints.classes})
    if sequence is not None:
        return sequence
    templates = "apply_chat_template" in hints.attributes and "unsloth" not in hints.roots
    plain = templates and not hints.strings & {"from", "value"}
    return "messages" if plain and by_name(column) == "sharegpt" else None


def value(name: str, index: int, kind: str | None = None, shape: Shape | None = None) -> Any:
    """One cell: of the kind that is known, else of the shape that the script's use asks for, else by the name."""
    if kind == "seen":  # a chat about a picture, whatever the script does with it
        return KINDS[kind](name, index)
    if shape is not None and shape.kind == "json":
        chats = kind in ("messages", "sharegpt")
        if kind is None and (shape.items is None or shape.items.kind == "any") and by_name(name) == "text":
            return text(index, name)  # what it is read as is seen when it is (see `literals`)
        return json.dumps(value(name, index, kind, shape.items)) if kind is None or chats else KINDS[kind](name, index)
    if shape is not None and shape.values and shape.kind in ("text", "int"):
        return shape.values[index % len(shape.values)]
    if shape is not None and shape.kind == "text" and kind is None and by_name(name) in OF_TEXT:
        kind, shape = by_name(name), None
    if shape is not None and shape.kind == "int" and by_name(name) in ("int", "length"):
        kind, shape = by_name(name), None
    if shape is not None and shape.kind not in ("any", "list", "record") and (kind is None or shape.kind != "text"):
        if not (kind or "").startswith(("label", "int")) or shape.kind not in ("int", "float"):
            return KINDS[shape.kind if shape.kind in KINDS else "text"](name, index)
    if kind is not None:
        return _fitted(KINDS[kind](name, index), name, index, shape)
    if shape is not None and shape.kind in ("list", "record"):
        return _fitted(None, name, index, shape)
    return KINDS[by_name(name)](name, index)


def told(run: Run, column: str, index: int, cell: Any) -> Any:
    """A cell whose texts are remembered, in case that the script takes one for a path; where that is known, a path."""
    suffix = run.spec.learned.get("paths", {}).get(column)
    if suffix is not None:
        path = f"{column}-{index % PATHS}{suffix}"
        return [path] if isinstance(cell, list) else path
    if run.spec.learned.get("varied"):
        cell = varied.cell(run.hints, column, index, cell)
    if isinstance(cell, str) and by_name(column) == "file":
        media = [s for s in (".jpg", ".jpeg", ".png", ".wav", ".mp3", ".flac") if s in run.hints.strings]
        cell = file_name(index % PATHS, *media[:1])
    marks = run.spec.learned.get("marks", ())
    if isinstance(cell, str) and marks:
        cell = " ".join([cell, *(f"{mark} {text(index + place, column)}" for place, mark in enumerate(marks))])
    return _remembered(run, column, index, cell)


def _remembered(run: Run, name: str, index: int, cell: Any) -> Any:
    """A cell, or a part of it under the name of its field: a text that is looked up in a table is one of its keys."""
    if isinstance(cell, dict):
        return {field: _remembered(run, field, index, part) for field, part in cell.items()}
    if isinstance(cell, list) and not isinstance(next(iter(cell), None), (int, float)):
        return [_remembered(run, name, index + place, part) for place, part in enumerate(cell)]
    fields = run.spec.learned.get("fields", {}).get(name) if isinstance(cell, str) else None
    if fields:
        return {field: _remembered(run, field, index, value(field, index)) for field in fields}
    if isinstance(cell, str):
        keys = run.spec.learned.get("looked up", {}).get(name)
        cell = keys[index % len(keys)] if keys else cell
        run.met.cells.setdefault(cell, name)
    return cell


def spoken(cell: Any, speakers: Any) -> Any:
    """A cell with the speakers of a chat under other names, taking turns."""
    if not speakers or not isinstance(cell, list) or not all(isinstance(turn, dict) for turn in cell):
        return cell
    return [_said_by(turn, speakers[place % len(speakers)]) for place, turn in enumerate(cell)]


def _said_by(turn: dict[str, Any], speaker: str) -> dict[str, Any]:
    field = next((name for name in ("from", "role", "speaker") if name in turn), None)
    return turn if field is None else {**turn, field: speaker}


def _fitted(cell: Any, name: str, index: int, shape: Shape | None) -> Any:
    """A cell with the fields and items that the script asks for besides those it has."""
    if shape is None or shape.kind not in ("list", "record"):
        return cell if cell is not None else text(index, name)
    if shape.kind == "record":
        fields = dict(shape.fields)
        cell = KINDS["objects"](name, index) if cell is None and by_name(name) == "objects" else cell
        cell = dict(cell) if isinstance(cell, dict) else {}
        if not cell and {"array", "sampling_rate"} & set(fields):
            return _audio(index)
        for field, inner in fields.items():
            if field not in cell:
                cell[field] = _leaf(field, index, inner)
        return cell
    items = shape.items
    if cell is None and items is not None and items.kind == "record":
        fields = dict(items.fields)
        if set(fields) <= {"role", "content"}:
            return KINDS["messages"](name, index)
        if set(fields) <= {"from", "value"}:
            return KINDS["sharegpt"](name, index)
        return [_turn(fields, index, turn) for turn in range(2)]
    count = shape.size or 4
    if cell is None and shape.size and (items is None or items.kind == "any"):
        return [_leaf(name, index + place, Shape("float")) for place in range(count)]
    if cell is None:
        named = by_name(name)
        if named in ("messages", "sharegpt", "tokens", "tags", "ints", "answers", "images"):
            return KINDS[named](name, index)
        if items is not None and items.kind in ("text", "int", "float"):
            return [_leaf(name, index + place, items) for place in range(count)]
        if named in ("float", "int", "label") and (items is None or items.kind == "any"):
            return [KINDS[named](name, index + place) for place in range(count)]
        return (
            text(index, name)
            if items is None or items.kind == "any"
            else [_leaf(name, index + p, items) for p in range(count)]
        )
    return cell


def _turn(fields: dict[str, Shape], index: int, turn: int) -> dict[str, Any]:
    found = {field: _leaf(field, index + turn, inner) for field, inner in fields.items()}
    for field, inner in fields.items():
        # who speaks alternates; where the script compares with names of its own, these are the names
        if field in SPEAKING and not inner.values:
            found[field] = ("human", "gpt")[turn % 2] if field == "from" else ROLES[turn % 2]
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


def _chat(index: int, name: str) -> list[dict[str, Any]]:
    """Turns about an image."""
    question = [{"type": "image", "text": None}, {"type": "text", "text": text(index, name)}]
    answer = [{"type": "text", "text": text(index + 1, name)}]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def _image(index: int) -> Any:
    from PIL import Image

    return Image.new("RGB", (64, 64), ((index * 37) % 255, (index * 91) % 255, (index * 53) % 255))


def _tool(name: str) -> dict[str, Any]:
    """A function as chat templates are told of it."""
    query = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
    return {"name": name, "description": text(0, name), "parameters": query}


def _mask(index: int) -> Any:
    """An image of classes: its upper half is one, its lower half another."""
    from PIL import Image

    found = Image.new("L", (64, 64), 1)
    found.paste(2 + index % 2, (0, 32, 64, 64))
    return found


def _heard(index: int) -> Any:
    """A sound as Whisper's feature extractor leaves it: half a minute of 80 frequencies."""
    import numpy

    return numpy.full((80, 3000), (index % 7) / 7, dtype="float32")


def _audio(index: int) -> dict[str, Any]:
    rate = 16000
    return {
        "array": [((i * (index + 3)) % 200) / 400 - 0.25 for i in range(rate // 2)],
        "sampling_rate": rate,
        "path": f"{index}.wav",
    }
