"""What the source says about its surroundings: model classes, names of adapted modules, the columns of its rows.

A reading with `ast`, not an interpretation: hints only choose stand-ins, they decide nothing about right or wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import NamedTuple

from .cells import records
from .cells.dates import date_forms
from .cells.emptied import emptied
from .cells.named_values import NamedValues, named_values
from .cells.shape import Shape
from .cells.shapes import Shapes
from .cells.words import of_words
from .class_names import is_class
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
from .files.raw_arrays import raw_arrays
from .files.shared_keys import Keys
from .files.table_files import table_files
from .literals import bounds_in, literals
from .sources import imports_in, trees

MODULES = frozenset(
    (
        "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj query_key_value dense_h_to_4h dense_4h_to_h "
        "c_attn c_proj c_fc Wqkv out_proj qkv_proj gate_up_proj fc1 fc2 query key value query_proj key_proj "
        "value_proj q v k o wi wo wi_0 wi_1 q_lin v_lin k_lin in_proj x_proj dt_proj SelfAttention.q to_q "
        "to_k to_v to_out.0 dense attn.qkv qkv"
    ).split()
)
TABLES = ("DictReader", "reader", "load_dataset", "loadtxt", "genfromtxt")
BETWEEN = ("sep", "delimiter")
WORD = 24  # characters at most
READERS = ("read_", "from_")  # of pandas, datasets, polars; what follows is the form of the file


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
    `emptied` the columns that are empty in some rows, and `table_files` which files are tables whatever their names
    say."""

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
    found = _Reading()
    columns: dict[str, Shape] = {}
    imports: set[str] = set()
    bounds: set[float] = set()
    words: set[str] = set()
    added: set[str] = set()
    lines = Lines()
    modules = list(trees(script, root))
    elsewhere = {name: keys for tree in reversed(modules) for name, keys in literals(tree).items()}
    for tree in modules:
        found.tables = literals(tree)
        found.own = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
        found.visit(tree)
        imports |= imports_in(tree)
        lines = lines if lines != Lines() else lines_in(tree)
        bounds.update(bounds_in(tree))
        words.update(w for keys in found.tables.values() for w in keys if isinstance(w, str) and len(w) < WORD)
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
        modules=frozenset(found.strings & MODULES),
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
        of_files=of_files(origins, frozenset(added - columns.keys())),
        keys=_homes(keys, columns),
        known_keys=frozenset(keys.known()),
        folder_column=folder_column(keys),
        groups=groups.groups(origins, keys),
        name_parts=name_parts(modules),
        raw_arrays=raw_arrays(modules),
        lines_of_files=lines_of_files(origins, modules),
        line_patterns=line_patterns(origins, keys, modules),
        json_forms=json_forms(origins),
        elements=elements(modules),
        json_tables=json_tables(origins, keys),
        named_values=named_values(modules),
        packed=packed(modules),
        date_forms=date_forms(modules),
        emptied=emptied(modules),
        table_files=table_files(origins),
        decimal=found.decimal,
        bounds=frozenset(bounds),
        words=frozenset(words.union(*found.compared.values())),
    )


def _homes(keys: Keys, columns: Iterable[str]) -> dict[str, str]:
    """Each column that holds the cells of another one, and that one."""
    same = keys.same()
    return {**{column: same.get(key, key) for column, key in keys.named_after(columns).items()}, **same}


class _Reading(ast.NodeVisitor):
    """What can be seen in single nodes."""

    def __init__(self) -> None:
        self.classes: dict[str, None] = {}
        self.strings: set[str] = set()
        self.attributes: set[str] = set()
        self.labels: int | None = None
        self.field: str | None = None
        self.compared: dict[str, dict[str, None]] = {}
        self.json: set[str] = set()
        self.tables: dict[str, list[object]] = {}  # what the names of a module's tables stand for
        self.read: set[str] = set()
        self.separator = ","
        self.decimal = "."
        self.own: set[str] = set()  # functions of the module's own, which may be called as those of libraries are

    def visit_Name(self, node: ast.Name) -> None:
        if is_class(node.id):
            self.classes.setdefault(node.id)
        if node.id not in self.own:
            self._reads(node.id)

    def _reads(self, name: str) -> None:
        if name.removeprefix("load_").startswith(READERS):
            self.read.add(name.removeprefix("load_").split("_", 1)[1])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.attributes.add(node.attr)
        if is_class(node.attr):
            self.classes.setdefault(node.attr)
        if isinstance(node.value, ast.Name) and node.value.id == "json":
            self.json.add(node.attr)
        self._reads(node.attr)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring is written for people
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.strings.add(node.value)
            if is_class(node.value):
                self.classes.setdefault(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name.startswith(READERS) or name in TABLES:
            given = [k.value.value for k in node.keywords if k.arg in BETWEEN and isinstance(k.value, ast.Constant)]
            self.separator = next((s for s in given if isinstance(s, str) and len(s) == 1), self.separator)
            self.read |= {"table"} if "\t" in given else set()
            marks = [k.value.value for k in node.keywords if k.arg == "decimal" and isinstance(k.value, ast.Constant)]
            self.decimal = next((m for m in marks if isinstance(m, str)), self.decimal)
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        value = node.value.value if isinstance(node.value, ast.Constant) else None
        if node.arg == "num_labels" and isinstance(value, int):
            self.labels = value
        if node.arg == "dataset_text_field" and isinstance(value, str):
            self.field = value
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        """A setting that is refused unless it has a value: `if settings.get("kind") != "simple": raise ...`."""
        test = node.test
        if (
            isinstance(test, ast.Compare)
            and isinstance(test.ops[0], ast.NotEq)
            and isinstance(node.body[-1], ast.Raise)
        ):
            key, value = _key_of(test.left), test.comparators[0]
            if key and isinstance(value, ast.Constant) and isinstance(value.value, str):
                self.compared.setdefault(key, {}).setdefault(value.value)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        name = node.left.attr if isinstance(node.left, ast.Attribute) else getattr(node.left, "id", None)
        if isinstance(name, str) and isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
            other = node.comparators[0]
            parts = other.elts if isinstance(other, (ast.List, ast.Tuple, ast.Set)) else [other]
            values: list[object] = [part.value for part in parts if isinstance(part, ast.Constant)]
            if isinstance(other, ast.Name) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                values += self.tables.get(other.id, [])
            for value in values:
                if isinstance(value, str) and value:
                    self.compared.setdefault(name, {}).setdefault(value)
        self.generic_visit(node)


def _key_of(node: ast.expr) -> str:
    """The key that an expression asks for: `settings["kind"]`, `settings.get("kind")`."""
    asks = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args
    key = (
        node.slice if isinstance(node, ast.Subscript) else node.args[0] if isinstance(node, ast.Call) and asks else None
    )
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
