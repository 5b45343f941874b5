"""What the source says about its surroundings: model classes, names of adapted modules, the columns of its rows.

A reading with `ast`, not an interpretation: hints only choose stand-ins, they decide nothing about right or wrong.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from .cells import records
from .cells.arrays import arrays
from .cells.dates import date_forms
from .cells.emptied import emptied
from .cells.named_values import NamedValues, named_values
from .cells.shape import Shape
from .cells.shapes import Shapes
from .cells.words import of_words
from .files import groups
from .files.elements import Elements, elements
from .files.folder_names import folder_column
from .files.json_forms import json_forms
from .files.json_tables import JsonTable, json_tables
from .files.line_patterns import LinePatterns, line_patterns
from .files.lines import Lines, lines_in
from .files.lines_of_files import lines_of_files
from .files.name_parts import NameParts, name_parts
from .files.of_files import OfFiles, of_files
from .files.origins import Origins
from .files.packed import Packed, packed
from .files.page_parts import Part, page_parts
from .files.raw_arrays import raw_arrays
from .files.shared_keys import Keys
from .files.table_files import table_files
from .files.xml_files import xml_files
from .literals import bounds_in, literals
from .nodes import Nodes
from .sources import imports_in, trees

MODULES = frozenset(
    (
        "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj query_key_value dense_h_to_4h dense_4h_to_h "
        "c_attn c_proj c_fc Wqkv out_proj qkv_proj gate_up_proj fc1 fc2 query key value query_proj key_proj "
        "value_proj q v k o wi wo wi_0 wi_1 q_lin v_lin k_lin in_proj x_proj dt_proj SelfAttention.q to_q "
        "to_k to_v to_out.0 dense attn.qkv qkv"
    ).split()
)
WORD = 24  # characters at most


LAYER = re.compile(r"\b(?:layers?|blocks?|h)\.(\d+)\b")


class Hints(NamedTuple):
    """`classes` are names of model, tokenizer and processor classes; `columns` what rows are asked for, with shapes;
    `compared` the texts that a name or attribute is compared with; `whole_json` says that JSON is read as one value;
    `read` names the forms of files that are read by a function of that name (read_csv, from_parquet, load_from_disk,
    ...); `bounds` are the numbers that something is compared with by its size, `words` the short texts of lists and
    tables, and those that something is compared with; `separator` stands between the cells of a table; `lines` tells
    how the lines of a text are taken apart, and `lines_of_files` those of each, `line_patterns` what lines have to
    match. `of_files` are the columns of each file, as far as that is known; `keys` has the columns that hold the cells
    of another one, `known_keys` are those by which rows are found, `folder_column` is that whose cells are names of
    folders, and `groups` those by which rows of some files are brought together; `name_parts` tells what is read from
    the names of files, `raw_arrays` which files hold bare numbers, and of what type, `json_forms` which of JSON are
    read as one value, `elements` what is looked for in XML, `json_tables` which of these have something for each
    name, `named_values` which texts name the values in them, `packed` what is unpacked of files of a form of the
    script's own, `date_forms` how dates of a column are written, `decimal` what stands in numbers of a table,
    `emptied` the columns that are empty in some rows, `table_files` which files are tables whatever their names say,
    `xml_files` which are read as XML, `arrays` the columns of arrays, with their sizes, `nested` says that there are
    groups of rows in groups, and `page_parts` are the elements that a parser of pages waits for."""

    classes: tuple[str, ...] = ()
    modules: frozenset[str] = frozenset()
    columns: dict[str, Shape] = {}
    trainers: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    labels: int | None = None
    text_field: str | None = None
    compared: dict[str, tuple[str, ...]] = {}
    whole_json: bool = False
    read: frozenset[str] = frozenset()
    bounds: frozenset[float] = frozenset()
    words: frozenset[str] = frozenset()
    separator: str = ","
    lines: Lines = Lines()
    of_files: OfFiles = OfFiles({})
    keys: dict[str, str] = {}
    known_keys: frozenset[str] = frozenset()
    folder_column: str | None = None
    groups: dict[str, frozenset[str]] = {}
    name_parts: NameParts = NameParts()
    raw_arrays: dict[str, str] = {}
    lines_of_files: dict[str, Lines] = {}
    line_patterns: LinePatterns = LinePatterns()
    json_forms: dict[str, bool] = {}
    elements: Elements = Elements()
    json_tables: dict[str, JsonTable] = {}
    named_values: dict[str, NamedValues] = {}
    packed: Packed = Packed()
    date_forms: dict[str, str] = {}
    decimal: str = "."
    emptied: frozenset[str] = frozenset()
    table_files: dict[str, str] = {}
    xml_files: frozenset[str] = frozenset()
    arrays: dict[str, tuple[int, ...]] = {}
    nested: bool = False
    page_parts: tuple[Part, ...] = ()

    @property
    def names_layers(self) -> bool:
        """Does the script name layers by numbers that a small model has not: `encoder.layer.11`?"""
        found = [layer for text in self.strings for layer in LAYER.finditer(text)]
        return any(int(layer.group(1)) > 1 for layer in found)

    @property
    def roots(self) -> frozenset[str]:
        """The packages that are imported."""
        return frozenset(name.split(".")[0] for name in self.imports)


def read(script: str, root: str) -> Hints:
    """The hints of a script and the local modules that it imports. A file that can't be parsed has none."""
    found = Nodes()
    columns: dict[str, Shape] = {}
    imports: set[str] = set()
    bounds: set[float] = set()
    words: set[str] = set()
    added: set[str] = set()
    lines = Lines()
    modules = list(trees(script, root))
    elsewhere = {name: keys for tree in reversed(modules) for name, keys in literals(tree).items()}
    for tree in modules:
        found.tables, found.renamed = literals(tree), {}
        found.own = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
        found.visit(tree)
        imports |= imports_in(tree)
        lines = lines if lines != Lines() else lines_in(tree)
        bounds.update(bounds_in(tree))
        words.update(w for keys in found.tables.values() for w in keys if isinstance(w, str) and len(w) < WORD)
        with contextlib.suppress(Exception):
            shapes = Shapes(tree, elsewhere)
            added |= shapes.added()
            for name, shape in shapes.columns().items():
                columns[name] = columns[name].joined(shape) if name in columns else shape
    for name, shape in records.columns(modules).items():
        columns[name] = columns[name].joined(shape) if name in columns else shape
    classes = tuple(found.classes)
    columns.update(of_words(modules, columns, classes, words.union(found.strings)))
    origins, keys = Origins(modules), Keys(modules)
    return Hints(
        classes=classes,
        modules=frozenset(found.strings & MODULES) - columns.keys(),  # a question may be called `query`, too
        columns=columns,
        trainers=frozenset(c for c in classes if c.endswith("Trainer")),
        imports=frozenset(imports),
        strings=frozenset(found.strings),
        attributes=frozenset(found.attributes),
        labels=found.labels,
        text_field=found.field,
        compared={name: tuple(values) for name, values in found.compared.items()},
        whole_json="load" in found.json and "loads" not in found.json,
        read=frozenset(found.read),
        separator=found.separator,
        lines=lines,
        decimal=found.decimal,
        bounds=frozenset(bounds),
        words=frozenset(words.union(*found.compared.values())),
        **_understood(
            of_files=lambda: of_files(origins, frozenset(added - columns.keys())),
            keys=lambda: _homes(keys, columns),
            known_keys=lambda: frozenset(keys.known()),
            folder_column=lambda: folder_column(keys),
            groups=lambda: groups.groups(origins, keys),
            name_parts=lambda: name_parts(modules),
            raw_arrays=lambda: raw_arrays(modules),
            lines_of_files=lambda: lines_of_files(origins, modules),
            line_patterns=lambda: line_patterns(origins, keys, modules),
            json_forms=lambda: json_forms(origins),
            elements=lambda: elements(modules),
            json_tables=lambda: json_tables(origins, keys),
            named_values=lambda: named_values(modules),
            packed=lambda: packed(modules),
            date_forms=lambda: date_forms(modules),
            emptied=lambda: emptied(modules),
            table_files=lambda: table_files(origins),
            xml_files=lambda: xml_files(origins, modules),
            arrays=lambda: arrays(modules),
            nested=lambda: groups.nested(origins, keys),
            page_parts=lambda: page_parts(modules),
        ),
    )


def _understood(**looks: Callable[[], Any]) -> dict[str, Any]:
    """What each of these says; one that stumbles over an odd script says nothing, and the script is run all the
    same."""
    found = {}
    for name, look in looks.items():
        with contextlib.suppress(Exception):
            found[name] = look()
    return found


def _homes(keys: Keys, columns: Iterable[str]) -> dict[str, str]:
    """Each column that holds the cells of another one, and that one."""
    same = keys.same()
    return {**{column: same.get(key, key) for column, key in keys.named_after(columns).items()}, **same}
