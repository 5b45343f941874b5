"""Arguments as the project itself gives them: those of its command line for this script, where the user gave none.

What such a line says is kept, but for files of data that are not there: these are made up as for any other argument;
and for options that an earlier attempt found to be needed otherwise: a switch without which there is no adapter.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from typing import Any

from ...context import Run
from ...reading.command_lines import CommandLine, command_lines
from ..older.arguments import NEW_NAMES
from .recipes import recipe
from .values import INPUT, MODEL, OUT, SETTINGS, SUFFIXES, Filler, is_switch

ELSEWHERE = re.compile(  # what is written where, and how it is spread over machines: not the script's course
    r"^(output|out|save|log(ging)?|cache|run|work|result|results|export|checkpoint|ckpt)_?(dir|path|folder|directory|root)$"
    r"|^(output|cache|deepspeed|deepspeed_config|fsdp|fsdp_\w+|resume|resume_from_checkpoint|local_rank|nnodes)$",
    re.I,
)
COLUMN = re.compile(r"^--?\w*?_?(column|field|col|key)(_name)?$")
LENGTH = re.compile(r"(seq|block|chunk|cutoff|model_max|max_(seq|source|target|prompt)?)\w*?_?(len|length|size)$")
LONG = 256
MOST_TRIED = 2
SHOWN = 160
OPTION = re.compile(r"^-{0,2}([A-Za-z_][\w.-]*)=(.+)$", re.S)


def told(run: Run, filler: Filler) -> list[str]:
    """The words of the project's own command line; none where it has no other than those that were tried."""
    place = run.spec.learned.get("command", 0)
    lines = command_lines(run.spec.script, run.spec.work)[:MOST_TRIED] if run.spec.argv is None else []
    run.met.told = place < len(lines)
    if place >= len(lines):
        return recipe(run) if run.spec.argv is None and not lines else []
    line = lines[place]
    run.met.told_columns = list(_columns(line.words))
    left_open = {option.lstrip("-").replace("-", "_") for option in line.left_open}
    run.met.told_open = {name for name in left_open if filler.knows(name) and not ELSEWHERE.search(name)}
    words = list(_there(run, filler, line))
    text = " ".join(words)
    said = text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " ..."
    run.neutral(f"no arguments were given: those in {os.path.relpath(line.file, run.spec.work)}: {said}")
    run.journal.line({"kind": "told", "words": words})
    return words


def _columns(words: tuple[str, ...]) -> Iterator[str]:
    """The columns that are named: `--prompt_column input`."""
    for option, value in zip(words, (*words[1:], "")):
        name, _, same = option.partition("=")
        if COLUMN.search(name) and (same or value).isidentifier():
            yield same or value


def _there(run: Run, filler: Filler, line: CommandLine) -> Any:
    learned, option = {*run.spec.learned.get("arguments", ()), *run.spec.learned.get("off", ())}, ""
    for word in line.words:
        named = OPTION.match(word)
        if word.startswith("-"):
            option = word.lstrip("-").partition("=")[0]
        name = (option or (named.group(1) if named else "")).replace("-", "_")
        if ELSEWHERE.search(name) or name in learned:
            continue
        if named is not None:
            yield word[: named.start(2)] + _present(run, filler, line, named.group(1), named.group(2))
        else:
            yield word if word.startswith("-") else _present(run, filler, line, option, word)


def _present(run: Run, filler: Filler, line: CommandLine, name: str, value: str) -> str:
    """The value of an option; a path that leads somewhere from where the command is said, in full. Lengths are those
    that a laptop can bear."""
    if LENGTH.search(name) and value.isdigit() and int(value) > LONG:
        return str(LONG)
    suffix = os.path.splitext(value)[1].lstrip(".").lower()
    if os.sep not in value and suffix not in SUFFIXES:
        return value
    for folder in (run.spec.cwd, line.folder, os.path.dirname(run.spec.script)):
        path = os.path.normpath(os.path.join(folder, value))
        if os.path.exists(path):
            return value if folder == run.spec.cwd else path
    name = name.replace("-", "_").rsplit(".", 1)[-1]
    is_path = suffix in SUFFIXES or value.startswith((".", "~", os.sep)) or value.count(os.sep) > 1
    of_model = MODEL.search(name) and not INPUT.search(name.replace("path", ""))
    if not is_path or of_model or not INPUT.search(name) or SETTINGS.search(name) or OUT.search(name):
        return value
    return filler.data(name, suffix if suffix in SUFFIXES else None)


def renamed(parser: Any, words: list[str]) -> list[str]:
    """Words with the options of older releases under the names that they have now."""
    known = parser._option_string_actions
    found = []
    for word in words:
        name, equals, value = word.partition("=")
        now = "--" + NEW_NAMES.get(name.lstrip("-"), "")
        found.append(now + equals + value if name.startswith("--") and name not in known and now in known else word)
    return found


def worded(parser: Any, words: list[str]) -> list[str]:
    """Words with one more for each switch that took none in older releases, and now may be neither on nor off: the
    `--bf16` of trl (1.16), whose default is None."""
    actions = parser._option_string_actions
    found = []
    for word, following in zip(words, [*words[1:], "--"]):
        action = actions.get(word)
        bare = following.startswith("--") and action is not None and action.nargs is None and is_switch(action.type)
        found += [word, "True"] if bare else [word]
    return found


def left_out(run: Run, parsed: tuple[Any, list[str]]) -> tuple[Any, list[str]]:
    """What was parsed without the words that the parser does not know: an older or a newer line than the script."""
    if not parsed[1] or not run.met.told:
        return parsed
    _say_unknown(run, parsed[1])
    return parsed[0], []


def _say_unknown(run: Run, words: list[str]) -> None:
    run.neutral(f"arguments that the script does not know: {' '.join(words)[:SHOWN]}: left out")


def open_to(run: Run, component: Any, words: list[str]) -> list[str]:
    """Words without those for parameters that have a value of their own, as what the analysis predicts goes by these,
    and those that the function does not take."""
    parameters = inspect.signature(component).parameters
    own = {n for n, p in parameters.items() if p.default not in (p.empty, None, "")}
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    found, unknown, kept, named = [], [], [], ""
    for word in words:
        if word.startswith("-"):
            named = word.lstrip("-").partition("=")[0].replace("-", "_")
        if named and not takes_any and {named, named.removeprefix("no")}.isdisjoint(parameters):
            unknown.append(word)
        elif named not in own:
            found.append(word)
        else:
            kept.append(word)
    if kept:
        run.neutral(f"arguments for which the function has values of its own: {' '.join(kept)[:SHOWN]}: left out")
    if unknown:
        _say_unknown(run, unknown)
    return found
