"""Rows of words that each have a tag: which column has the words, which ones have as many tags."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from ..walking import walk
from .shape import ANY, Shape
from .tables import text_of

LABELLING = "TokenClassification"  # in the names of classes of models
TAGS = ("B-PER", "I-PER", "O", "B-LOC", "O", "B-ORG", "O")
TAGGED = re.compile(r"^[BIESLU]-\w+$")
BEGINNING = re.compile(r"^[BIESLU]-$")
APART = ("split", "rsplit", "partition", "rpartition")
OF_HUB = frozenset(("load_dataset", "features", "ClassLabel"))  # there tags are numbers, which have names
COUNT = 8  # words of a row, see `KINDS["tokens"]`
TAG_NAMES = "tag names"


def tags_in(words: Iterable[str]) -> tuple[str, ...]:
    """The tags of words: those that a script names, else usual ones."""
    named = sorted(word for word in words if TAGGED.match(word))
    return (*named, "O") if named else TAGS


def of_words(
    trees: Iterable[ast.Module], columns: Mapping[str, Shape], classes: Iterable[str], strings: Iterable[str]
) -> dict[str, Shape]:
    """The shapes of these columns in a script that labels words: of as many tags as words, which are texts where the
    script takes them for such."""
    if not any(LABELLING in name for name in classes):
        return {}
    modules = [_Module(tree) for tree in trees]
    groups = [group & columns.keys() for module in modules for group in module.side_by_side()]
    words = {name for module in modules for name in module.words()} & columns.keys()
    words |= {name for name, shape in columns.items() if shape.kind == "tokens"}
    read = [name for module in modules for name in module.tags()]
    beside = set().union(*groups, (name for name, shape in columns.items() if shape.kind == "list"))
    if not words:  # they are tokenized one by one
        said = {*read, *(name for name, shape in columns.items() if "O" in (shape.items or ANY).values)}
        beside = set().union(*(group for group in groups if group & said))
        words = beside - said
    as_texts = bool(read) and not any(module.of_hub() for module in modules)
    names = tags_in(strings)
    tagged = {name: _tags(columns[name], names, as_texts) for name in sorted(beside - words)}
    found = {name: shape for name, shape in tagged.items() if shape is not None}
    return {**found, **dict.fromkeys(sorted(words), Shape("tokens"))} if found and words else {}


def _tags(shape: Shape, names: tuple[str, ...], as_texts: bool) -> Shape | None:
    """The shape of a column beside one of words. None where it is none of tags."""
    items = shape.items or ANY
    if shape.kind not in ("any", "list") or shape.fields or items.kind not in ("any", "text", "int"):
        return None
    if set(items.values) - {"O"}:  # those of a table of the script's own
        return shape._replace(size=COUNT)
    return Shape(TAG_NAMES, values=names) if items.kind == "text" or as_texts else Shape("tags")


class _Module:
    """One module, and what its variables are called after: a column, or a cell of one."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = walk(tree)
        self.columns = {
            target.id: column
            for targets, values in self._bound()
            for target, value in zip(targets, values)
            if isinstance(target, ast.Name) and (column := _asked(value)) is not None
        }

    def _bound(self) -> Iterator[tuple[list[ast.expr], list[ast.expr]]]:
        """`words, tags = row["words"], row["tags"]`, `for word, tag in zip(row["words"], row["tags"])`."""
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                yield _parts(node.targets[0]), _parts(node.value)
            elif isinstance(node, (ast.For, ast.comprehension)):
                zipped = isinstance(node.iter, ast.Call) and getattr(node.iter.func, "id", "") == "zip"
                if zipped and isinstance(node.target, ast.Tuple) and isinstance(node.iter, ast.Call):
                    yield node.target.elts, node.iter.args
                elif not zipped:
                    yield [node.target], [node.iter]

    def side_by_side(self) -> Iterator[set[str]]:
        """The columns of which one has as many items as another: `len(row["words"]) == len(row["tags"])`,
        `zip(row["words"], row["tags"])`."""
        for node in self.nodes:
            parts: list[ast.expr] = []
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
                calls = [n for n in (node.left, *node.comparators) if isinstance(n, ast.Call) and n.args]
                parts = [n.args[0] for n in calls if getattr(n.func, "id", "") == "len"]
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "zip":
                parts = node.args
            names = {name for name in map(self._column, parts) if name is not None}
            if len(names) > 1:
                yield names

    def words(self) -> Iterator[str]:
        """What a tokenizer is given as words."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and node.args and any(k.arg == "is_split_into_words" for k in node.keywords):
                yield from filter(None, [self._column(node.args[0])])

    def tags(self) -> Iterator[str]:
        """What is asked whether it is `O`, or taken apart at the mark of `B-PER`."""
        for node in self.nodes:
            read: ast.expr | None = None
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
                read = node.left if text_of(node.comparators[0]) == "O" else None
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                said = text_of(node.args[0]) or ""
                apart = node.func.attr in APART and said == "-"
                read = node.func.value if apart or (node.func.attr == "startswith" and BEGINNING.match(said)) else None
            if read is not None:
                yield self._column(read) or ""

    def of_hub(self) -> bool:
        return any(getattr(node, "attr", getattr(node, "id", "")) in OF_HUB for node in self.nodes)

    def _column(self, node: ast.expr) -> str | None:
        """The column that an expression is called after: `row["words"]`, `row.words`, `words`."""
        name = _asked(node) or getattr(node, "id", None)
        return self.columns.get(name, name) if isinstance(node, ast.Name) and name is not None else name


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _asked(node: ast.expr) -> str | None:
    """`row["words"]`, `row.get("words")`, `row.words`."""
    if isinstance(node, ast.Subscript):
        return text_of(node.slice)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args:
        return text_of(node.args[0])
    return node.attr if isinstance(node, ast.Attribute) else None
