"""The kinds of cells that are made up, and which of them a column's name stands for."""

from __future__ import annotations

import functools
import io
import json
import re
from collections.abc import Callable
from typing import Any

from ...sounds import RATE, SECONDS, packed
from ..sets import TABLE
from . import called, life

STEPS = (1, 3, 7, 9, 13, 17, 19, 21, 23, 27)  # after which numbers come again as late as may be
PATHS = 8  # files that a column of paths names in turn
WORDS = (
    "the model learns a small change of its weights and keeps the rest as it was while we look at what is "
    "written to disk after every step so that nothing is lost when the training ends late at night"
).split()
ROLES = ("user", "assistant")


def text(index: int, salt: str = "") -> str:
    """A sentence of its own for each row and column."""
    start = (index * 7 + sum(map(ord, salt))) % len(WORDS)
    count = 8 + (index * 5 + len(salt)) % 9
    return " ".join((WORDS * 2)[start : start + count]) + f" {index}."


def file_name(place: int, suffix: str = ".png") -> str:
    """The name of a file in a folder that is made up."""
    return f"0-{place}{suffix}" if place else f"0{suffix}"


def _times(name: str, index: int) -> int:
    """Numbers of two columns differ, so that now one is more and now the other."""
    return index * STEPS[sum(map(ord, name)) % len(STEPS)]


def _number(name: str, index: int) -> int:
    """What counts the rows does so."""
    counts = re.search(r"(^|_)(id|idx|index)$", name.lower())
    return index if counts else _times(name, index) % 50


def _labels(count: int) -> Callable[[str, int], Any]:
    return lambda name, index: index % count


KINDS: dict[str, Callable[[str, int], Any]] = {
    "text": lambda name, index: text(index, name),
    "id": lambda name, index: f"{name}-{index}",
    "file": lambda name, index: file_name(index % PATHS),
    "int": lambda name, index: _number(name, index),
    "first": lambda name, index: 0,  # letter of a part of a text
    "last": lambda name, index: 9,
    "rate": lambda name, index: RATE,
    "side": lambda name, index: 64,  # of a picture or a page, in points: that of ours
    "fold": lambda name, index: index % 5,  # of those that take turns in being left out
    "length": lambda name, index: index % 8 + 1,
    "float": lambda name, index: round((_times(name, index) % 11) / 10, 2),
    "language": lambda name, index: ("en", "de", "fr")[index % 3],
    "beginning": lambda name, index: 0.0,
    "ending": lambda name, index: 0.25 + (index % 5) / 20,  # seconds; a made-up sound is longer
    "duration": lambda name, index: 2.0 + index % 5,  # seconds that no script leaves out as too short or too long
    "date": lambda name, index: f"2024-{index // 672 % 12 + 1:02}-{index // 24 % 28 + 1:02} {index % 24:02}:00:00",
    "bool": lambda name, index: index // 3 % 2 == 0,  # not in step with what there are two of
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
    "code": lambda name, index: (
        f'def f{index}(x):\n    """{text(index, name)}"""\n    total = x + {index}\n    return total\n'
    ),
    "answer_number": lambda name, index: f"{text(index, name)}\n#### {index}",
    "json": lambda name, index: json.dumps({"gt_parse": {"text": text(index, name)}}),
    "messages": lambda name, index: [
        {"role": role, "content": text(index + turn, name if turn else "")}  # all answers are to the same question
        for turn, role in enumerate(ROLES)
    ],
    "question": lambda name, index: [{"role": "user", "content": text(index, name)}],
    "sharegpt": lambda name, index: [
        {"from": who, "value": text(index + turn, name)} for turn, who in enumerate(("human", "gpt"))
    ],
    "pairs": lambda name, index: [[text(index, name), text(index + 1, name)]],
    "tools": lambda name, index: [{"type": "function", "function": _tool(f"look_up_{index}")}],
    "functions told": lambda name, index: called.told(index),
    "called in a chat": lambda name, index: called.chat(index),
    "told and called": lambda name, index: called.told(index) + called.chat(index),
    "calls": lambda name, index: called.calls(index),
    "callable": lambda name, index: called.tools(index),
    "tokens": lambda name, index: text(index, name).split()[:8],
    # of words on a page, in thousandths of it
    "boxes": lambda name, index: [[100 * place, 40, 100 * place + 80, 60] for place in range(8)],
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
    "audio": lambda name, index: audio(index),
    "bytes": lambda name, index: undecoded(name, index),
    "image bytes": lambda name, index: undecoded("image", index),
    "audio bytes": lambda name, index: undecoded("audio", index),
    "heard": lambda name, index: _heard(index),
    "wave": lambda name, index: audio(index)["array"],
}


def undecoded(name: str, index: int) -> bytes:
    """The file of a sound or a picture, as a column that is not decoded holds it."""
    if by_name(name) == "audio":
        heard = audio(index)
        return packed(values=heard["array"], rate=heard["sampling_rate"])
    file = io.BytesIO()
    _image(index).save(file, "PNG")
    return file.getvalue()


@functools.cache
def by_name(name: str) -> str:
    """The kind that a column's name stands for, however its words are put together: `isBot` is `is_bot`."""
    plain = re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", name).lower()
    for pattern, kind in TABLE["names"]:
        if re.search(pattern, plain):
            return str(kind)
    return "text"


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


def audio(index: int) -> dict[str, Any]:
    return {
        "array": [((i * (index + 3)) % 200) / 400 - 0.25 for i in range(int(RATE * SECONDS))],
        "sampling_rate": RATE,
        "path": f"{index}.wav",
    }
