"""What the script asks of its environment and this one lacks: a name of an older release, a package."""

from __future__ import annotations

import os
import traceback

from ...context import Run
from ...observe import saves
from ...stand_in import absent
from ...stand_in.older import local_rank, releases
from . import beside
from .learning import Learned


def older(run: Run, error: BaseException) -> Learned | None:
    """The names of an older release, as far as there is something to bring back."""
    from ...stand_in.older import taking

    entry = releases.entry_of(error)
    if entry is None or not taking.known(entry):
        return None
    text = releases.said(error) or f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
    found = _lacking(run, error, entry, text, releases.certain(entry))
    if found is not None:
        found["lacking"] += [e for e in beside.lacking(run, error, entry) if e not in found["lacking"]]
    return found


def package(run: Run, error: BaseException) -> Learned | None:
    """A package that is not installed, and that nothing is known of: whether the rest can do without."""
    name = absent.absent_package(error)
    if (
        name is None
        or name in releases.LIBRARIES
        or name in releases.RELEASES["training"]
        or not run.code.owns(absent.importer(error))
    ):
        return None
    return _lacking(run, error, {"kind": "package", "home": name, "name": name}, absent.install_it(name), True)


def rank(run: Run) -> Learned | None:
    """The number of the process, which a script asks for that trained, came to its end and saved nothing."""
    asked, known = run.met.rank_asked, run.spec.learned.get("lacking", [])
    saved = not run.journal.kinds.isdisjoint(saves.KINDS)
    if asked is None or saved or not run.events.steps or any(e["kind"] == local_rank.KIND for e in known):
        return None
    if any(site.skipped for site in run.spec.sites):
        return None  # the linter tells of it, and its fix is what another attempt would try
    text = f"{os.path.basename(asked['filename'])}:{asked['row']}: local_rank of TrainingArguments stays -1 since "
    text += "transformers 5 unless --local_rank is given, so what asks for 0 saves nothing; now local_process_index"
    entry = {"kind": local_rank.KIND, "home": "transformers", "name": "local_rank", "text": text, "harmless": False}
    return {"lacking": [*known, entry]}


def _lacking(run: Run, error: BaseException, entry: releases.Entry, text: str, harmless: bool) -> Learned | None:
    """What comes after it can still be looked at. `harmless` is what stops a script for a known reason, and before
    there is an adapter to lose."""
    so_far = run.spec.learned.get("lacking", [])
    if any({**e, **entry} == e for e in so_far):
        return None
    own = [f for f in traceback.extract_tb(error.__traceback__) if run.code.owns(f.filename)]
    place = f"{os.path.basename(own[-1].filename)}:{own[-1].lineno}: " if own else ""
    lost = bool(run.met.trained) and "saved" not in run.journal.kinds
    return {"lacking": [*so_far, {**entry, "text": place + text, "harmless": harmless and not lost}]}
