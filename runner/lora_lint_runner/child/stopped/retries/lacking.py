"""What the script asks of its environment and this one lacks: a name of an older release, a package, files of data."""

from __future__ import annotations

import io
import os
import re
import sys
import traceback
from typing import Any

from ...carried import carried
from ...context import Run
from ...observe import saves
from ...pointers import holds_nothing
from ...reading.newer_strings import readable
from ...spec import PADS, ROWS, SYNTAX
from ...stand_in import absent
from ...stand_in.made_up.suffixes import DATA, suffix_of
from ...stand_in.models import model_names
from ...stand_in.older import releases, sentences
from ...stand_in.older.arguments import NEW_NAMES
from ...stand_in.older.known import LIBRARIES, RELEASES, Entry, certain, version
from ...stand_in.older.trainers import local_rank, set_names
from ...steering.passing import OF_ROWS
from .. import missed_packages, submodules
from . import beside
from .command_line import patterns
from .files import missing_files, unread
from .learning import Learned, frames

MADE_THERE = re.compile(  # where what is asked for is made up without a file
    r"[/\\]datasets[/\\](load|builder|data_files|io[/\\])|:load_from_disk$|[/\\]torch[/\\]serialization|"
    r"[/\\]safetensors[/\\]torch"
)
PADLESS = "Asking to pad but the tokenizer does not have a padding token"
OVERRIDDEN = ("override", "displaced")
LOOPS = ("_inner_training_loop", "_run_epoch")  # of transformers' Trainer, 5.23 and before
EACH_STEP, LOGS = ("training_step", "compute_loss", "get_batch_samples", "_maybe_log_save_evaluate"), "log"


def older(run: Run, error: BaseException) -> Learned | None:
    """The names of an older release, as far as there is something to bring back."""
    from ...stand_in.older import taking

    entry = releases.entry_of(error)
    if entry is None or not taking.known(entry):
        return None
    if not certain(entry) and run.met.trained and not run.journal.kinds.isdisjoint(saves.KINDS):
        return None  # perhaps a mistake, and nothing is left to be looked at
    text = sentences.said(error) or f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
    found = _lacking(run, error, entry, text, certain(entry))
    if found is not None:
        found["lacking"] += [e for e in beside.lacking(run, error, entry) if e not in found["lacking"]]
    return found


def syntax(run: Run, error: BaseException) -> Learned | None:
    """f-strings of a newer Python, which can be written so that this one reads them."""
    if not isinstance(error, SyntaxError) or not error.filename or not run.code.owns(error.filename):
        return None
    with open(error.filename, encoding="utf-8", errors="replace") as file:
        if sys.version_info >= (3, 12) or readable(file.read()) is None:
            return None
    own = "python " + ".".join(map(str, sys.version_info[:2]))
    text = f"{os.path.basename(error.filename)}:{error.lineno}: {own} does not read this f-string, 3.12 does"
    return _lacking(run, None, {"kind": SYNTAX, "home": "", "name": ""}, text, True)


def package(run: Run, error: BaseException) -> Learned | None:
    """A package that is not installed, and that nothing is known of: whether the rest can do without."""
    name = absent.absent_package(error)
    if name is None or name in LIBRARIES or name in RELEASES["training"] or not run.code.owns(absent.importer(error)):
        return None
    return _package(run, error, name)


def packages(run: Run, error: BaseException) -> Learned | None:
    """The same of those that a script looks for before it begins, and ends itself over."""
    names = missed_packages.of(run, error)
    new = [] if set(names) & set(RELEASES["training"]) else [_package(run, error, name) for name in names]
    entries = [found["lacking"][-1] for found in new if found is not None]
    return {"lacking": [*run.spec.learned.get("lacking", []), *entries]} if entries else None


def padding(run: Run, error: BaseException) -> Learned | None:
    """A token to pad with, which the tokenizers of a family lack, of a model that somebody has trained further: many
    add one then, and nothing here tells."""
    if not isinstance(error, ValueError) or not str(error).startswith(PADLESS):
        return None
    named = (getattr(frame.f_locals.get("self"), "name_or_path", None) for frame in reversed(frames(error)))
    name = next((n for n in named if isinstance(n, str) and n), None)
    if name is None or model_names.as_published(name):
        return None
    name = _called(run, name)
    text = f"the tokenizer of {name} is not here: it is taken to have a token to pad with"
    return _lacking(run, error, {"kind": PADS, "home": "", "name": name}, text, True)


def _called(run: Run, place: str) -> str:
    """A model as the next attempt knows it, whose folders are others: by its id, or by the end of its path."""
    made = run.hub.places.items() if run.hub is not None else ()
    name = next((n for n, folder in made if os.path.realpath(folder) == os.path.realpath(place)), place)
    return os.sep.join(name.split(os.sep)[-2:]) if os.path.isabs(name) else name


def data(run: Run, error: BaseException) -> Learned | None:
    """Files of data that are not here: rows are made up in their place, where nobody has said that none are to be."""
    by_pattern = patterns.found_by(run, error) if _may_make_up(run) else None
    if by_pattern is not None:
        return {**(_rows(run, run.met.patterns[-1], error) or {}), **by_pattern}
    name = missing_files.lacked(run, error) if _may_make_up(run) else None
    found = _rows(run, name, error) if name is not None else None
    reading = [f"{f.filename}:{f.name}" for f in traceback.extract_tb(error.__traceback__)]
    if found is None or run.met.databases or any(map(MADE_THERE.search, reading)):
        return found
    return {**found, **(missing_files.files(run, error) or {})}  # the next attempt would stop at the same place


def history(run: Run, error: BaseException | None = None) -> Learned | None:
    """The commits of a repository that is not here, which a script has asked git for and trains on."""
    for_want = error is None or isinstance(error, (*OF_ROWS, AssertionError, SystemExit))
    if not run.met.histories or not for_want or not _may_make_up(run) or run.events.steps:
        return None
    text = f"git: the history of {run.code.named(run.met.histories[0])} is not here; commits are made up in its place"
    return _lacking(run, error, {"kind": ROWS, "home": "", "name": ""}, text, True)


def contents(run: Run, error: BaseException) -> Learned | None:
    """The same of the project's own files that hold nothing to read: empty ones, and those that git-lfs keeps."""
    if run.spec.made_up_rows is False or isinstance(error, (ImportError, SyntaxError)):
        return None
    known = run.spec.learned.get("files", [])
    new = [n for n in (carried(run, p) for p in _hollow(run, error)) if n not in known]
    entry = {"kind": ROWS, "home": "", "name": ""}
    text = f"{os.path.basename(new[0])} holds nothing; {missing_files.ROWS_MADE}" if new else ""
    found = _lacking(run, error, entry, text, True) if new else None
    return {**found, "files": sorted({*known, *new})} if found is not None else None


def _hollow(run: Run, error: BaseException) -> list[str]:
    """Those of which what was at work when the script stopped has the path; not what the run itself has left so."""
    held = [value for frame in frames(error) for value in frame.f_locals.values()]
    named = [getattr(v, "name", None) if isinstance(v, io.IOBase) else v for v in held]
    paths = [os.path.abspath(p) for p in named if isinstance(p, (str, os.PathLike)) and suffix_of(os.fspath(p)) in DATA]
    there = [p for p in dict.fromkeys(paths) if p.startswith(run.spec.work + os.sep) and holds_nothing(p)]
    return [p for p in there if os.path.getmtime(p) < run.events.moved.begun]


def data_unread(run: Run) -> Learned | None:
    """The same, after a run that looked for them in vain, came to its end and trained nothing."""
    by_pattern = patterns.found_by(run) if _may_make_up(run) else None
    if by_pattern is not None:
        return {**(_rows(run, run.met.patterns[-1], None) or {}), **by_pattern}
    names = unread.data(run) if _may_make_up(run) else []
    return _rows(run, run.code.named(names[0]), None) if names else None


def _may_make_up(run: Run) -> bool:
    return run.spec.made_up_rows is None and not run.spec.makes_up_rows


def _package(run: Run, error: BaseException, name: str) -> Learned | None:
    path = submodules.lacked(run, error)
    text = f"{path} is {submodules.GET_IT}" if path is not None else absent.install_it(name)
    return _lacking(run, error, {"kind": "package", "home": name, "name": name}, text, True)


def _rows(run: Run, name: str, error: BaseException | None) -> Learned | None:
    entry = {"kind": ROWS, "home": "", "name": ""}
    made = missing_files.WEIGHTS_KEPT if missing_files.is_weights(run, name) else missing_files.ROWS_MADE
    return _lacking(run, error, entry, f"file not found: {name}; {made}", True)


def rank(run: Run) -> Learned | None:
    """The number of the process, which a script asks for that trained, came to its end and saved nothing."""
    text = "local_rank of TrainingArguments stays -1 since transformers 5 unless --local_rank is given, "
    text += "so what asks for 0 saves nothing; now local_process_index"
    asked = run.met.rank_asked
    return _saves_nothing(run, local_rank.KIND, "local_rank", asked, text) if asked is not None else None


def set_in_vain(run: Run) -> Learned | None:
    """A training argument that such a script sets under an older name."""
    for name, place in run.met.set_in_vain.items():
        text = f"TrainingArguments of transformers {version('transformers')} have no {name}, "
        text += f"so nothing reads what is set there; now {NEW_NAMES[name]}"
        if found := _saves_nothing(run, set_names.KIND, name, place, text):
            return found
    return None


def _saves_nothing(run: Run, kind: str, name: str, place: dict[str, Any], text: str) -> Learned | None:
    """What is another than in older releases, and may be why a script that trained comes to its end without a save."""
    known: list[Entry] = run.spec.learned.get("lacking", [])
    saved = not run.journal.kinds.isdisjoint(saves.KINDS)
    if saved or not run.events.steps or any((e["kind"], e["name"]) == (kind, name) for e in known):
        return None
    if not run.spec.sites or any(site.skipped for site in run.spec.sites):
        return None  # it has no save; or the linter tells of it, and its fix is what another attempt would try
    text = f"{os.path.basename(place['filename'])}:{place['row']}: {text}"
    entry = {"kind": kind, "home": "transformers", "name": name, "text": text, "harmless": False}
    return {"lacking": [*known, entry]}


def _lacking(run: Run, error: BaseException | None, entry: Entry, text: str, harmless: bool) -> Learned | None:
    """What comes after it can still be looked at. `harmless` is what stops a script for a known reason, and before
    there is an adapter to lose."""
    so_far = run.spec.learned.get("lacking", [])
    if any({**e, **entry} == e for e in so_far):
        return None
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    own = [f for f in frames if run.code.owns(f.filename)]
    place = f"{os.path.basename(own[-1].filename)}:{own[-1].lineno}: " if own else ""
    lost = bool(run.met.trained) and "saved" not in run.journal.kinds and not _goes_on(error, entry)
    return {"lacking": [*so_far, {**entry, "text": place + text, "harmless": harmless and not lost}]}


def _goes_on(error: BaseException | None, entry: Entry) -> bool:
    """Is it a method of the script's trainer that is called while the training goes on, again and again? Then it stops
    a real one at its first steps. A smoke run logs at its last one."""
    method = entry.get("method", "")
    if error is None or entry["kind"] not in OVERRIDDEN or method not in (*EACH_STEP, LOGS):
        return False
    loop = next((f for f in frames(error) if f.f_code.co_name in LOOPS and "trainer" in f.f_code.co_filename), None)
    arguments = getattr(loop.f_locals.get("self"), "args", None) if loop is not None else None
    strategy = getattr(arguments, "logging_strategy", None)
    return loop is not None and (method in EACH_STEP or getattr(strategy, "value", strategy) == "steps")
