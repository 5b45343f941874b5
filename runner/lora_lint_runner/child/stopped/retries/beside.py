"""What else of its kind a file lacks, where something stopped it: so that not each costs an attempt of its own."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import os
import traceback
from typing import Any

from ...context import Run
from ...stand_in.older import sentences
from ...stand_in.older.known import LIBRARIES, Entry, certain
from .learning import frames, statement


def lacking(run: Run, error: BaseException, entry: Entry) -> list[Any]:
    """The entries beside the one that an exception is about."""
    if entry["kind"] == "name":
        return _imports(run, error, entry)
    return _keywords(run, error, entry) if entry["kind"] == "keyword" else []


def _keywords(run: Run, error: BaseException, entry: Entry) -> list[Any]:
    """Keywords of an older release that other calls in the file have."""
    frame = next((f for f in reversed(frames(error)) if run.code.owns(f.f_code.co_filename)), None)
    if frame is None:
        return []
    entries: list[Any] = []
    calls = [n for n in ast.walk(_tree(frame.f_code.co_filename)) if isinstance(n, ast.Call)]
    for call in calls:
        called: Any = frame.f_globals.get(call.func.id) if isinstance(call.func, ast.Name) else None
        home, known = str(getattr(called, "__module__", "")), _taken(called)
        if home.split(".")[0] not in LIBRARIES or known is None or not hasattr(called, "__name__"):
            continue
        owner, method = (called.__name__, "__init__") if isinstance(called, type) else ("", called.__name__)
        for name in [k.arg for k in call.keywords if k.arg is not None and k.arg not in known]:
            lack: Entry = {"kind": "keyword", "home": home, "owner": owner, "method": method, "name": name}
            said = sentences.said_keyword(lack) if {**lack} != entry else None
            if said is not None and certain(lack):
                where = f"{os.path.basename(frame.f_code.co_filename)}:{call.lineno}: "
                entries.append({**lack, "text": where + said, "harmless": True})
    return entries


def _taken(called: Any) -> Any:
    """The parameters of a class or a function; None where it takes any, or does not say."""
    try:
        found = inspect.signature(called).parameters if callable(called) else None
    except (TypeError, ValueError):
        return None
    return None if found is None or any(p.kind is p.VAR_KEYWORD for p in found.values()) else found


def _imports(run: Run, error: BaseException, entry: Entry) -> list[Any]:
    """What else the file imports in vain."""
    from ...stand_in.older import taking

    found = statement(run, error)
    place = next((f for f in reversed(traceback.extract_tb(error.__traceback__)) if run.code.owns(f.filename)), None)
    if not isinstance(found, ast.ImportFrom) or place is None:
        return []
    imports = [s for s in _tree(place.filename).body if isinstance(s, ast.ImportFrom) and not s.level and s.module]
    entries: list[Any] = []
    for line in [found, *(s for s in imports if s.lineno > found.lineno)]:
        home = line.module or ""
        module = taking.resolved(home) if home.split(".")[0] in LIBRARIES else None
        for name in [a.name for a in line.names if a.name not in ("*", entry["name"])] if module else ():
            lack: Entry = {"kind": "name", "home": home, "name": name}
            if not _there(module, name) and taking.known(lack):
                where = f"{os.path.basename(place.filename)}:{line.lineno}: " if line is not found else ""
                entries.append({**lack, "text": where + sentences.said_name(lack), "harmless": certain(lack)})
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
