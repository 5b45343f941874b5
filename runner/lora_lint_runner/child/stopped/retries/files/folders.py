"""Made-up folders that need folders in them: one for each class, by the names that the script knows."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from ....context import Run
from ....spec import MADE_UP_STEPS
from ....stand_in.made_up.suffixes import CLASS, CLASSES, PICTURES, ROWS, SOUNDS, suffix_of
from ....steering.passing import is_model
from ..learning import Learned, at_work, frames, names_in, own_frames, used
from .missing_files import EMPTY

MOST = 16
TOO_MANY = "Sample larger than population"  # random.sample, Python 3.11
LISTS = re.compile(r"listdir|scandir|iterdir|walk|i?r?glob|(image|audio|video|dataset)folder", re.I)


def deeper(run: Run, error: BaseException) -> Learned | None:
    """A folder of classes, where a folder of files does not do: for a script that looks at what there is, not for one
    that knows its files by name."""
    said = (*run.hints.attributes, *run.hints.imports, *run.hints.strings)
    if not any(LISTS.fullmatch(name.rsplit(".", 1)[-1]) for name in said):
        return None
    files = run.spec.learned.get("files", [])
    flat = [f for f in files if f.lower().endswith((*PICTURES, *SOUNDS)) and CLASS not in f]
    blamed = isinstance(error, NotADirectoryError) or (EMPTY.search(str(error)) and not isinstance(error, ImportError))
    if not flat or not blamed or "paths" in run.spec.learned or run.met.trained or any(CLASS in f for f in files):
        return None
    if MADE_UP_STEPS in run.spec.learned or any(map(is_model, at_work(run, error).values())):
        return None  # it has come to what a model makes of the pictures
    moved = [os.path.join(os.path.dirname(f), CLASS, os.path.basename(f)) for f in flat]
    return {"files": sorted({*files, *moved} - set(flat))}


def drawn(run: Run, error: BaseException) -> Learned | None:
    """As many folders as a script draws from those that there are: `random.sample(clients, 8)`."""
    learned = run.spec.learned
    names = learned.get("folders", CLASSES)
    if TOO_MANY not in str(error) or not any(CLASS in f for f in learned.get("files", ())):
        return None
    held = frames(error)[-1].f_locals  # of `random.Random.sample`
    there, wanted = held.get("population"), held.get("k")
    of_folders = isinstance(there, Sequence) and len(there) == len(names)
    if not of_folders or not isinstance(wanted, int) or not len(names) < wanted <= MOST:
        return None
    return {"folders": [*names, *map(str, range(len(names), wanted))]}


def named(run: Run, error: BaseException) -> Learned | None:
    """Classes by other names: those of a list or a table that the failing function works with."""
    learned = run.spec.learned
    if "folders" in learned or not any(CLASS in f for f in learned.get("files", ())):
        return None
    own = own_frames(run, error)
    for kinds in ((list, tuple, set), (dict,)):
        for frame in reversed(own):
            held = names_in(frame)
            for value in (held.get(name) for name in used(frame.f_code)):
                if isinstance(value, kinds) and len(value) > 1 and all(_word(v) for v in value):
                    return {"folders": [str(v) for v in value][:MOST]}
    return None


def _word(value: object) -> bool:
    short = isinstance(value, str) and 0 < len(value) < 60 and os.sep not in value and any(map(str.isalnum, value))
    return short and suffix_of(str(value)) not in (*ROWS, *PICTURES, *SOUNDS)  # those are files
