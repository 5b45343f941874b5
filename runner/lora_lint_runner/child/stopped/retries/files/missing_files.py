"""Files that a script does not find: what another attempt could do about it."""

from __future__ import annotations

import ast
import errno
import os
import re
import traceback
from typing import Any

from ....carried import carried
from ....context import Run
from ....frames import OURS
from ....reading.files import listings
from ....stand_in.files import weights
from ....stand_in.made_up.files import binaries
from ....stand_in.made_up.suffixes import DATA, XML, suffix_of
from ..learning import at_work, empty, none_of, own_code, statement
from . import gone_through
from .asked_there import asked_there
from .patterns import NO_TEXT, those_inside

SAVED = (
    "config.json", "adapter_config.json", "tokenizer.json", "tokenizer_config.json", "trainer_state.json",
    "preprocessor_config.json", "processor_config.json", "generation_config.json", "special_tokens_map.json",
    "model_index.json", "modules.json",
)  # fmt: skip
HELD = (*DATA, *binaries.PICKLES, *binaries.ARCHIVES)  # a file of data by its name, or many in one
EMPTY = re.compile(
    r"empty|no |not |n't|none|missing|invalid|num_samples=0|out of range|at least|must|StopIteration", re.I
)
WEIGHTS_KEPT, ROWS_MADE = "the model keeps its own weights", "rows are made up in its place"
NO_DATABASE = re.compile(r"no such table|unable to open database file")
# what reads a text, and no picture, sound, document or archive
OPENS = re.compile(r"(?<!Image\.)(?<!wave\.)(?<!fitz\.)(?<!rasterio\.)(?<!tarfile\.)\bopen\(|\bread_text\(")
OPEN, TEXT = "open", "0.txt"  # what opens whatever lies in a folder, and what does then
LOOKS = re.compile(r"\b(listdir|scandir|iterdir|walk)\(")
FOLDER_SAID = (
    r"(?:\(os error 2\)|^No such file or directory): ([^\n'\"]+)$",  # of what is written in Rust
    r"directory at (.+) doesn't contain", r"['\"]([^'\"]+)['\"]", r"Directory (.+?) +not found",
    r"any class folder in (.+)\.$", r"^(\S*[/.]\S*)$", r"^(stand-in-\S+)$",
)  # fmt: skip
PARENT = re.compile(r"Parent directory (.+) does not exist\.?")
Learned = dict[str, Any]


def missing_path(error: BaseException) -> str | None:
    """The path that an exception could not find."""
    if isinstance(error, RuntimeError) and (parent := PARENT.fullmatch(str(error))):
        return parent.group(1)  # of a file that torch writes
    too_long = isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG  # a text that was taken for a path
    if not too_long and not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return None
    name = getattr(error, "filename", None)
    if name is None:
        found = next((f for f in (re.search(p, str(error)) for p in FOLDER_SAID) if f), None)
        name = found.group(1) if found else None
    name = name.decode(errors="replace") if isinstance(name, bytes) else name
    return os.fspath(name) if isinstance(name, (str, os.PathLike)) and os.fspath(name) else None


def spoken_of(run: Run, error: BaseException) -> str | None:
    """The path that an exception could not find; of one that the script itself has worded, what was looked for and
    stands in it."""
    found = missing_path(error)
    worded = getattr(error, "filename", None) is None
    asked = next((p for p in run.met.looked_for if os.path.isabs(p) and p in str(error)), None) if worded else None
    return asked if asked is not None and found is not None else found


def folder(run: Run, error: BaseException) -> Learned | None:
    """Another folder to start from: the one from which the relative path that was not found leads somewhere."""
    name = spoken_of(run, error) or next(iter(blamed(run, error)), None)
    if name is None or "cwd" in run.spec.learned:
        return None
    path = os.path.relpath(name, run.spec.cwd) if os.path.isabs(name) else name
    if os.path.isabs(name) and not name.startswith(os.path.realpath(run.spec.cwd) + os.sep):
        return None
    home = os.path.dirname(run.spec.script)
    while home.startswith(run.spec.work):
        if home != run.spec.cwd and os.path.exists(os.path.join(home, path)):
            return {"cwd": os.path.relpath(home, run.spec.work)}
        home = os.path.dirname(home)
    return None


def left_out(run: Run, error: BaseException) -> Learned | None:
    """A file of the user's own project that the copy lacks."""
    name = missing_path(error)
    known = run.spec.learned.get("laid", [])
    path = os.path.relpath(os.path.realpath(name), os.path.realpath(run.spec.work)) if name is not None else os.pardir
    if path.startswith(os.pardir) or path in known or not os.path.exists(os.path.join(run.spec.home, path)):
        return None
    return None if os.path.lexists(os.path.join(run.spec.work, path)) else {"laid": [*known, path]}


def made_up(run: Run, error: BaseException) -> Learned | None:
    """Files to make up, where that is allowed: the one that was not found, or those that were looked for in vain and
    that the exception speaks of."""
    return files(run, error) if run.spec.makes_up_rows or _below_made_up(run, error) else None


def files(run: Run, error: BaseException) -> Learned | None:
    """With those that are wanted now. Weights are said to be there: what loads them does without a file."""
    there = run.spec.learned.get("there", [])
    asked = [p for p in blamed(run, error) if p in run.met.asked_at and is_weights(run, p)]
    if any(carried(run, p) not in there for p in asked) and not written(error):
        return {"there": sorted({*there, *(carried(run, p) for p in asked)})}
    known = run.spec.learned.get("files", [])
    new = [n for n in wanted(run, error) if n not in known]
    return {"files": sorted({*known, *new})} if new else None


def wanted(run: Run, error: BaseException) -> list[str]:
    """The files that a script has stopped for want of."""
    if written(error) or _beside_a_model(run, missing_path(error)) or _is_file(error):
        return []
    name = missing_path(error) if isinstance(error, OSError) and error.filename else None
    name = name or (missing_path(error) if not blamed(run, error) else None)
    name = None if name is not None and os.path.basename(name) in SAVED else name
    if name is not None and _of_classes(error):
        name = os.path.join(name, "*", "*.jpg")
    elif name is not None:
        name = _kept(run, error, name)
    looked_for = [name] if name is not None else blamed(run, error)
    at = statement(run, error)
    lists = name is not None and at is not None and not suffix_of(name) and LOOKS.search(ast.unparse(at).split("\n")[0])
    if lists and name is not None and at is not None:
        each = (
            name if name.endswith(f"*{os.sep}") else os.path.join(name, "*", "")
        )  # of folders alone it has one by now
        looked_for = [os.path.join(each, file) for file in listings.inside_each(at)] or looked_for
    if name is not None and not suffix_of(name) and _read_as_text(run, error, name):
        return [carried(run, name)]
    found = [n for p in looked_for for n in those_inside(run, p)]
    if name is not None and not found and _read_as_text(run, error, name):
        found = [carried(run, name)]
    if lists and not found and OPEN in own_code(run, error):
        found = [carried(run, os.path.join(str(name), TEXT))]
    return found


def _is_file(error: BaseException) -> bool:
    """Is it there, but no folder?"""
    return isinstance(error, NotADirectoryError) and os.path.isfile(missing_path(error) or "")


def _read_as_text(run: Run, error: BaseException, name: str) -> bool:
    """Does the script itself open a file, of whatever kind, and not for its bytes? One without a suffix at once: else
    it may be a folder for somebody else."""
    found = statement(run, error)
    said = ast.unparse(found) if found is not None else ""
    opens = OPENS.search(said) is not None and "rb" not in said
    opening = [f.filename for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(OURS)]
    at_once = run.code.owns(opening[-1])
    return opens and (at_once or bool(os.path.splitext(name)[1])) and not NO_TEXT.search(name)


def lacked(run: Run, error: BaseException) -> str | None:
    """The file, folder or pattern of data that a script has stopped for want of, as its user knows it."""
    asked = blamed(run, error)
    data = [p for p in asked if suffix_of(p) in HELD]  # not the model that the same test asks for
    name = spoken_of(run, error) or next(iter(data or asked), None)
    if name is None or os.path.basename(name) in SAVED or written(error) or _beside_a_model(run, name):
        return None
    if name in run.met.databases:
        return run.code.named(name)
    several = "*" in name or suffix_of(name) in HELD or name in asked_there(run, error)
    if not isinstance(error, OSError) and name not in str(error) and not several:
        return None  # it only was the last
    reading = traceback.extract_tb(error.__traceback__)
    loaded = any(f.name in ("load", "load_file") and "torch" in f.filename for f in reading)
    loaded |= name in run.met.asked_at and is_weights(run, name)
    loaded |= type(error).__name__ == "EmptyDatasetError"  # of datasets, which looks into a folder
    return run.code.named(name) if loaded or wanted(run, error) or "disk" in run.hints.read else None


def is_weights(run: Run, name: str) -> bool:
    """Is a file taken for weights, by its name?"""
    return name.endswith(weights.SUFFIXES) and binaries.of_numbers(run, name) is None


def no_weights(run: Run, error: BaseException) -> Learned | None:
    """Files that were taken for weights and that no model was given: they hold data."""
    known = run.spec.learned.get("files", [])
    new = [n for n in (carried(run, p) for p in run.met.weights) if n not in known and n.endswith(binaries.TENSORS)]
    if not new or not run.spec.makes_up_rows:
        return None
    so_far = run.spec.learned.get("lacking", [])
    names = [os.path.basename(n) for n in new]
    told = [
        {**e, "text": e["text"].replace(WEIGHTS_KEPT, ROWS_MADE)} if any(map(e["text"].count, names)) else e
        for e in so_far
    ]
    return {"files": sorted({*known, *new}), "lacking": told}


def _beside_a_model(run: Run, name: str | None) -> bool:
    """Is it missed where a model lies? Then the script is wrong about what is saved there, and no data are missing."""
    folder = os.path.join(run.spec.cwd, os.path.dirname(name or ""))
    return bool(os.path.dirname(name or "")) and any(os.path.isfile(os.path.join(folder, n)) for n in SAVED[:2])


def written(error: BaseException) -> bool:
    """Was it to be opened for writing?"""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        if trace.tb_frame.f_globals.get("__name__") == "mailbox":
            return False  # it makes a box that is not there, after it has looked for one
        trace = trace.tb_next
    mode = trace.tb_frame.f_locals.get("mode") if trace is not None else None
    return isinstance(mode, str) and bool(set(mode) & set("wax"))


def _of_classes(error: BaseException) -> bool:
    """Does torchvision look for a folder of classes?"""
    return any(f.name == "find_classes" for f in traceback.extract_tb(error.__traceback__))


def _kept(run: Run, error: BaseException, name: str) -> str:
    """A folder of which the failing statement keeps some names: the pattern of what it keeps."""
    found = statement(run, error)
    if found is None or suffix_of(name) or not LOOKS.search(ast.unparse(found)):
        return name
    kept = listings.kept(found, at_work(run, error))
    suffix = next((s for s in kept.suffixes if s in (*DATA, *XML, *binaries.KINDS)), "")
    said = ast.unparse(found)
    if not suffix and not kept.folders and OPENS.search(said) and "rb" not in said:
        suffix = ".txt"  # whatever lies there is read as text
    if kept.folders:
        return os.path.join(name, kept.prefix + "*", "")
    return os.path.join(name, f"{kept.prefix}*{suffix}") if suffix else name


def _below_made_up(run: Run, error: BaseException) -> bool:
    """Is it a file in a folder that stands in for an argument, and so is made up anyway?"""
    made = os.path.join(run.spec.box, "made-up") + os.sep
    spoken_of = blamed(run, error)
    below = bool(spoken_of and all(p.startswith(made) for p in spoken_of))
    return below or (missing_path(error) or "").startswith(made)


def blamed(run: Run, error: BaseException) -> list[str]:
    """What was looked for in vain and is spoken of; the last of it, where an exception speaks of nothing there."""
    everything = run.met.looked_for
    looked_for: list[str] = list(dict.fromkeys(p for p in everything if os.path.basename(p) not in SAVED))
    text = f"{error} {error.__cause__ or ''}"
    if run.met.databases and NO_DATABASE.search(text):
        return run.met.databases[-1:]
    named = [p for p in looked_for if p in text or (len(os.path.basename(p)) > 4 and os.path.basename(p) in text)]
    named = [p for p in named if not any(other.startswith(os.path.join(p, "")) for other in named)]
    if named or isinstance(error, (ImportError, NameError, SyntaxError)):
        return named
    asked = asked_there(run, error)
    if asked:
        return asked
    own = os.path.join(run.spec.box, "made-up") + os.sep  # what was made up lacks a folder in it
    likely = [p for p in looked_for if suffix_of(p) in HELD or "*" in p or p.startswith(own)]
    if isinstance(error, SystemExit) and not likely:  # it ends without a word: by the last answer that it was given
        return run.met.databases[-1:] or looked_for[-1:]
    rows = [name for name in empty(run, error) if not isinstance(at_work(run, error)[name], dict)]  # that lacks a key
    ends = isinstance(error, (SystemExit, StopIteration)) or none_of(run, error)
    of_names = isinstance(error, AttributeError) and "NoneType" not in text  # that something has not
    speaks = (EMPTY.search(text) and not of_names) or ends or rows
    if speaks and not likely:
        return gone_through.left_out(run, looked_for)
    form = _form(run, likely[-1]) if likely else None
    return [p for p in likely if _form(run, p) == form] if speaks else _unfilled(run, error, likely)


def _unfilled(run: Run, error: BaseException, likely: list[str]) -> list[str]:
    """The files without which a table of the script's stayed empty, or lacks the one that is called as its key:
    `parts["train"]`, after `train.jsonl` was asked for in vain."""
    key = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
    called = [p for p in likely if key and key in re.split(r"[\W_]+", os.path.basename(p))]
    tables = [v for v in at_work(run, error).values() if isinstance(v, dict)] if key and not called else []
    kin = [
        p
        for p in likely
        if os.path.split(p)[0] == os.path.split(likely[-1])[0] and suffix_of(p) == suffix_of(likely[-1])
    ]
    return called or (kin if tables and not any(tables) else [])


def _form(run: Run, path: str) -> str:
    """`Actor_01/*.wav` and all its like; a folder or file that is called as a made-up cell is one of its column."""
    stem, suffix = os.path.splitext(path)
    parts = [run.met.cells.get(part, part) for part in stem.split(os.sep)]
    return re.sub(r"\d+", "0", os.sep.join(parts) + suffix)


def nothing_there(run: Run, error: BaseException) -> str | None:
    """The rows, pictures or sounds that were looked for in vain and that an exception comes of (what it works with
    is empty, or it says so): a file or the pattern of many, as the user knows it."""
    found = [p for p in blamed(run, error) if suffix_of(p) in DATA]
    sure = bool(empty(run, error)) or any(p in str(error) for p in found) or "num_samples=0" in str(error)
    return run.code.named(found[-1]) if found and sure and not run.met.trained else None
