"""What single nodes of a script say, wherever they stand: classes and texts, what is compared, how files are read."""

from __future__ import annotations

import ast

from .class_names import is_class

TABLES = ("DictReader", "reader", "load_dataset", "loadtxt", "genfromtxt")
BETWEEN = ("sep", "delimiter")
READERS = ("read_", "from_")  # of pandas, datasets, polars; what follows is the form of the file


class Nodes(ast.NodeVisitor):
    """Visits trees, one after the other; `tables`, `renamed` and `own` are set for each."""

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
        self.renamed: dict[str, list[str]] = {}  # classes by the names that the script gives them as it imports them
        self.own: set[str] = set()  # functions of the module's own, which may be called as those of libraries are

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.asname is not None and is_class(alias.name):
                self.renamed.setdefault(alias.asname, []).append(alias.name)

    def visit_Name(self, node: ast.Name) -> None:
        for name in self.renamed.get(node.id, [node.id]):
            if is_class(name):
                self.classes.setdefault(name)
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
        left = _as_written(node.left)
        name = left.attr if isinstance(left, ast.Attribute) else getattr(left, "id", None)
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


def _as_written(node: ast.expr) -> ast.expr:
    """A suffix, also where it is compared in small letters: `path.suffix.lower()`."""
    func = node.func if isinstance(node, ast.Call) and not node.args else None
    inner = func.value if isinstance(func, ast.Attribute) and func.attr in ("lower", "casefold") else None
    return inner if isinstance(inner, ast.Attribute) and inner.attr == "suffix" else node


def _key_of(node: ast.expr) -> str:
    """The key that an expression asks for: `settings["kind"]`, `settings.get("kind")`."""
    asks = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args
    key = (
        node.slice if isinstance(node, ast.Subscript) else node.args[0] if isinstance(node, ast.Call) and asks else None
    )
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
