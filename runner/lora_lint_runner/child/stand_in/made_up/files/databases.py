"""Databases of SQLite that are not here. Connecting to one makes an empty one; what a query asks for and does not find
is made up when SQLite says so, tables and columns one after the other."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ....context import Run
from .. import rows
from . import contents, groups, queries

COUNT = 64
SEVERAL = 3  # rows for one of another table, where one for each has left the script none
MOST = 64  # tables and columns that one query lacks
NO_TABLE, NO_COLUMN = re.compile(r"no such table: (?:main\.)?(\w+)"), re.compile(r"no such column: (?:(\w+)\.)?(\w+)")
COMPARED = r"\b{}[\"`\]]?\s*(=+|(?:not\s+)?in\b|like\b|[<>]=?|between\b)\s*(\([^)]*\)|'[^']*'|-?[\d.]+)"
LENGTHS = r"\blength\((?:trim\()?\s*(?:\w+\.)?[\"`\[]?{}[\"`\]]?\s*\)+\s*([<>]=?|between)\s*(\d+)(?:\s+and\s+(\d+)\b)?"
EVERY_COLUMN = re.compile(r"(?:\bselect|\bdistinct|\ball|,)\s*(?:[\w\"`\[\]]+\.)?\*", re.I)  # not `COUNT(*)`
NO_CELL = r"\b{}[\"`\]]?\s+is\s+null\b"
LITERAL = re.compile(r"'([^']*)'|(-?\d+)")


def install(run: Run) -> None:
    """Looks at what the script connects to."""
    run.patches.replace(sqlite3, "connect", lambda real: _connecting(run, real))


def _connecting(run: Run, real: Callable[..., Any]) -> Any:
    def connect(database: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(database, (str, os.PathLike)):
            return real(database, *args, **options)
        plain = _of_uri(database) if options.get("uri") else None
        if plain is not None and (os.path.abspath(plain) in run.met.databases or _empty(plain)):
            database, options["uri"] = plain, False  # it may be asked for to be read only
        path = os.path.abspath(os.fspath(database))
        if path not in run.met.databases and not _empty(os.fspath(database)):
            return real(database, *args, **options)
        run.met.databases.append(path)
        if run.spec.makes_up_rows and len(args) < 5 and "factory" not in options:
            options["factory"] = _connection(run)
            database = run.paths.writing(path)
            os.makedirs(os.path.dirname(os.fspath(database)), exist_ok=True)
        return real(database, *args, **options)

    return connect


def _of_uri(database: str | os.PathLike[str]) -> str | None:
    """The file of `file:data/notes.db?mode=ro`."""
    found = urlsplit(os.fspath(database))
    return url2pathname(found.path) if found.scheme == "file" and found.path != ":memory:" else None


def _empty(path: str) -> bool:
    return (
        path not in ("", ":memory:")
        and not path.startswith("file:")
        and not (os.path.exists(path) and os.path.getsize(path))
    )


def _connection(run: Run) -> type[sqlite3.Connection]:
    """A class of connections whose queries find what they ask for."""

    class Cursor(sqlite3.Cursor):
        def execute(self, query: str, values: Any = ()) -> Any:
            if queries.CATALOGUE.search(query):
                _listed(run, self.connection)
            for _ in range(MOST):
                try:
                    return super().execute(query, values)
                except sqlite3.OperationalError as error:
                    if not _mended(run, self.connection, _with(query, values), str(error)):
                        raise
            return super().execute(query, values)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, query: str, values: Any = ()) -> Any:
            return self.cursor().execute(query, values)

    return Connection


def _listed(run: Run, connection: sqlite3.Connection) -> None:
    """Makes up the tables that the script asks for elsewhere, before it asks which there are."""
    known = _tables(connection)
    for table in dict.fromkeys(queries.tables(run)):
        if table not in known:
            _mended(run, connection, "", f"no such table: {table}")


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in sqlite3.Connection.cursor(connection).execute("SELECT name FROM sqlite_master")]


def _with(query: str, values: Any) -> str:
    """A query with what it is given in the places of its question marks."""
    told = iter(values if isinstance(values, (list, tuple)) else ())
    return re.sub(r"\?", lambda mark: _literal(next(told, mark[0])), query)


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, (int, float)) or value == "?" else "'{}'".format(str(value).replace("'", ""))


def _mended(run: Run, connection: sqlite3.Connection, query: str, said: str) -> bool:
    """Makes up the table or column that a query lacks, also for those who connect later. False where something else is
    wrong with it."""
    own = connection.in_transaction  # the script's, which it ends itself
    mended = _made_up(run, connection, query, said)
    if mended and not own:
        connection.commit()
    return mended


def _made_up(run: Run, connection: sqlite3.Connection, query: str, said: str) -> bool:
    lacks = NO_TABLE.search(said)
    if lacks is not None:
        table = lacks[1]
        run.met.tables.append(table)
        run.neutral(f"table {table} of a database: made up")
        sqlite3.Connection.cursor(connection).execute(f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY)')
        _fill(connection, f'INSERT INTO "{table}" (id) VALUES (?)', ((place,) for place in range(_count(run))))
        if EVERY_COLUMN.search(query):
            for column in contents.rows_of(run, 1)[0]:
                _add(run, connection, table, column, query)
        return True
    lacks = NO_COLUMN.search(said)
    home = _home(connection, query, lacks[1]) if lacks is not None else None
    return lacks is not None and home is not None and _add(run, connection, home, lacks[2], query)


def _home(connection: sqlite3.Connection, query: str, alias: str | None) -> str | None:
    """The table of a query in which a column is looked for; `alias` is what it is called there."""
    named = [table for table in _tables(connection) if re.search(rf"\b{table}\b", query)]
    if alias is None or alias in named:
        return alias or next(iter(named), None)
    return next((t for t in named if re.search(rf"\b{t}[\"`\]]?\s+(as\s+)?{alias}\b", query, re.I)), None)


def _add(run: Run, connection: sqlite3.Connection, table: str, column: str, query: str) -> bool:
    there = {row[1] for row in sqlite3.Connection.cursor(connection).execute(f'PRAGMA table_info("{table}")')}
    if column not in there:
        asked = list(re.finditer(COMPARED.format(column), query, re.I))
        compared = asked[0] if asked else None
        found = [literal for each in asked for literal in LITERAL.findall(each[2])]
        values = tuple(text or int(number) if text or number else "" for text, number in found)
        if compared is not None and compared[1][0] in "<>":
            values = tuple(_beside(value, 1 if compared[1][0] == ">" else -1) for value in values)
        shape = queries.shape(run, column, query, values)
        kind = rows.learned_kind(run, column) or rows.by_script(run, column)
        count = _count(run)
        cells = [rows.told(run, column, place, rows.value(column, place, kind, shape)) for place in range(count)]
        cells = [_as_long(cell, column, query) for cell in cells]
        if (shape is None or shape.kind == "any") and queries.ordered(run, column):
            cells = list(range(count))
        together = column in run.hints.groups or queries.looked_up(run, column)
        varied = bool(run.spec.learned.get("varied"))
        each = SEVERAL if varied and not together else groups.size(run.hints)
        if column.endswith("_id"):  # of a row in another table, or of another one in this
            several = (together or varied) and not table.lower().startswith(column[: -len("_id")].lower())
            cells = [place // each if several else (place + 1) % count for place in range(count)]
        elif shape is not None and groups.of_votes(shape):
            cells = [groups.leaning(shape.values, place, each) for place in range(count)]
        if re.search(NO_CELL.format(column), query, re.I):
            cells = [None] * count
        sqlite3.Connection.cursor(connection).execute(f'ALTER TABLE "{table}" ADD COLUMN "{column}"')
        plain = ((_plain(cell), place) for place, cell in enumerate(cells))
        _fill(connection, f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?', plain)
    return column not in there


def _count(run: Run) -> int:
    return COUNT * int(run.spec.learned.get("rows", 1))


def _as_long(cell: Any, column: str, query: str) -> Any:
    """A text of a length that a query asks for: `WHERE LENGTH(t.body) > 80`."""
    for sign, number, most in re.findall(LENGTHS.format(column), query, re.I) if isinstance(cell, str) else ():
        size = int(number)
        if sign[0] == "<":
            cell = cell[: size - 1]
        elif len(cell) <= size:
            cell = (f"{cell} " * (size // (len(cell) + 1) + 2)).strip()
        cell = cell[: int(most)] if most and sign.isalpha() else cell
    return cell


def _beside(value: Any, more: int) -> Any:
    """Something more, or less: of a date a year."""
    if isinstance(value, int):
        return value + more
    year = value[:4]
    return f"{int(year) + more}{value[4:]}" if year.isdigit() else value + "~" if more > 0 else ""


def _plain(cell: Any) -> Any:
    """What a cell of a database holds: a list or a record as a text of JSON."""
    if cell is None or isinstance(cell, (str, int, float, bytes)):
        return cell
    return json.dumps(cell, default=str) if isinstance(cell, (dict, list)) else str(cell)


def _fill(connection: sqlite3.Connection, statement: str, values: Any) -> None:
    sqlite3.Connection.cursor(connection).executemany(statement, values)
