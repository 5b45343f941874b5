"""Archives that are made up: with the files that the script names, or with samples, each of a file of every kind that
it asks for (`sample["jpg"]`)."""

from __future__ import annotations

import importlib
import io
import json
import os
import re
from typing import Any

from ....context import Run
from ..cells import kinds
from ..suffixes import CLASSES, PICTURES, SOUNDS, WRITTEN, XML, suffix_of
from . import forms

ZIPPED, TARRED = (".zip",), (".tar", ".tgz")
NAMED = (".csv", ".tsv", ".json", ".jsonl", ".txt")
PARTS = (*PICTURES, *SOUNDS, ".json", ".txt", ".cls", ".caption")
READERS = {".jpg": frozenset(["PIL", "cv2"]), ".wav": frozenset(["soundfile", "torchaudio", "librosa", "wave"])}
FOLDER = re.compile(r"(?!/)[\w./-]+/")  # how the names begin that are kept: `name.startswith("train/")`
SUFFIX = re.compile(r"\.[a-z][a-z\d]{0,5}")
NO_TEXT = re.compile(r"\.(gz|bz2|xz|zst|zip|tar|tgz|npz|npy|pt|pth|bin|ckpt|pkl|h5|parquet|safetensors)$")
SAMPLES, MOST, LINES = 24, 4, 12
LONGEST = 80  # letters of a name


def write(run: Run, path: str, found: list[dict[str, Any]], write_text: Any) -> None:
    """Writes one; `found` are the rows that the script asks for, `write_text` writes a file with them."""
    named = [s for s in run.hints.strings if s.endswith(NAMED) and not s.startswith(("/", ".")) and len(s) < LONGEST]
    members = run.spec.learned.get("members", ())
    named += [name for name in members if name not in named and suffix_of(name) not in (*PICTURES, *SOUNDS)]
    seen = [name for name in members if name not in named]
    parts = sorted({"." + s.strip("*.") for s in run.hints.strings} & {*PARTS})
    texts = [] if named or parts or members else _texts(run)
    if texts:
        entries = [
            (f"{_folder(run, place)}{place:06}{suffix}", _text(run, f"{path}.{place}{suffix}", place, write_text))
            for place in range(SAMPLES)
            for suffix in texts
        ]
    elif named or seen or not parts:
        names = sorted(named) or [os.path.basename(os.path.splitext(path)[0]) + ".csv"]
        names += seen or [f"{_folder(run, place)}{place:06}{kind}" for kind in media(run) for place in range(SAMPLES)]
        entries = [(name, _made(run, f"{path}.{os.path.basename(name)}", write_text)) for name in names]
    else:
        opened = {p: _made(run, f"{path}.0{p}", write_text) for p in parts if p in (*PICTURES, *SOUNDS)}
        entries = [
            (
                f"{_folder(run, place)}{place:06}{part}",
                opened.get(part) or _part(part, place, found[place % len(found)]),
            )
            for place in range(SAMPLES)
            for part in parts
        ]
    run.met.packed.update(name for name, _ in entries)
    if os.path.splitext(path.lower())[1] in ZIPPED:
        with importlib.import_module("zipfile").ZipFile(path, "w") as packed:
            for name, held in entries:
                packed.writestr(name, held)
        return
    tarfile = importlib.import_module("tarfile")
    with open(path, "wb") as file, tarfile.open(fileobj=file, mode="w:gz" if path.endswith("gz") else "w") as packed:
        for name, held in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(held)
            packed.addfile(entry, io.BytesIO(held))


def _texts(run: Run) -> list[str]:
    """How the names of texts end that the script picks: pages, code of some language."""
    return sorted(s for s in run.hints.strings if SUFFIX.fullmatch(s) and not NO_TEXT.search(s))[:MOST]


def _text(run: Run, path: str, place: int, write_text: Any) -> bytes:
    """A text of its own; of a kind that people write as any other such file."""
    suffix = suffix_of(path)
    if suffix in (*WRITTEN, *XML):
        return _made(run, path, write_text)
    kind = "code" if suffix == ".py" else "text"
    return "\n".join(str(kinds.KINDS[kind](suffix, place * LINES + line)) for line in range(LINES)).encode()


def _folder(run: Run, place: int) -> str:
    """Where a sample lies in the archive: below a folder that the script asks for, and in one folder a class where
    it takes names apart at their slashes."""
    asked = sorted(text for text in run.hints.strings if len(text) < LONGEST and FOLDER.fullmatch(text))
    of_class = f"{CLASSES[place % len(CLASSES)]}/" if "/" in run.hints.strings else ""
    return (asked[place % len(asked)] if asked else "") + of_class


def media(run: Run) -> list[str]:
    """What the script opens of what no name tells of: `Image.open(io.BytesIO(archive.read(row["tile"])))`."""
    roots = run.hints.roots if "BytesIO" in run.hints.attributes else frozenset()
    return [kind for kind, readers in READERS.items() if readers & roots]


def _made(run: Run, path: str, write_text: Any) -> bytes:
    """What such a file would hold."""
    write_text(run, path)
    with open(path, "rb") as file:
        held = file.read()
    os.remove(path)
    return held


def _part(part: str, place: int, row: dict[str, Any]) -> bytes:
    """What is said of one sample."""
    if part == ".json":
        return json.dumps(row, default=forms.as_text).encode()
    return (str(place % 2) if part == ".cls" else kinds.text(place)).encode()
