"""The columns of the rows that a script works on, read from what it asks rows for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..literals import texts_of_variable
from ..walking import walk
from . import tables
from .aggregated import KEEPING, aggregated, assigned
from .batched import batched
from .compared import by_column
from .queried import queried
from .selected import selected
from .shape import ANY, Shape
from .table_rows import TableRows
from .tables import calls, text_of
from .uses import CELLWISE, Uses

OUTPUTS = frozenset(
    (
        "input_ids attention_mask token_type_ids labels pixel_values input_features input_values "
        "decoder_input_ids decoder_attention_mask offset_mapping overflow_to_sample_mapping "
        "special_tokens_mask position_ids length"
    ).split()
)
SPLITS = re.compile(r"^(train|test|validation|valid|val|dev|eval)\w*$")
NO_ROWS = frozenset("self cls args config cfg kwargs batch inputs logs metrics outputs output results result".split())
LABELS = ("label", "labels")
LOADS = ("load_dataset", "load_from_disk")
NAMING = ("rename_column", "rename_columns", "cast_column", "class_encode_column")


class Shapes:
    """Reads one module."""

    def __init__(self, tree: ast.Module, elsewhere: Mapping[str, list[Any]] | None = None) -> None:
        """`elsewhere` are the lists and tables of constants of the project's other modules."""
        self.tree = tree
        self.uses = Uses(tree, self._asked, elsewhere or {})
        self.batched = batched(tree)
        self.frames = tables.frames(tree)
        self.table_rows = TableRows(tree, self.uses.parents)
        self.aggregated = list(aggregated(tree))
        self.assigned = assigned(tree) if self.table_rows.homes else set()

    def columns(self) -> dict[str, Shape]:
        """Each column that a row is asked for."""
        found: dict[str, Shape] = {}
        for node in walk(self.tree):
            name, shape = self._column(node)
            asked = [(name, shape)] if name is not None and shape is not None else self._looped(node)
            for name, shape in asked:
                if name not in OUTPUTS or _tells(shape):
                    found[name] = found[name].joined(shape) if name in found else shape
        for name, variable, loop in selected(self.tree):
            found[name] = found.get(name, ANY).joined(self.uses.named(variable, loop, 0))
        told = {
            *tables.told(self.tree),
            *tables.chosen(self.tree, self.frames, self.uses.parents),
            *tables.kept(self.tree, self.frames),
        }
        told_of = (*self._renamed(found), *self._together(found), *queried(self.tree))
        told_of += tuple((name, Shape(kind)) for name, kind in tables.numbers(self.tree, self.uses.parents))
        for name, shape in (*told_of, *((name, ANY) for name in told - OUTPUTS)):
            found[name] = found.get(name, ANY).joined(shape)
        told_of = tuple((name, Shape(kind)) for name, kind in tables.in_time(self.tree))
        found.update((*told_of, *dict.fromkeys(tables.dates(self.tree), Shape("date")).items()))
        added = self.added()
        return {name: shape for name, shape in found.items() if name not in added}

    def _column(self, node: ast.AST) -> tuple[str | None, Shape | None]:
        labelled = self._labelled(node)
        if labelled is not None:
            return labelled
        attribute = tables.by_attribute(node, self.frames, self.uses.parents)
        if attribute is not None:
            return attribute, self._of_table(node)
        cell = self.table_rows.column(node)
        if cell is not None and cell not in self.assigned:
            return cell, self.uses.of(node, 0)
        column = tables.of_expression(node)
        if column is not None:
            shape = self.uses.of(node, 0)
            return column, _cell(shape) if shape.kind == "list" else shape
        loaded = _of_loaded(node)
        if loaded is not None:
            return loaded, _cell(self.uses.of(node, 0))
        name, root = self._asked(node)
        if name is None:
            name, root = self._asked_of_item(node)
            if root is None or root.id in NO_ROWS:
                return None, None
            shape = self.uses.of(node, 0)
            return name, _cell(shape) if self._of_split(node) else shape
        if root is None:
            return None, None
        scope = self.uses.scope(node)
        if root.id in self.frames:
            return name, self._of_table(node)
        if not self._is_row(root, scope) or self._made_here(root.id, name, scope, node):
            return None, None
        shape = self.uses.of(node, 0)
        return name, _cell(shape) if scope in self.batched else shape

    def _looped(self, node: ast.AST) -> list[tuple[str, Shape]]:
        """`for name in ("before", "after"): row[name].convert("RGB")`, `frame[frame[COLUMNS[part]].isin(LABELS)]`,
        `row.get(field).strip()`: columns by a variable, where their use tells more."""
        scope = self.uses.scope(node)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            root, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            root, key = node.func.value, node.args[0] if node.args else node
        else:
            return []
        if not isinstance(root, ast.Name) or not isinstance(key, ast.Name) or not self._is_row(root, scope):
            return []
        texts = texts_of_variable(key.id, scope, self.tree, self.uses.literals) or self.uses.spelled.named(key.id)
        names = [name for name in texts if not SPLITS.match(name)]
        shape = self.uses.of(node, 0) if names else ANY
        whole = scope in self.batched or root.id in self.frames  # a column: `labels_of(frame[args.label])`
        shape = _cell(shape) if whole else shape
        return [(name, shape) for name in names if _tells(shape)]

    def _of_table(self, node: ast.AST) -> Shape:
        """A column of a table: what its cells are picked by (`frame[frame["lang"].isin(LANGS)]`), not what is done with
        the whole."""
        parent = self.uses.parents.get(node)
        left_out = isinstance(parent, ast.Compare) and isinstance(parent.ops[0], tables.OTHERS)
        number = tables.number_of(parent, self.uses.parents)
        if number is not None:
            return Shape(number)
        if isinstance(parent, ast.Attribute) and parent.attr == "str":
            return Shape("text", values=by_column(parent, self.uses.parents))
        if tables.picks(node, parent):
            return Shape("bool")
        shape = ANY if left_out else self.uses.of(node, 0)
        shape = _cell(shape) if shape.kind == "list" else shape
        if shape.kind == "date" or (isinstance(parent, ast.Attribute) and parent.attr in CELLWISE):
            return shape
        return Shape(shape.kind, values=shape.values) if shape.kind in ("text", "int") and shape.values else ANY

    def _asked(self, node: ast.AST) -> tuple[str | None, ast.Name | None]:
        """`row["name"]` or `row.get("name")`: the name, and the variable."""
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name):
            key = text_of(node.slice)
            return (key, node.value) if key is not None else (None, None)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            key, holder = text_of(node.args[0]), node.func.value
            if key is not None and isinstance(holder, ast.Name):
                return key, holder
        return None, None

    def _asked_of_item(self, node: ast.AST) -> tuple[str | None, ast.Name | None]:
        """`rows[i]["name"]`, `data["train"]["name"]`: an item of something, asked for a column."""
        name = text_of(node.slice) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) else None
        if name is None or not isinstance(node, ast.Subscript):
            return None, None
        item = node.value
        if not isinstance(item, ast.Subscript) or isinstance(item.slice, ast.Slice):
            return None, None
        of_split = self._of_split(node)
        by_place = isinstance(item.slice, ast.Name) or (
            isinstance(item.slice, ast.Constant) and isinstance(item.slice.value, int)
        )
        root = item.value
        while isinstance(root, (ast.Attribute, ast.Subscript)):
            root = root.value
        if isinstance(root, ast.Name) and root.id == "self":
            root = ast.Name(getattr(item.value, "attr", "self"), ast.Load())
        return (name, root) if (of_split or by_place) and isinstance(root, ast.Name) else (None, None)

    def _of_split(self, node: ast.AST) -> bool:
        """`data["train"]["text"]`, `for split in ("train", "test"): data[split]["text"]`: a whole column."""
        item = node.value if isinstance(node, ast.Subscript) else None
        key = item.slice if isinstance(item, ast.Subscript) else None
        if isinstance(key, ast.Name):
            texts = texts_of_variable(key.id, self.uses.scope(node), self.tree, self.uses.literals)
            return bool(texts) and all(map(SPLITS.match, texts))
        return key is not None and bool(SPLITS.match(text_of(key) or ""))

    def _labelled(self, node: ast.AST) -> tuple[str, Shape] | None:
        """`data["train"].features["label"].names`: a column of labels, or of lists of labels."""
        if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute)):
            return None
        name = text_of(node.slice)
        if name is None or node.value.attr != "features":
            return None
        parent = self.uses.parents.get(node)
        if isinstance(parent, ast.Attribute) and parent.attr == "feature":
            records = isinstance(self.uses.parents.get(parent), ast.Subscript)
            return name, ANY if records else Shape("tags")
        return name, Shape("label") if isinstance(parent, ast.Attribute) else ANY

    def _is_row(self, root: ast.Name, scope: ast.AST) -> bool:
        """A parameter, the variable of a loop, an item of something: what a function over a data set has in hand."""
        if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            args = scope.args
            names = [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
            if root.id in names and (root.id not in NO_ROWS or (scope in self.batched and root.id == names[0])):
                return True
        if any(root.id in _names(target) for target in self._loop_targets(scope)):
            return True
        return root.id not in NO_ROWS and root.id in self._items(scope)

    def _loop_targets(self, scope: ast.AST) -> Iterator[ast.AST]:
        for node in walk(scope):
            if isinstance(node, (ast.For, ast.comprehension)):
                if not _mentions(node.iter, ("loader", "dataloader", "dl", "eval_dl", "train_dl")):
                    yield node.target

    def _items(self, scope: ast.AST) -> set[str]:
        """Variables that hold an item: `row = self.data[i]`, `row = next(iter(data))`, `row = frame.iloc[i]`,
        `row = json.loads(line)`."""
        found = set()
        for node in walk(scope):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                value = node.value
                subscript = isinstance(value, ast.Subscript) and text_of(value.slice) is None
                called = value.func if isinstance(value, ast.Call) else None
                following = isinstance(called, ast.Name) and called.id == "next"
                parsed = isinstance(called, ast.Attribute) and called.attr == "loads"
                if subscript or following or parsed:
                    found.add(node.targets[0].id)
        return found

    def _renamed(self, asked: Mapping[str, Shape]) -> list[tuple[str, Shape]]:
        """Columns that are given another name or type were there before, with what they are asked for under the new
        one. What becomes the labels, and is asked for no more, is such."""
        found = []
        for old, new in ((text_of(old), text_of(new)) for old, new in self._names()):
            if old is not None:
                shape = asked.get(new or "", ANY)
                found.append((old, Shape("label") if shape == ANY and new in LABELS else shape))
        return found

    def _together(self, asked: Mapping[str, Shape]) -> Iterator[tuple[str, Shape]]:
        """The columns of which groups of rows have one cell each, with what is asked of it under a new name."""
        for each in self.aggregated:
            renamed = each.how in KEEPING and each.name not in (None, each.column)
            yield each.column, asked.get(each.name or "", ANY) if renamed else each.shape

    def _names(self) -> Iterator[tuple[ast.AST | None, ast.AST | None]]:
        """The old name of columns, and the new one where they get one."""
        for call in calls(self.tree, *NAMING):
            first, second = (*call.args, None, None)[:2]
            yield from zip(first.keys, first.values) if isinstance(first, ast.Dict) else [(first, second)]
        for table in self._renaming():
            yield from zip(table.keys, table.values)

    def _renaming(self) -> Iterator[ast.Dict]:
        """What the columns of a table of pandas are called anew: `frame.rename(columns={"soluble": "labels"})`."""
        for call in calls(self.tree, "rename"):
            yield from (k.value for k in call.keywords if k.arg == "columns" and isinstance(k.value, ast.Dict))

    def added(self) -> set[str]:
        """Columns that the script itself makes."""
        found = {text_of(call.args[0]) for call in calls(self.tree, "add_column", "alias") if call.args}
        for call in calls(self.tree, "rename_column", "rename_columns"):
            first = call.args[0] if call.args else None
            found |= set(map(text_of, first.values if isinstance(first, ast.Dict) else call.args[1:2]))
        found |= {text_of(value) for table in self._renaming() for value in table.values}
        found |= {each.name for each in self.aggregated if each.name != each.column}
        return {name for name in found if name is not None}

    def _made_here(self, root: str, name: str, scope: ast.AST, asked: ast.AST) -> bool:
        """Is the key set on this variable before it is read? Not where it is cut: `row["tags"] = row["tags"][:8]`."""
        for node in walk(scope):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
                key = node.slice
                if node.value.id == root and isinstance(key, ast.Constant) and key.value == name:
                    if node.lineno < getattr(asked, "lineno", 0) and not self._part_of_itself(node):
                        return True
        return False

    def _part_of_itself(self, node: ast.Subscript) -> bool:
        above = self.uses.parents.get(node)
        part = above.value if isinstance(above, ast.Assign) else None
        sliced = isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice)
        return sliced and isinstance(part, ast.Subscript) and ast.unparse(part.value) == ast.unparse(node)


def _tells(shape: Shape) -> bool:
    """Does a use tell more than that something is done with a value, or each of its items?"""
    if shape.kind == "list":
        return shape.items is not None and bool(shape.items.values)
    return shape.kind != "any"


def _cell(column: Shape) -> Shape:
    """One value of a column, by how the column is used."""
    whole = column.values or column.kind == "tokens"
    return (column.items or ANY) if column.kind == "list" else column if whole else ANY


def _of_loaded(node: ast.AST) -> str | None:
    """The column that is all of a data set which is kept: `load_dataset(name, split="train")["image"]`, or behind the
    name of its part."""
    name = text_of(node.slice) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) else None
    held = node.value if isinstance(node, ast.Subscript) else None
    held = held.value if isinstance(held, ast.Subscript) else held
    func = held.func if isinstance(held, ast.Call) else None
    loads = getattr(func, "attr", getattr(func, "id", "")) in LOADS
    return name if loads and name is not None and not SPLITS.match(name) else None


def _names(target: ast.AST) -> set[str]:
    return {node.id for node in walk(target) if isinstance(node, ast.Name)}


def _mentions(node: ast.AST, words: tuple[str, ...]) -> bool:
    for part in walk(node):
        name = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
        if name and any(name == w or name.endswith("_" + w) or (name.endswith(w) and len(w) > 3) for w in words):
            return True
    return False
