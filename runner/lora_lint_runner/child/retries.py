"""What another attempt at a script could try, after what stopped this one.

Only what the smoke run itself brought in, or lacks, is a reason to try again; the script's own mistakes are not.
"""

from __future__ import annotations

import ast
import os
import re
import traceback
from types import FrameType
from typing import Any

from . import missing_files, releases
from .context import Run

NOT_BY_ARGUMENTS = (ImportError, SyntaxError, NameError, MemoryError, EOFError)
Learned = dict[str, Any]

PRESUMED = ("the Auto class", "the trainer", "nothing known of it", "target_modules")
LIKELY = re.compile(
    r"^(base_)?model(_name|_path|_id|_name_or_path)?$|^(train_?)?(data|dataset)(_?(name|path|file|dir|id))?$|"
    r"^train_file(_dir)?$|^output(_dir|_path)?$",
    re.I,
)
OPTIONAL = re.compile(
    r"cache|revision|resume|token$|config_name|tokenizer_name|eval|valid|test|log|deepspeed|fsdp|hub", re.I
)
COLUMN_SAID = (
    r"\[['\"]([\w.-]+)['\"](?:, .*)?\] not (?:found in axis|in index)",
    r"[Cc]olumns? (?:name )?(?:\[?['\"])([\w.-]+)['\"]",
    r"key ['\"]([\w.-]+)['\"]",
    r"value ['\"]([\w.-]+)['\"] (?:not found in|needs to be one of)",
)
PEFT_FLAG = re.compile(r"^(use_|with_|enable_)?(peft|q?lora)(_training)?$")
TRAIN_FLAG = re.compile(r"^(do_|run_)?train(ing)?$")


def learned(run: Run, error: BaseException) -> Learned | None:
    """What to know in another attempt, None where there is nothing new to try."""
    for look in (
        _older,
        _absent,
        missing_files.folder,
        _package,
        missing_files.made_up,
        missing_files.taken_for_there,
        _columns,
        _rows,
        _registered,
        _keys,
        _form,
        _modules,
        _ranks,
        _arguments,
    ):
        found = look(run, error)
        if found is not None:
            return found
    return None


def after_the_end(run: Run) -> Learned | None:
    """What to try after a run that came to its end: more rows for a loop that waited for them, the switches that bring
    training and PEFT into play."""
    data = run.parts.get("data")
    if run.parts["loops"].short and "rows" not in run.spec.learned and data is not None and data.made_up:
        return {"rows": 8}
    flags = []
    if not {"wrapped", "added", "loaded"} & run.journal.kinds:
        flags += _unset(run, PEFT_FLAG)
    if not run.parts["events"].steps:
        flags += _unset(run, TRAIN_FLAG)
    return _more(run, "arguments", flags) if flags and run.spec.argv is None else None


def _unset(run: Run, pattern: re.Pattern[str]) -> list[str]:
    """Switches of the script's command line that are off."""
    tried = run.spec.learned.get("arguments", ())
    return [n for n, v in run.parts["filler"].options.items() if v is False and pattern.match(n) and n not in tried]


def missing_column(run: Run, error: BaseException) -> str | None:
    """The column that made-up rows lack, where that is what an exception is about."""
    data = run.parts.get("data")
    made_up = data is not None and (data.made_up or run.spec.learned.get("files") or run.parts.get("files made up"))
    if data is None or not made_up or data.real:
        return None
    name: str | None = None
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], list) and error.args[0]:
        name = str(error.args[0][0])  # pandas, asked for several columns
    elif isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        own = run.code.owns(_frames(error)[-1].f_code.co_filename)
        name = error.args[0] if own or error.args[0] in _wanted_by_trainers() else None
    for cause in (error.__cause__, error.__context__):
        if name is None and isinstance(cause, KeyError) and cause.args and isinstance(cause.args[0], str):
            name = cause.args[0] if run.code.owns(_frames(cause)[-1].f_code.co_filename) else None
    quoted = next((found for found in (re.search(p, str(error)) for p in COLUMN_SAID) if found), None)
    if name is None and quoted and isinstance(error, (ValueError, KeyError)):
        name = quoted.group(1)
    known = run.spec.learned.get("columns", ())
    return name if name is not None and name not in known and name.isprintable() else None


def _wanted_by_trainers() -> set[str]:
    from .stand_in.made_up import rows

    return {column for _, columns in rows.TABLE["trainers"] for column in columns}


def _older(run: Run, error: BaseException) -> Learned | None:
    """The names of an older release, where there is one that is known to have meant the same."""
    from .stand_in import older_releases

    entry = releases.entry_of(error)
    if entry is None or not older_releases.known(entry):
        return None
    text = releases.said(error) or f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
    return _lacking(run, error, entry, text)


def _absent(run: Run, error: BaseException) -> Learned | None:
    """A package that is not installed, and that nothing is known of: whether the rest can do without."""
    name = releases.absent_package(error)
    if name is None or name in releases.LIBRARIES or not run.code.owns(releases.importer(error)):
        return None
    return _lacking(run, error, {"kind": "package", "home": name, "name": name}, releases.install_it(name))


def _lacking(run: Run, error: BaseException, entry: dict[str, str], text: str) -> Learned | None:
    """Something that this environment lacks, for the script; what comes after it can still be looked at."""
    so_far = run.spec.learned.get("lacking", [])
    if any({**e, **entry} == e for e in so_far):
        return None
    own = [f for f in traceback.extract_tb(error.__traceback__) if run.code.owns(f.filename)]
    place = f"{os.path.basename(own[-1].filename)}:{own[-1].lineno}: " if own else ""
    return {"lacking": [*so_far, {**entry, "text": place + text}]}


def _columns(run: Run, error: BaseException) -> Learned | None:
    name = missing_column(run, error)
    return _more(run, "columns", [name]) if name is not None else None


def _rows(run: Run, error: BaseException) -> Learned | None:
    """More made-up rows, where the script asks for one by its place."""
    data = run.parts.get("data")
    own = isinstance(error, IndexError) and run.code.owns(_frames(error)[-1].f_code.co_filename)
    return {"rows": 8} if own and data is not None and data.made_up and "rows" not in run.spec.learned else None


def _form(run: Run, error: BaseException) -> Learned | None:
    """Another form of what was made up: JSON as one value or by the line, a data set in one part."""
    learned = run.spec.learned
    lines = re.search(r"Extra data|Trailing data", str(error))
    if (lines or type(error).__name__ == "JSONDecodeError") and "whole_json" not in learned:
        return {"whole_json": bool(lines)}
    if type(error).__name__ == "UnidentifiedImageError" and run.parts.get("files made up"):
        return {"pictures": True} if "pictures" not in learned else None
    data = run.parts.get("data")
    in_parts = re.search(r"'DatasetDict' object has no|has at least one split", str(error))
    if in_parts and "parts" not in learned:
        return {"parts": False} if data is not None and data.made_up else None
    return None


def _registered(run: Run, error: BaseException) -> Learned | None:
    """Another value of an argument that nobody gave: a key of the table that the script looks it up in."""
    filler = run.parts.get("filler")
    if filler is None or not isinstance(error, KeyError) or not error.args or "values" in run.spec.learned:
        return None
    last = traceback.extract_tb(error.__traceback__)[-1]
    held = {**_frames(error)[-1].f_globals, **_frames(error)[-1].f_locals}
    names = [n for n, value in filler.options.items() if value == error.args[0] and n in filler.given]
    tables = [held[n] for n in re.findall(r"\w+", last.line or "") if isinstance(held.get(n), dict)]
    keys = [k for table in tables for k in table if isinstance(k, str)]
    return {"values": dict.fromkeys(names, keys[0])} if names and keys and run.code.owns(last.filename) else None


def _keys(run: Run, error: BaseException) -> Learned | None:
    """Keys and tokens in the environment, for a script that ends without them."""
    speaks = isinstance(error, SystemExit) or re.search(r"token|key", str(error), re.I)
    asks = isinstance(error, (SystemExit, ValueError, OSError, RuntimeError, AssertionError)) and speaks
    return {"keys": True} if asks and run.parts["keys"] and "keys" not in run.spec.learned else None


def _ranks(run: Run, error: BaseException) -> Learned | None:
    """The variables that a launcher sets, for a script that does not do without."""
    asks = "LOCAL_RANK" in run.hints.strings and re.search(r"\brank\b", str(error), re.I)
    return {"ranks": True} if asks and "ranks" not in run.spec.learned else None


def _package(run: Run, error: BaseException) -> Learned | None:
    """A script of a package, which is started by `python -m`."""
    if not isinstance(error, ImportError) or "no known parent package" not in str(error):
        return None
    folder = os.path.dirname(run.spec.script)
    parts: list[str] = []
    while folder.startswith(run.spec.work + os.sep) and os.path.isfile(os.path.join(folder, "__init__.py")):
        parts.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    if not parts and os.path.dirname(run.spec.script) != run.spec.work:
        parts = [os.path.basename(os.path.dirname(run.spec.script))]
    package = ".".join(parts)
    return {"package": package} if package and run.spec.learned.get("package") != package else None


def _modules(run: Run, error: BaseException) -> Learned | None:
    """Another architecture, where the one that stands in was only a guess."""
    first = str(error).strip().split("\n")[0]
    if "Target modules" not in first or "not found" not in first:
        return None
    hub = run.parts.get("hub")
    guessed = {n: f for n, f in (hub.made if hub else {}).items() if f.why in PRESUMED}
    if not guessed:
        return None
    from .stand_in.models import family

    tried = run.spec.learned.get("tried", [])
    modules = frozenset(re.findall(r"['\"]([\w.]+)['\"]", str(error)))
    asked = family.Asked(None, run.hints.classes, frozenset({*run.hints.modules, *modules}))
    for kind in family.candidates(asked):
        if kind not in tried and kind not in {f.model_type for f in guessed.values()}:
            return {"families": dict.fromkeys(guessed, kind), "tried": [*tried, kind]}
    return None


def _arguments(run: Run, error: BaseException) -> Learned | None:
    """Arguments without a value that turn out to be needed: named in the error, or read in the line that failed."""
    filler = run.parts.get("filler")
    if filler is None or run.parts.get("trained") or isinstance(error, NOT_BY_ARGUMENTS):
        return None
    tried = run.spec.learned.get("arguments", ())
    if re.search(r"only one of|not both|mutually exclusive|cannot (?:both )?be (?:both|used together)", str(error)):
        rivals = [n for n in tried if _named(n, str(error))]
        return {"not": sorted({*run.spec.learned.get("not", ()), *rivals[1:]})} if len(rivals) > 1 else None
    empty = [n for n, value in filler.options.items() if value in (None, "") and n not in tried]
    line = _words_of_line(run, error)
    blamed = [
        n
        for n in empty
        if (n in line and not OPTIONAL.search(n) and filler.knows(n)) or _named(n, str(error))
    ]  # fmt: skip
    asked = re.findall(r"--([\w-]+)", str(error))
    blamed += [n for n, v in filler.options.items() if v is False and n.replace("_", "-") in asked and n not in tried]
    if blamed:
        return _more(run, "arguments", blamed)
    likely = [n for n in empty if LIKELY.search(n)]
    if not likely or run.spec.learned.get("all arguments"):
        return None
    return {**_more(run, "arguments", likely), "all arguments": True}


def _named(name: str, text: str) -> bool:
    """Does a text speak of an argument, by its name or by all of its words?"""
    words = [w for w in re.split(r"[_-]", name.lower()) if len(w) > 1]
    return name in text or bool(words and all(re.search(rf"\b{re.escape(w)}", text.lower()) for w in words))


def _words_of_line(run: Run, error: BaseException) -> set[str]:
    """The names in the statement of the script's that failed."""
    own = [f for f in traceback.extract_tb(error.__traceback__) if run.code.owns(f.filename)]
    if not own:
        return set()
    place = own[-1]
    try:
        with open(place.filename, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return set()
    row = place.lineno or 0
    around = [n for n in ast.walk(tree) if isinstance(n, ast.stmt) and n.lineno <= row <= (n.end_lineno or 0)]
    if not around:
        return set()
    inner = max(around, key=lambda n: n.lineno)
    return {n.attr for n in ast.walk(inner) if isinstance(n, ast.Attribute)} | {
        n.id for n in ast.walk(inner) if isinstance(n, ast.Name)
    }


def _more(run: Run, key: str, found: list[Any]) -> Learned:
    """What was learned, with what was known before."""
    return {key: sorted({*run.spec.learned.get(key, ()), *found})}


def _frames(error: BaseException) -> list[FrameType]:
    trace = error.__traceback__
    found = []
    while trace is not None:
        found.append(trace.tb_frame)
        trace = trace.tb_next
    return found
