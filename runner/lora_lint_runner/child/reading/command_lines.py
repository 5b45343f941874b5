"""How a project starts its script: the command lines in its shell scripts, its README and the script's own header.

They are read, never executed. What only a shell could tell (`$1`, `$(date)`) and what a reader is to fill in
(`<your data>`) is left out.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

SHELL = (".sh", ".bash", ".slurm", ".sbatch", ".pbs")
PROSE = (".md", ".rst")
LAUNCHERS = re.compile(r"python|torchrun|launch|deepspeed|srun|^uv$|^-m$|\$")
OPEN = "\0"  # what cannot be known here
UNKNOWN = re.compile(r"\$\(\([^)]*\)\)|\$\([^)]*\)|`[^`]*`|<[^<>\n|]{1,60}>|\.\.\.|…|\[(?:--|OPTIONS|options)[^\]]*\]")
OPTIONAL = re.compile(r"(?<=\s)(-\S+\s+)?\[[^\[\],'\"]*\](?!\S)")  # `[config.json]` in what is said to people
TO_FILL_IN = re.compile(r"path[/_ -]?to|/path/|your[_-]|\byour\b|\bxxx+\b|^\.*$", re.I)
ASSIGNED = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(\([^)]*\)|\"[^\"]*\"|'[^']*'|[^\s;#]*)", re.M)
LOOPED = re.compile(r"^[ \t]*for[ \t]+(\w+)[ \t]+in[ \t]+([^\s;]+)", re.M)
VARIABLE = re.compile(r"\$\{?(\w+|[@*#?])(?:\[([^\]]*)\])?(?::?-([^}]*))?\}?")
FIRST = "[0]"  # after the name of a list
NUMBERED = re.compile(r"(?<!\S)\d(?=[<>])")  # a stream that is led elsewhere: `2>&1`
STOPS = re.compile(r"^[;&|<>()]+$")
IN_WORDS = re.compile(rf"{STOPS.pattern}|^(or|and|then)$")  # the same in what is said to people
ADAPTED = re.compile(r"lora|peft|adapter|dora", re.I)
OTHERWISE = re.compile(r"(^|[-_=/])(eval|evaluate|predict|infer|inference|test|generate|demo|chat)([-_=/]|$)", re.I)
INSTEAD = re.compile(
    r"(^|[-_])(merge|export|convert|eval\w*|test|predict|infer\w*|generate|plot)[-_]only|(skip|no)[-_]train", re.I
)
COMMAND = re.compile(r"(eval|evaluate|predict|infer|inference|test|generate|demo|chat|serve|export|merge|score)", re.I)
TRAINED = re.compile(r"train|sft|dpo|fine.?tune", re.I)
TRAINS = re.compile(r"(\w+[-_])?(train|sft|dpo|fine[-_]?tune)([-_]\w+)?", re.I)  # beside `sweep`, say
HELP = {"-h", "--help"}
MOST_BYTES, MOST_FILES, MOST_FOLDERS, DEPTH = 200_000, 300, 400, 5


class CommandLine(NamedTuple):
    """The words after the script's name, the file that they are from, and the folder that they are meant to be said
    in; the options that it leaves the reader to fill in."""

    words: tuple[str, ...]
    file: str
    folder: str
    left_open: tuple[str, ...] = ()


def command_lines(script: str, root: str) -> list[CommandLine]:
    """Those that start `script`, the one that tells most of training with an adapter first; one whose command is to do
    something else than to train is none where there are others."""
    texts, alike = _texts(script, root)
    found: dict[tuple[str, ...], tuple[float, CommandLine]] = {}
    for file, text in texts:
        for words, folder, commented in _in_text(text, file, script, root, alike):
            kept, left_open = _known(words)
            if kept and not HELP & set(kept):
                score = _score(kept, words, os.path.relpath(file, root), commented)
                if kept not in found or score > found[kept][0]:
                    found[kept] = score, CommandLine(kept, file, folder, left_open)
    lines = [line for _, line in sorted(found.values(), key=lambda pair: -pair[0])]
    # `predict --adapter out`, beside `train`: it works with an adapter that was trained before
    return [line for line in lines if not COMMAND.fullmatch(line.words[0])] or lines


def _texts(script: str, root: str) -> tuple[list[tuple[str, str]], int]:
    """The files that may hold command lines, with their texts; how many scripts of this name there are."""
    paths, alike = [script], 0
    for count, (folder, inner, names) in enumerate(os.walk(root, followlinks=True)):
        depth = os.path.relpath(folder, root).count(os.sep)
        inner[:] = [] if depth >= DEPTH or count > MOST_FOLDERS else sorted(d for d in inner if not d.startswith("."))
        alike += os.path.basename(script) in names
        paths += [os.path.join(folder, n) for n in sorted(names) if n.endswith(SHELL + PROSE) or n == "Makefile"]
    found = []
    for path in paths[:MOST_FILES]:
        try:
            if os.path.getsize(path) <= MOST_BYTES:
                with open(path, encoding="utf-8", errors="replace") as file:
                    found.append((path, file.read()))
        except OSError:
            continue
    return found, alike


def _in_text(text: str, file: str, script: str, root: str, alike: int) -> Iterator[tuple[list[str], str, bool]]:
    """The words of each command line for the script, with the folder that it is said in; is it a comment?"""
    name = os.path.basename(script)
    module = os.path.splitext(name)[0]
    if name not in text and module not in text:
        return
    text = re.sub(r"\\{1,2}[ \t]*(\r?\n[ \t]*#?|\Z)", " ", text)
    shell = file.endswith(SHELL) or os.path.basename(file) == "Makefile"
    values = _assigned(text) if shell or file.endswith(PROSE) else {}
    folder = os.path.dirname(file)
    for line in text.splitlines():
        moved = re.match(r"\s*cd\s+(\S+)", line)
        if moved:
            folder = os.path.normpath(os.path.join(folder, _expanded(moved.group(1), values)))
        if not re.search(rf"\b{re.escape(module)}\b", line) or (file == script and not LAUNCHERS.search(line)):
            continue
        commented = shell and line.lstrip().startswith("#")
        line = line.replace('"""', " ").replace("'''", " ") if file == script else line
        line = line if shell else OPTIONAL.sub(lambda found: found.group() if found.group(1) else OPEN, line)
        for part in [line] if shell else line.split("`"):
            words = _words(part.strip().lstrip("#$>% "), values)
            place = _place(words, script, root, own=file == script)
            if place is None or not (shell or _started(part, words, place)):
                continue
            home = _said_in(words[place], script, root, (folder, os.path.dirname(file), root))
            if home is not None or alike == 1:
                ends = STOPS if shell else IN_WORDS
                stop = next((i for i, w in enumerate(words) if i > place and ends.match(w)), len(words))
                yield words[place + 1 : stop], home or os.path.dirname(script), commented


def _started(line: str, words: list[str], place: int) -> bool:
    """Is the script started there, not only named with what it is for, as in a list of files?"""
    options = any(word.startswith("-") for word in words[place + 1 : place + 2])
    return LAUNCHERS.search(line) is not None or words[place].startswith("./") or options


def _assigned(text: str) -> dict[str, str]:
    """The variables of a shell script, each with its last value; of a loop, or of a list by a place in it, the
    first."""
    text = UNKNOWN.sub(OPEN, text)
    found: dict[str, str] = {}
    for match in ASSIGNED.finditer(text):
        name, value = match.groups()
        if value.startswith("("):
            listed = _listed(re.sub(r"(^|\s)#.*", "", value[1:-1]))
            found.update({name: shlex.join(listed), name + FIRST: next(iter(listed), "")})
        else:
            found[name] = " ".join(value.strip("\"'").split())
    for name, value in LOOPED.findall(text):
        several = VARIABLE.fullmatch(value.strip("\"'"))
        first = found.get(several.group(1) + FIRST) if several is not None else None
        found.setdefault(name, value if first is None else first)
    return found


def _listed(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _expanded(word: str, values: dict[str, str], depth: int = 0) -> str:
    def value(match: re.Match[str]) -> str:
        name, place, otherwise = match.groups()
        first = values.get(name + FIRST) if place not in (None, "@", "*") else None
        known = first if first is not None else values.get(name, otherwise)
        return OPEN if known is None or depth > 5 else _expanded(known, values, depth + 1)

    return VARIABLE.sub(value, UNKNOWN.sub(OPEN, word))


def _words(line: str, values: dict[str, str]) -> list[str]:
    """A line as a shell would take it apart; none, if it is no line for a shell."""
    reader = shlex.shlex(NUMBERED.sub("", UNKNOWN.sub(OPEN, line)), posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    reader.commenters = "#"
    found: list[str] = []
    try:
        for word in reader:
            if word in ("$@", "$*"):
                continue
            whole = _expanded(word, values)
            several = VARIABLE.fullmatch(word) and whole.lstrip().startswith("-")
            found += shlex.split(whole) if several else [whole]
    except ValueError:
        return []
    return found


def _place(words: list[str], script: str, root: str, own: bool) -> int | None:
    """Where the script's name stands in a command. In its `own` header it is meant wherever it once lay."""
    name = os.path.basename(script)
    path = os.path.relpath(script, root)
    for place, word in enumerate(words):
        plain = word.rsplit(OPEN, 1)[-1].lstrip("./")
        by_path = os.path.basename(word) == name and (own or path == plain or path.endswith(os.sep + plain))
        dotted = os.path.splitext(path)[0].replace(os.sep, ".")
        by_module = place > 0 and words[place - 1] == "-m" and f".{dotted}".endswith(f".{word}")
        if (by_path or by_module) and (not place or any(map(LAUNCHERS.search, words[:place])) or OPEN in words[0]):
            return place
    return None


def _said_in(word: str, script: str, root: str, folders: tuple[str, ...]) -> str | None:
    """The folder from which the word leads to the script. Where it leads to another one first, that one is meant."""
    path = os.path.join(*word.split(".")) + ".py" if not word.endswith((".py", ".ipynb")) else word
    path = path.rsplit(OPEN, 1)[-1].lstrip("/")
    for start in folders:
        folder = start
        while folder == root or folder.startswith(root + os.sep):
            found = os.path.normpath(os.path.join(folder, path))
            if os.path.isfile(found):
                return folder if found == script else None
            folder = os.path.dirname(folder)
    return None


def _known(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words without those that cannot be known here, and the options that these are the values of: left open."""
    kept: list[str] = []
    left_open: list[str] = []
    waiting = False  # the last one kept is an option that may have a value
    for word in words:
        if OPEN in word or (TO_FILL_IN.search(word) and not word.startswith("-")):
            named, equals, _ = word.partition("=")
            names = [kept.pop()] if waiting else []
            left_open += [n for n in (*names, *([named] if equals else [])) if OPEN not in n]
            waiting = False
        else:
            kept.append(word)
            waiting = word.startswith("--") and "=" not in word
    return tuple(kept), tuple(left_open)


def _score(kept: tuple[str, ...], words: list[str], file: str, commented: bool) -> float:
    said = " ".join(kept)
    adapted = bool(ADAPTED.search(said)) * 4 + bool(ADAPTED.search(file)) * 2
    otherwise = any(OTHERWISE.search(w) for w in kept if w.startswith("-")) and not TRAINED.search(said)
    otherwise = otherwise or any(INSTEAD.search(w) for w in kept if w.startswith("-"))
    left_out = len(words) - len(kept)
    adapted += bool(TRAINS.fullmatch(kept[0])) * 8
    return adapted - 3 * otherwise - 2 * commented - min(left_out, 6) / 4 + min(len(kept), 20) / 20
