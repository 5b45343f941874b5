"""Files with made-up rows, for scripts that read them by themselves."""

from __future__ import annotations

import builtins
import contextlib
import difflib
import importlib
import io
import json
import os
import pickle
import re
import shutil
from typing import Any

from ...carried import BOX, here
from ...context import Run
from .. import settings, sounds
from . import binaries, kinds, life, lines, rows, sets

COUNT = 64
SEEN = 2048  # times in a series
LABELS = 16
FOLDER = 8
SERIES = tuple(f"value_{place}" for place in range(4))
NAMED = 3  # files that are made up while the script reads them and that the report names
FASTA = (".fasta", ".fa", ".faa")
TEXTS = (
    ".txt", ".text", ".key", ".md", ".prompt", ".tmpl", ".dat", ".lst", ".tok", ".src", ".tgt", ".trg", ".en", ".de",
    ".fr", ".es", ".zh", ".conll", ".conllu", ".iob", ".iob2", ".bio",
)  # fmt: skip
STRUCTURED = (".jsonl", ".ndjson", ".json", ".parquet", ".pkl")
SHEETS = (".xlsx", ".xls")  # as text, which pandas is made to read
ROWS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", *SHEETS, *TEXTS, *FASTA)
OF_SETTINGS = (".json", ".yaml", ".yml")
MASK = re.compile(r"mask|annotation|segmentation|(^|[-_])(seg|gt|labels?)([-_.\d]|$)", re.I)
VIDEOS = (".mp4", ".avi", ".mov", ".mkv", ".webm")
PICTURES = (".png", ".jpg", ".jpeg", *VIDEOS)  # also those that move
SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".m4a")
PACKED = {".gz": "gzip", ".bz2": "bz2", ".xz": "lzma", ".zip": "zipfile"}
CLASS = "<class>"  # a folder for each class
CLASSES = ("0", "1")
_WRITTEN: set[str] = set()  # made up by this process


def install(run: Run) -> None:
    """Makes up the files that an earlier attempt found missing."""
    on_demand(run)
    names = run.spec.learned.get("files", ())
    for name in [n for each in names for n in _each(run, each)]:
        path = here(run, name)
        if os.path.exists(path) or any(other.startswith(name + os.sep) for other in names):  # it is a folder, then
            continue
        kin = _kin(path) if run.spec.learned.get("record") else None
        said = "made up" if kin is None else f"{os.path.basename(kin)} in its place"
        run.neutral(f"data file {_spoken(name.replace(BOX, ''), kin)}: {said}")
        with run.journal.silent():
            if kin is not None:
                shutil.copyfile(kin, path)
            elif not _recorded(run, path):
                _make_up(run, path)


def _recorded(run: Run, path: str) -> bool:
    """Makes up a file that holds one record, where that is what was learned and the script asks it for fields."""
    record = run.spec.learned.get("record") and path.endswith(OF_SETTINGS)
    return bool(record and settings.made(run, path, rows_of(run) if run.hints.columns else None, data=True))


def _spoken(name: str, kin: str | None) -> str:
    """Pictures and sounds are spoken of by their folder."""
    folder, base = os.path.split(name)
    suffix = os.path.splitext(base)[1].lower()
    return os.path.join(folder, f"*{suffix}") if folder and kin is None and suffix in (*PICTURES, *SOUNDS) else name


def _each(run: Run, name: str) -> list[str]:
    """A file, or one for each class."""
    return [name.replace(CLASS, kind) for kind in run.spec.learned.get("folders", CLASSES)] if CLASS in name else [name]


def on_demand(run: Run) -> None:
    """From now on a file of data is made up when it is read, in a folder that is made up itself."""
    learned = [here(run, n) for n in run.spec.learned.get("files", ())]
    folders = {os.path.dirname(os.path.abspath(os.path.join(run.spec.cwd, n))) for n in learned}
    homes = tuple(os.path.join(f, "") for f in (os.path.join(run.spec.box, "made-up"), *folders) if not _has_files(f))

    suffixes = {*ROWS, *PICTURES, *SOUNDS, *(suffix_of(n) for n in learned if suffix_of(n))}
    made: list[str] = []

    def opening(real: Any) -> Any:
        def open_(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            if isinstance(file, (str, os.PathLike)) and mode.startswith("r"):
                path = os.path.abspath(os.fspath(file))
                if path.startswith(homes) and suffix_of(path) in suffixes and _absent(path):
                    made.append(path)
                    if len(made) <= NAMED:
                        more = "" if len(made) < NAMED else ", and others beside it"
                        run.neutral(f"data file {os.path.basename(path)}{more}: made up")
                    with run.journal.silent():
                        write_rows(run, path)
            if isinstance(file, (str, os.PathLike)) and is_made_up(file):
                run.met.last_read = os.path.basename(file)
            return real(file, mode, *args, **options)

        return open_

    run.patches.replace(builtins, "open", opening)


def _absent(path: str) -> bool:
    return not os.path.exists(path) and not os.path.isfile(os.path.dirname(path))


def _has_files(folder: str) -> bool:
    return any(os.path.isfile(os.path.join(folder, n)) for n in os.listdir(folder)) if os.path.isdir(folder) else False


def _make_up(run: Run, path: str) -> None:
    """A file of its suffix's form; a folder of pictures or sounds holds more than one, and what is said of each."""
    stem, suffix = os.path.splitext(path)
    others = [os.path.splitext(here(run, name)) for name in run.spec.learned.get("files", ())]
    told = any(other == stem and its.lower() in (*PICTURES, *SOUNDS) for other, its in others)
    alone = suffix.lower() not in (*PICTURES, *SOUNDS) or os.path.isdir(os.path.dirname(path))
    alone = alone and not (told and suffix.lower() in ROWS)
    more = [] if alone else [f"{stem}-{place}{suffix}" for place in range(1, FOLDER)]
    keyed = run.spec.learned.get("keyed") if suffix.lower() == ".json" else None
    for spot in (path, *more):
        if keyed is not None:
            _write_keyed(run, spot, keyed)
        else:
            write_rows(run, spot)


def _write_keyed(run: Run, path: str, kind: str) -> None:
    """JSON in which a text or a record is found by a name: of another made-up file, with or without its suffix, or a
    number."""
    names = [os.path.basename(name) for name in run.spec.learned.get("files", ())]
    stems = [os.path.splitext(name) for name in names]
    more = [f"{stem}-{place}{suffix}" for stem, suffix in stems for place in range(1, FOLDER)]
    keys = [*names, *more, *(os.path.splitext(name)[0] for name in (*names, *more)), *map(str, range(COUNT))]
    found = rows_of(run, len(keys))
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        cells = found if kind == "record" else [kinds.text(place) for place in range(len(keys))]
        json.dump(dict(zip(keys, cells)), file)


def _kin(path: str) -> str | None:
    """The file beside it that is of its kind and has the name most like its own: a template among templates."""
    folder, name = os.path.split(path)
    with contextlib.suppress(OSError):
        suffix = os.path.splitext(name)[1]
        names = [n for n in sorted(os.listdir(folder or ".")) if n.endswith(suffix)]
        likely = difflib.get_close_matches(name, names, 1, 0) if suffix else []
        return os.path.join(folder, likely[0]) if likely else None
    return None


def suffix_of(path: str) -> str:
    """What a file holds, by its name; of one that is packed, what is packed in it."""
    stem, suffix = os.path.splitext(path.lower())
    return os.path.splitext(stem)[1] if suffix in PACKED else suffix


def write_rows(run: Run, path: str) -> None:
    """A file with rows that the script asks for, in the form in which it reads them."""
    if binaries.kind_of(path) in binaries.KINDS and suffix_of(path) not in ROWS:
        _WRITTEN.add(os.path.realpath(path))
        binaries.write(run, path, rows_of(run), write_rows)
        return
    suffix = suffix_of(path)[1:]
    text = "." + suffix not in (*STRUCTURED, *SHEETS, *FASTA, *PICTURES, *SOUNDS) and path.lower().endswith(suffix)
    if text and lines.taken_apart(run, suffix):
        _WRITTEN.add(os.path.realpath(path))
        lines.write(run, path, rows_of(run))
    else:
        write(path, rows_of(run, name=os.path.basename(path)), suffix, whole(run), run.hints.separator)


def whole(run: Run) -> bool:
    """Is a file of JSON one value?"""
    return bool(run.spec.learned.get("whole_json", run.hints.whole_json))


def rows_of(run: Run, count: int = COUNT, name: str = "") -> list[dict[str, Any]]:
    """Rows with the columns that the script asks for, but for those that it refuses of a file of this name."""
    hints = run.hints
    columns: dict[str, str | None] = dict.fromkeys(
        [*hints.columns, *run.spec.learned.get("columns", ()), *run.met.told_columns]
    )
    if hints.text_field:
        columns.setdefault(hints.text_field, "text")
    columns = {c: rows.learned_kind(run, c) or kind or rows.by_script(run, c) for c, kind in columns.items()}
    needed = sets.needed(hints.trainers)
    if set(needed) & set(columns):
        columns.update({c: kind for c, kind in needed.items() if c in hints.strings and c not in columns})
    without = run.spec.learned.get("no columns", {}).get(name, ())
    columns = {c: kind for c, kind in columns.items() if c not in without}
    columns = columns or dict(needed or {"text": "text"})
    if all(kinds.by_name(column) == "date" for column in columns):  # of something that was measured
        columns.update(dict.fromkeys(SERIES, "float"))
    if _measured({column: rows.value(column, 0, kind, hints.columns.get(column)) for column, kind in columns.items()}):
        count = max(count, SEEN)
    found = []
    for index in range(count * int(run.spec.learned.get("rows", 1))):
        speakers = run.spec.learned.get("speakers")
        row = {n: rows.spoken(rows.value(n, index, k, hints.columns.get(n)), speakers) for n, k in columns.items()}
        row = {n: f"{n}-{index}{_suffix_of(v)}" if _is_file(v) else v for n, v in row.items()}
        row = {n: rows.told(run, n, index, value) for n, value in row.items()}
        found.append({n: v for n, v in row.items() if _plain(v)})
    return found


def _measured(row: dict[str, Any]) -> bool:
    """Is it a series: numbers, each of its time? Models look hundreds of steps back and ahead."""
    dated = {column for column in row if kinds.by_name(column) == "date"}
    others = [value for column, value in row.items() if column not in dated]
    return bool(dated) and bool(others) and all(isinstance(value, (int, float)) for value in others)


def _is_file(value: Any) -> bool:
    """An image or a sound, which a file of rows names by its path."""
    return not _plain(value) or (isinstance(value, dict) and "array" in value)


def _suffix_of(value: Any) -> str:
    return ".png" if hasattr(value, "convert") else ".wav" if isinstance(value, dict) else ""


def downloaded(run: Run, repository: str, name: str) -> str:
    """A file from the repository of a data set."""
    path = os.path.join(run.box("made-up", repository.replace("/", "-")), name)
    suffix = name.rsplit(".", 1)[-1].lower()
    run.neutral(f"file {name} of {repository}: made up")
    run.met.downloaded = True
    if suffix == "json" and "label" in name.lower():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({str(i): f"label_{i}" for i in range(LABELS)}, file)
    else:
        write_rows(run, path)
    return path


def is_made_up(path: str | os.PathLike[str]) -> bool:
    """Is it a file that was made up here?"""
    return os.path.realpath(os.fspath(path)) in _WRITTEN


def _plain(value: Any) -> bool:
    """Can a file of text hold it?"""
    if isinstance(value, dict):
        return all(_plain(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return all(_plain(v) for v in value)
    return type(value).__module__ == "builtins"


def _filled(value: Any) -> Any:
    """The same without records that have no field: parquet has none such."""
    if isinstance(value, dict):
        return {k: _filled(v) for k, v in value.items()} or {"text": None}
    return [_filled(v) for v in value] if isinstance(value, list) else value


def write(path: str, found: list[dict[str, Any]], suffix: str, as_one: bool = True, separator: str = ",") -> None:
    """Writes rows as a suffix says: json (one value, or one a line), csv, tsv, parquet, a picture, a
    sound, else text, packed where the path says so; a path that ends with a slash is a folder."""
    if path.endswith(os.sep):
        os.makedirs(path, exist_ok=True)
        return
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    _WRITTEN.add(os.path.realpath(path))
    if path.lower().endswith(".zip"):
        inner = path[: -len(".zip")]
        write(inner, found, suffix, as_one, separator)
        with importlib.import_module("zipfile").ZipFile(path, "w") as packed:
            packed.write(inner, os.path.basename(inner))
        os.remove(inner)
        return
    if "." + suffix in PICTURES:
        form = "JPEG" if suffix.startswith("jp") else "PNG"
        _picture(path).save(path, form)
        return
    if "." + suffix in SOUNDS:
        sounds.write(path)
        return
    if suffix == "parquet":
        held = io.BytesIO()  # pyarrow opens files by itself, where they do not lie in the box
        importlib.import_module("pandas").DataFrame([_filled(row) for row in found]).to_parquet(held)
        with open(path, "wb") as whole_file:
            whole_file.write(held.getvalue())
        return
    if suffix == "pkl":
        with open(path, "wb") as pickled:
            pickle.dump(found, pickled)
        return
    packing = PACKED.get(os.path.splitext(path.lower())[1])
    opening = open if packing is None else importlib.import_module(packing).open
    with opening(path, "wt", encoding="utf-8", newline="") as file:
        if "." + suffix in FASTA:
            file.writelines(f">{_name(row, place)}\n{life.protein(place)}\n" for place, row in enumerate(found))
        elif suffix == "json" and as_one:
            json.dump(found, file)
        elif suffix in ("csv", "tsv") or "." + suffix in SHEETS:
            import csv

            mark = {"csv": separator, "tsv": "\t"}.get(suffix, ",")
            writer = csv.DictWriter(file, list(found[0]), delimiter=mark)
            writer.writeheader()
            writer.writerows(found)
        elif suffix in ("json", "jsonl", "ndjson"):
            file.writelines(json.dumps(row) + "\n" for row in found)
        else:
            file.writelines(" ".join(str(v) for v in row.values()) + "\n" for row in found)


def _picture(path: str) -> Any:
    """A photograph, or, by the name of the file or its folder, which of two classes each of its points is of."""
    made = importlib.import_module("PIL.Image")
    if any(MASK.search(part) for part in os.path.normpath(path).split(os.sep)[-2:]):
        classes = made.new("L", (64, 64), 0)
        classes.paste(1, (0, 32, 64, 64))
        return classes
    return made.new("RGB", (64, 64), (90, 140, 60))


def _name(row: dict[str, Any], place: int) -> str:
    """What a sequence is called, as in the tables beside it."""
    named = (str(row[column]) for column in row if kinds.by_name(column) == "id")
    return next(named, f"protein-{place}")
