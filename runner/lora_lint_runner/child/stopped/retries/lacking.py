"""What the script asks of its environment and this one lacks: a name of an older release, a package."""

from __future__ import annotations

import ast
import importlib.util
import os
import traceback
from typing import Any

from ...context import Run
from ...stand_in import absent, local_rank, releases
from .learning import Learned, statement


def older(run: Run, error: BaseException) -> Learned | None:
    """The names of an older release, as far as there is something to bring back."""
    from ...stand_in import older_releases

    entry = releases.entry_of(error)
    if entry is None or not older_releases.known(entry):
        return None
    text = releases.said(error) or f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
    found = _lacking(run, error, entry, text, releases.certain(entry))
    if found is not None and entry["kind"] == "name":
        found["lacking"] += [e for e in _beside(run, error, entry) if e not in found["lacking"]]
    return found


def _beside(run: Run, error: BaseException, entry: releases.Entry) -> list[Any]:
    """What else the same file imports in vain: so that not every name costs an attempt of its own."""
    from ...stand_in import older_releases

    found = statement(run, error)
    place = next((f for f in reversed(traceback.extract_tb(error.__traceback__)) if run.code.owns(f.filename)), None)
    if not isinstance(found, ast.ImportFrom) or place is None:
        return []
    imports = [s for s in _tree(place.filename).body if isinstance(s, ast.ImportFrom) and not s.level and s.module]
    entries: list[Any] = []
    for line in [found, *(s for s in imports if s.lineno > found.lineno)]:
        home = line.module or ""
        module = older_releases.resolved(home) if home.split(".")[0] in releases.LIBRARIES else None
        for name in [a.name for a in line.names if a.name not in ("*", entry["name"])] if module else ():
            lack: releases.Entry = {"kind": "name", "home": home, "name": name}
            if not _there(module, name) and older_releases.known(lack):
                where = f"{os.path.basename(place.filename)}:{line.lineno}: " if line is not found else ""
                entries.append({**lack, "text": where + releases.said_name(lack), "harmless": releases.certain(lack)})
    return entries


def _tree(filename: str) -> ast.Module:
    try:
        with open(filename, "rb") as file:
            return ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def _there(module: Any, name: str) -> bool:
    try:
        if hasattr(module, name) or not hasattr(module, "__path__"):
            return hasattr(module, name)
        return importlib.util.find_spec(f"{module.__name__}.{name}") is not None
    except Exception:  # a name that is there and does not load
        return True


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
    asked, known = run.parts.get("rank asked"), run.spec.learned.get("lacking", [])
    saved = {"saved", "weights_saved", "merged_copy_saved"} & run.journal.kinds
    if asked is None or saved or not run.parts["events"].steps or any(e["kind"] == local_rank.KIND for e in known):
        return None
    text = f"{os.path.basename(asked['filename'])}:{asked['row']}: local_rank of TrainingArguments is always -1 since "
    text += "transformers 5, so what asks for 0 saves nothing; now local_process_index"
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
    lost = bool(run.parts.get("trained")) and "saved" not in run.journal.kinds
    return {"lacking": [*so_far, {**entry, "text": place + text, "harmless": harmless and not lost}]}
