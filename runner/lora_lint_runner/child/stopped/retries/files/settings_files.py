"""Files of settings that a script does not find, and those that turn out to hold rows."""

from __future__ import annotations

import json
import os
import re

from ....context import Run
from ....frames import OURS
from ....stand_in.made_up.suffixes import suffix_of
from ..learning import Learned, frames
from .missing_files import SAVED, missing_path

SECTIONS = (".ini", ".cfg", ".conf")  # which configparser does without, where they are not there
KINDS = (".yaml", ".yml", ".toml", ".json", *SECTIONS)
CALLED_SO = re.compile(r"config|cfg|setting|param|args|recipe", re.I)


def missing(run: Run, error: BaseException) -> Learned | None:
    """A file of settings: the project's own one that fits, or one with what the script asks of it."""
    name = missing_path(error) or _without(run, error) or _worded(run, error)
    given = "settings" in run.spec.learned or run.met.settings_given
    if isinstance(error, KeyError) and given and error.args[:1] != ():
        known_word = error.args[0] in run.hints.strings and "settings made" not in run.spec.learned
        return {"settings made": True} if known_word else None
    if name is None or suffix_of(name) not in KINDS:
        return None
    if os.path.basename(name) in SAVED and not _of_the_script(run, error, name):
        return None
    path = os.path.relpath(name, run.spec.cwd) if os.path.isabs(name) else name
    known = run.spec.learned.get("settings", [])
    plain = suffix_of(name) == ".json" and not CALLED_SO.search(path)
    data = plain or path in run.spec.learned.get("no settings", ())
    return None if data or path in known else {"settings": [*known, path]}


def _of_the_script(run: Run, error: BaseException, name: str) -> bool:
    """Is a `config.json` the script's own, and none that a model has? It is opened before anything is trained, by the
    script itself, where this lies or in a folder that is called after settings."""
    if os.path.basename(name) != "config.json" or run.met.trained:
        return False
    folder = os.path.dirname(os.path.join(run.spec.cwd, name))
    homes = {os.path.realpath(home) for home in (run.spec.cwd, run.spec.work, os.path.dirname(run.spec.script))}
    opening = [f.f_code.co_filename for f in frames(error) if not f.f_code.co_filename.startswith(OURS)]
    own = bool(opening) and run.code.owns(opening[-1])
    placed = os.path.realpath(folder) in homes or CALLED_SO.search(os.path.basename(folder)) is not None
    return own and placed and not any(os.path.exists(os.path.join(folder, other)) for other in SAVED)


def _without(run: Run, error: BaseException) -> str | None:
    """A file of sections that was not there when it was read, and of which something is lacking now."""
    lacks = isinstance(error, KeyError) or type(error).__name__ in ("NoSectionError", "NoOptionError")
    read = frames(error)[-1].f_globals.get("__name__") == "configparser"
    return next((p for p in run.met.looked_for if suffix_of(p) in SECTIONS), None) if lacks and read else None


def _worded(run: Run, error: BaseException) -> str | None:
    """One that was looked for in vain, and that the script itself then says it lacks."""
    looked_for = dict.fromkeys(reversed(run.met.looked_for))
    return next((p for p in looked_for if suffix_of(p) in KINDS and os.path.basename(p) in str(error)), None)


def of_rows(run: Run, error: BaseException) -> Learned | None:
    """What was taken for settings, by its name, and holds a list that the script works on as no list of settings is
    worked on."""
    known = run.spec.learned.get("settings", [])
    path = next((p for p in reversed(known) if suffix_of(p) == ".json" and _holds_a_list(run, p)), None)
    if path is None or not isinstance(error, (AttributeError, TypeError)):
        return None
    return {
        "settings": [p for p in known if p != path],
        "no settings": [*run.spec.learned.get("no settings", ()), path],
    }


def _holds_a_list(run: Run, path: str) -> bool:
    """Of what was made up for it: a loop goes through a part of it, or through all."""
    try:
        with open(os.path.join(run.spec.cwd, path), encoding="utf-8") as file:
            held = json.load(file)
    except (OSError, ValueError):
        return False
    return any(isinstance(part, list) for part in (held.values() if isinstance(held, dict) else [held]))
