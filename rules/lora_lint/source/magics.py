"""IPython's own syntax in notebook cells: magics, shell commands and help, turned into Python that keeps every row."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from lora_lint.source.syntax import is_python

# what stands behind it in a comment is the line as the cell has it; the mark is one that nobody writes
_MARK = "#\u2063"
_BEHIND = f"  {_MARK}"
# few files are notebooks, so that these are compiled where they are asked for
_LINE = r"^(?P<indent>[ \t]*)(?P<rest>[!%?].*|[\w.\[\]'\"]+\?{1,2}[ \t]*)$"
_AUTOMATIC = (
    r"^(?P<indent>)(?P<rest>(?:pip|conda|uv|cd|ls|ll|cat|cp|mv|rm|rmdir|mkdir|pwd)(?![ \t]*[=(.\[,:])(?:[ \t].*)?)$"
)
_ASSIGNED = r"^(?P<indent>[ \t]*)(?P<targets>[\w., \t\[\]'\"]+?)[ \t]*=[ \t]*[!%](?!=).*$"
_CELL = r"^%%(?P<name>\w+)"
_TIMED = r"^(?P<indent>[ \t]*)(?P<magic>%time[ \t]+)(?P<code>[^-\s].*)$"
_HIDDEN = rf"(?:pass(?:;[^\r\n]*?)?|[^\r\n=]+=[ \t]*get_ipython\(\))[ \t]*{_MARK}(?P<line>[^\r\n]*)"

# calls at the end of a cell that end the kernel: whoever works with the notebook goes on with the next one
_RESTARTS = ("os._exit(", "os.kill(os.getpid()", "exit()", "quit()", "get_ipython().kernel.do_shutdown(")

# cell magics whose body is Python that runs in the notebook's namespace
PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "heat", "scalene", "debug"})


def without_magics(text: str) -> str:
    """A cell as Python, with as many lines. `restored` undoes it."""
    lines = text.split("\n")
    magic = _cell_magic(lines)
    if magic is not None and magic not in PYTHON_CELLS:
        return hidden(text)
    if is_python(text):
        return _without_restart(text)
    begun = 0  # the first line of the statement that the line at hand belongs to
    for index, line in enumerate(lines):
        if re.match(_LINE, line) or re.match(_ASSIGNED, line) or re.match(_AUTOMATIC, line):
            if _open_ended("\n".join(lines[begun:index])):
                continue
            lines[index] = _replaced(line)
            begun = index + 1
            while lines[index].rstrip("\r").endswith("\\") and index + 1 < len(lines):  # a shell command goes on
                index += 1
                indent = line[: len(line) - len(line.lstrip())]
                lines[index] = _hidden(indent, lines[index].removeprefix(indent), lines[index])
                begun = index + 1
    return _without_restart("\n".join(lines))


def unindented(text: str) -> tuple[str, str]:
    """A cell without the indentation of its first line, which IPython takes from all lines that have it; and that."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return "\n".join(line.removeprefix(indent) for line in text.split("\n")), indent


def _without_restart(text: str) -> str:
    """A cell without a last statement that has the kernel start anew: `os._exit(0)` behind what is installed."""
    body, _, last = text.rstrip().rpartition("\n")
    if not last.startswith(_RESTARTS) or not is_python(body) or not is_python(last):
        return text
    start = len(text.rstrip()) - len(last)
    return text[:start] + _hidden("", last, last) + text[start + len(last) :]


def _cell_magic(lines: list[str]) -> str | None:
    first = next((line for line in lines if line.strip()), "")
    magic = re.match(_CELL, first)
    return magic["name"] if magic is not None else None


def begins_with_magic(text: str) -> bool:
    """Is the first line of a cell a magic for all of it? It must stay the first."""
    return _cell_magic(text.split("\n")) is not None


def hidden(text: str) -> str:
    """A cell that is no Python, with as many lines. `restored` undoes it."""
    return "\n".join(_hidden("", line, line) if line.strip() else line for line in text.split("\n"))


def _replaced(line: str) -> str:
    assigned = re.match(_ASSIGNED, line)
    if assigned is not None:
        return f"{assigned['indent']}{assigned['targets']} = get_ipython(){_BEHIND}{line[len(assigned['indent']) :]}"
    timed = re.match(_TIMED, line)
    if timed is not None:  # its statement runs, and stays in its columns
        indent, magic, code = timed.groups()
        return f"{indent}{'pass;'.ljust(len(magic))}{code}{_BEHIND}{magic}{code}"
    found = re.match(_LINE, line) or re.match(_AUTOMATIC, line)
    assert found is not None
    return _hidden(found["indent"], found["rest"], line)


def _hidden(indent: str, rest: str, line: str) -> str:
    return line if line.startswith(_MARK) else f"{indent}pass{_BEHIND}{rest}"


def shown(line: str) -> str:
    """A line of the Python that was made of a cell, without the magic that is kept behind it."""
    return line.partition(_BEHIND)[0]


def restored(text: str) -> str:
    """Code from a cell, with its magics as the cell has them."""
    return re.sub(_HIDDEN, lambda match: match["line"], text) if _MARK in text else text


def commands(text: str) -> Iterator[tuple[int, str]]:
    """The magics and shell commands in the Python that was made of cells, each with the row it begins in."""
    begun, command = 0, ""
    for row, line in enumerate(text.split("\n") if _MARK in text else [], 1):
        found = re.search(_HIDDEN, line)
        if found is None:
            command = ""
            continue
        begun, command = (begun, command) if command else (row, "")
        command += found["line"].strip()
        if command.endswith("\\"):  # it goes on in the next row
            command = command[:-1] + " "
        else:
            yield begun, command
            command = ""


def _open_ended(text: str) -> bool:
    """Does the text end inside a bracket, a string over several lines, or behind a backslash?"""
    if text.rstrip("\r").endswith("\\"):
        return True
    try:
        for _ in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
            pass
    except tokenize.TokenError as error:
        return re.search("EOF|triple-quoted", str(error)) is not None
    except SyntaxError:
        return False
    return False
