"""Folders of models, and of data sets on disk, that a script looks into or asks for before it loads from them."""

from __future__ import annotations

import os
import re
import traceback

from ....carried import carried
from ....context import Run
from ....stand_in.made_up.suffixes import suffix_of
from ....stand_in.models.model_names import by_name
from ..learning import Learned
from .missing_files import LOOKS, blamed, missing_path
from .patterns import DATA, MODEL

# of a published checkpoint (`mamba-2.8b-hf`, `whisper-small`)
_SIZE = re.compile(r"(?<![a-z\d.])(\d+(\.\d+)?[bm]|tiny|mini|small|base|medium|large|huge)(?![a-z\d])", re.I)
_ADAPTER = re.compile(r"adapter|lora|checkpoint|ckpt", re.I)  # for which a model would be no stand-in


def looked_into(run: Run, error: BaseException) -> Learned | None:
    """Folders of models that a script looks into before it loads from them."""
    path = missing_path(error)
    looks = any(LOOKS.search(f.line or "") for f in traceback.extract_tb(error.__traceback__))
    known = run.spec.learned.get("model folders", [])
    new = carried(run, path) if path is not None and looks and _of_a_model(run, path) else None
    return {"model folders": [*known, new]} if new is not None and new not in known and not run.met.trained else None


def called_so(run: Run, error: BaseException) -> Learned | None:
    """Folders that are called as a published checkpoint is, and for which a script asks before it loads from them."""
    known = run.spec.learned.get("model folders", [])
    asked = [p for p in blamed(run, error) if not suffix_of(p) and _names_checkpoint(os.path.basename(p))]
    new = [n for n in (carried(run, p) for p in asked) if n not in known and not DATA.search(n)]
    return {"model folders": [*known, *new]} if new and not run.met.trained else None


def _names_checkpoint(name: str) -> bool:
    return bool(_SIZE.search(name)) and not _ADAPTER.search(name) and by_name(name) is not None


def chosen_from(run: Run, error: BaseException) -> Learned | None:
    """Folders of which a script takes one by its place: `sorted(Path("models").glob("*"))[0]`."""
    known = run.spec.learned.get("models within", [])
    folders = [os.path.dirname(p) for p in blamed(run, error) if os.path.basename(p) == "*"]
    new = [n for n in (carried(run, p) for p in folders if _of_a_model(run, p)) if n not in known]
    return {"models within": [*known, *new]} if new and not run.met.trained and not _ADAPTER.search(new[0]) else None


def _of_a_model(run: Run, path: str) -> bool:
    """Does a folder of the user's sound like one of a model? Those of the run itself are called as it is."""
    own = path.startswith(run.spec.box + os.sep) and not path.startswith(run.spec.work + os.sep)
    return not own and not suffix_of(path) and bool(MODEL.search(carried(run, path)))


def taken_for_there(run: Run, error: BaseException) -> Learned | None:
    """Folders of models, and of data that is loaded from disk: the loading makes them, so the question whether they are
    there is answered with yes."""
    known = run.spec.learned.get("there", [])
    loads = run.spec.makes_up_rows and "disk" in run.hints.read
    folders = [p for p in blamed(run, error) if not suffix_of(p) and "*" not in p]
    new = [n for n in (carried(run, p) for p in folders if loads or _of_a_model(run, p)) if n not in known]
    return {"there": sorted({*known, *new})} if new and not run.met.trained else None
