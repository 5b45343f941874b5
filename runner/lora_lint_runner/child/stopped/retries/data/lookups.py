"""Cells of made-up rows that the script looks up in a table of its own, and that are not in there."""

from __future__ import annotations

import ast
import re
from typing import Any

from ....context import Run
from ....stand_in.made_up.cells import kinds
from ....stand_in.made_up.rows import SPEAKING
from ....stand_in.made_up.suffixes import PICTURES, SOUNDS
from ..learning import Learned, frames, named_in, names_in, statement
from .rows import left_none

SPEAKERS = ("human", "gpt", "user", "assistant")
NO_MEMBER = re.compile(r"^'(.*)' is not a valid (\w+)$", re.S)  # of an enumeration
NO_ITEM = re.compile(r"^('.*'|\".*\") is not in list$", re.S)
NO_RECORD = re.compile(r"string indices must be integers|'str' object has no attribute '(get|items|keys|values)'")
NO_FILE = re.compile(r"^There is no item named (['\"].*['\"]) in the archive$", re.S)
SAID = re.compile(r"(?:one of|[Cc]hoose from|[Aa]vailable|[Ss]upported|valid)[^\[({]{0,40}[\[({](.*?)[\])}]", re.S)
QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")
MOST = 64  # values of a column


def values(run: Run, error: BaseException) -> Learned | None:
    """A column whose cells are the keys of a table, the items of a list or the members of an enumeration."""
    cell, home = _missed(error)
    column = _column(run, cell) if cell is not None and run.made_up else None
    known: dict[str, list[Any]] = run.spec.learned.get("looked up", {})
    if column is None or column in known:
        return None
    assert cell is not None
    held = [value for value in _held(run, error, cell, home) if cell not in value]
    there = [[key for key in value if isinstance(key, str)][:MOST] for value in held]
    found = next((keys for keys in there if keys), None)
    return {"looked up": {**known, column: found}} if found else None


def named(run: Run, error: BaseException) -> Learned | None:
    """The same, where the script knows its labels by their names, and a made-up one is a number."""
    number = error.args[0] if isinstance(error, KeyError) and error.args and run.made_up else None
    if type(number) is not int:
        return None
    known: dict[str, list[Any]] = run.spec.learned.get("looked up", {})
    pools = (run.spec.learned.get("columns", ()), run.hints.columns)  # those that it was seen to ask for first
    labels = [[c for c in pool if kinds.by_name(c) == "label" and c not in known] for pool in pools]
    column = next((found[0] for found in labels if len(found) == 1), None)
    tables = [value for value in _held(run, error, "", "") if isinstance(value, dict) and number not in value]
    keys = next(([*table] for table in tables if all(isinstance(key, str) for key in table)), None)
    return {"looked up": {**known, column: keys[:MOST]}} if keys and column is not None else None


def refused(run: Run, error: BaseException) -> Learned | None:
    """The same, where the script says what it knows: `unknown mode 'some words'; expected one of ['cot', 'plain']`."""
    said = (
        SAID.search(str(error)) if isinstance(error, (ValueError, KeyError, AssertionError)) and run.made_up else None
    )
    wanted = [word for pair in QUOTED.findall(said.group(1)) for word in pair if word] if said is not None else []
    known: dict[str, list[Any]] = run.spec.learned.get("looked up", {})
    words = [word for pair in QUOTED.findall(str(error)[: said.start(1)]) for word in pair] if said is not None else []
    column = next((run.met.cells[word] for word in words if word in run.met.cells), None)
    return {"looked up": {**known, column: wanted[:MOST]}} if wanted and column and column not in known else None


def tested(run: Run, error: BaseException) -> Learned | None:
    """The same, where a test has left none of the rows (`if row["lang"] not in config["languages"]: continue`): cells
    are what it compares them with."""
    if not run.made_up or not left_none(run, error):
        return None
    known: dict[str, list[Any]] = run.spec.learned.get("looked up", {})
    new: dict[str, list[Any]] = {}
    for each in run.filters.wanted:
        column, values = each.cell if each.is_column else _column(run, each.cell), each.values
        homes = {run.met.cells[value] for value in values if value in run.met.cells}
        ours = column in homes or len(homes) > 1  # of the made-up rows themselves: a part of the speakers
        if column is not None and column not in known and not ours:
            new.setdefault(column, []).extend(value for value in values if value not in new.get(column, ()))
    return {"looked up": {**known, **new}} if new else None


def fields(run: Run, error: BaseException) -> Learned | None:
    """A column whose cells are records, not texts: with the fields that the failing statement asks them for."""
    held, nodes = _held_on_the_way(run, error), _nodes(run, error)
    known: dict[str, list[str]] = run.spec.learned.get("fields", {})
    asked: dict[str, list[str]] = {}
    lacks = isinstance(error, KeyError) and error.args and isinstance(error.args[0], str)
    if not run.made_up or not (lacks or NO_RECORD.search(str(error))):
        return None
    for node in nodes:
        owner = node.value if isinstance(node, (ast.Subscript, ast.Attribute)) else None
        cell = _value(owner, held) if owner is not None else None
        column = run.met.cells.get(cell) if isinstance(cell, str) and not lacks else None
        if lacks and isinstance(cell, dict):
            column = next((name for name, there in known.items() if set(there) == set(cell)), None)
        if column is not None:
            asked.setdefault(column, []).extend([error.args[0]] if lacks else _asked(node, nodes, held))
    new = {name: sorted({*known.get(name, ()), *some} or {"text"}) for name, some in asked.items()}
    return {"fields": {**known, **new}} if any(new[name] != known.get(name) for name in new) else None


def turns(run: Run, error: BaseException) -> Learned | None:
    """A field that the turns of a chat lack: `answer["reasoning_content"]`."""
    name = error.args[0] if isinstance(error, KeyError) and error.args and run.made_up else None
    owners = [n.value for n in _nodes(run, error) if isinstance(n, ast.Subscript)] if isinstance(name, str) else []
    held = [_value(owner, _held_on_the_way(run, error)) for owner in owners]
    known = run.spec.learned.get("turns", [])
    spoken = any(isinstance(turn, dict) and name not in turn and turn.keys() & {*SPEAKING} for turn in held)
    return {"turns": [*known, name]} if spoken and name not in known else None


def _asked(node: ast.AST, nodes: list[ast.AST], held: dict[str, Any]) -> list[str]:
    """The fields of a record that a part of a statement asks for: `row["name"]`, `row[key]` for each `key` of a list,
    `row.get("name")`."""
    if isinstance(node, ast.Attribute):
        calls = [n for n in nodes if isinstance(n, ast.Call) and n.func is node and node.attr == "get" and n.args]
        return [str(n.args[0].value) for n in calls if isinstance(n.args[0], ast.Constant)]
    key = node.slice if isinstance(node, ast.Subscript) else node
    if isinstance(key, ast.Constant):
        return [key.value] if isinstance(key.value, str) else []
    loops = [n for n in nodes if isinstance(n, (ast.For, ast.comprehension)) and ast.dump(key) in _loaded(n.target)]
    each = [item for loop in loops for item in _value(loop.iter, held) or ()]
    return [item for item in (*each, _value(key, held)) if isinstance(item, str)]


def _loaded(target: ast.AST) -> list[str]:
    """The variables of a loop, as they are read."""
    return [ast.dump(ast.Name(n.id, ast.Load())) for n in ast.walk(target) if isinstance(n, ast.Name)]


def _missed(error: BaseException) -> tuple[str | None, str]:
    """What was looked up, and the enumeration that has no such member."""
    if isinstance(error, KeyError):
        packed = NO_FILE.match(str(error.args[0])) if error.args else None
        if packed is not None:
            return str(ast.literal_eval(packed[1])), ""
        return (error.args[0], "") if error.args and isinstance(error.args[0], str) else (None, "")
    item = NO_ITEM.match(str(error)) if isinstance(error, ValueError) else None
    if item is not None:
        return str(ast.literal_eval(item[1])), ""
    member = NO_MEMBER.match(str(error)) if isinstance(error, ValueError) else None
    return (member[1], member[2]) if member is not None else (None, "")


def _column(run: Run, cell: str) -> str | None:
    """The column of a cell, also if the script has trimmed it or changed its case."""
    plain = cell.strip().lower()
    known = run.met.cells
    return known.get(cell) or next((known[text] for text in known if plain and text.strip().lower() == plain), None)


def _held(run: Run, error: BaseException, cell: str, home: str) -> list[Any]:
    """The tables and lists that the failing statement names: `LABELS[row["label"]]`, `self.ids[name]`."""
    held, nodes = _held_on_the_way(run, error), _nodes(run, error)
    if NO_FILE.match(str(next(iter(error.args), ""))):
        packed = frames(error)[-1].f_locals["self"].namelist()
        return [[name for name in packed if name.endswith((*PICTURES, *SOUNDS))] or packed]
    if home:
        return [[member.value for member in held[home]]] if isinstance(held.get(home), type) else []
    by_key = [n for n in nodes if isinstance(n, ast.Subscript)]
    by_key.sort(key=lambda node: _value(node.slice, held) != cell)  # the one that was asked for it first
    by_item = [n.value for n in nodes if isinstance(n, ast.Attribute) and n.attr == "index"]
    named = [_value(node, held) for node in (*(n.value for n in by_key), *by_item, *nodes)]
    return [value for value in named if isinstance(value, (dict, list, tuple, set)) and value]


def _held_on_the_way(run: Run, error: BaseException) -> dict[str, Any]:
    """What names stand for in the script's own frames, those of the innermost first."""
    held: dict[str, Any] = {}
    for frame in frames(error):
        if run.code.owns(frame.f_code.co_filename):
            held.update(names_in(frame))
    return held


def _nodes(run: Run, error: BaseException) -> list[ast.AST]:
    """The parts of the failing statement."""
    found = statement(run, error)
    return list(ast.walk(found)) if found is not None else []


def _value(node: ast.AST, held: dict[str, Any]) -> Any:
    """What a name or an attribute stands for."""
    if isinstance(node, ast.Name):
        return held.get(node.id)
    if isinstance(node, ast.Attribute):
        return vars(owner).get(node.attr) if hasattr(owner := _value(node.value, held), "__dict__") else None
    return None


def speakers(run: Run, error: BaseException) -> Learned | None:
    """Other names of those who speak in a chat: the keys of the table that they are looked up in."""
    if not isinstance(error, KeyError) or not error.args or error.args[0] not in SPEAKERS or not run.made_up:
        return None
    held = names_in(frames(error)[-1])
    found = statement(run, error)
    tables = [held[n] for n in sorted(named_in(found)) if isinstance(held.get(n), dict) and len(held[n]) > 1]
    known = [[k for k in table if isinstance(k, str) and k != "system"][:2] for table in tables]
    said = next((keys for keys in known if len(keys) > 1), None)
    return {"speakers": said} if said and "speakers" not in run.spec.learned else None
