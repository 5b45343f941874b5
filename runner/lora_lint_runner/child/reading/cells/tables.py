"""The columns of tables: what a script says of them where it reads, sorts, groups or keeps them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from ..walking import walk

READERS = (
    "read_csv", "read_json", "read_parquet", "read_feather", "read_table", "read_excel", "read_sql", "read_sql_query",
    "to_pandas", "read_ndjson", "scan_csv", "scan_parquet", "scan_ndjson", "read_pickle",
)  # fmt: skip
NAMING = ("names", "usecols", "columns", "parse_dates")  # what the readers are told
OTHERS = (ast.NotEq, ast.NotIn)
COUNTED = (
    "mean", "std", "var", "cumsum", "cumprod", "diff", "clip", "round", "median", "quantile", "pct_change", "rolling",
    "expanding", "ewm", "interpolate",
)  # fmt: skip
MADE_OF_NUMBERS = ("tensor", "as_tensor", "array", "asarray", "FloatTensor", "LongTensor")
KINDS_OF_NUMBERS = {"int": "int", "long": "int", "float": "float"}
OF_TABLES = frozenset(
    "columns index shape values iloc loc at iat dtypes T size empty ndim axes attrs plot style".split()
)


def frames(tree: ast.Module) -> set[str]:
    """Variables that hold a table read from a file, or made of what the lines of one were taken apart into."""
    found = set()
    readers = (*READERS, "DataFrame") if next(calls(tree, "groupdict"), None) is not None else READERS
    for node in walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            called = [c.func for c in walk(node.value) if isinstance(c, ast.Call)]
            if any(isinstance(c, ast.Attribute) and c.attr in readers for c in called):
                found.add(node.targets[0].id)
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Tuple):
            # for name, rows in frame.groupby("name")
            grouped = [
                c for c in walk(node.iter) if isinstance(c, ast.Call) and getattr(c.func, "attr", "") == "groupby"
            ]
            found.update(e.id for e in node.target.elts[1:] if grouped and isinstance(e, ast.Name))
    return found


def by_attribute(node: ast.AST, known: set[str], parents: Mapping[ast.AST, ast.AST]) -> str | None:
    """The column that is taken for an attribute of a table: `frame.label`."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known):
        return None
    above = parents.get(node)
    called = isinstance(above, ast.Call) and above.func is node
    return None if called or not isinstance(node.ctx, ast.Load) or node.attr in OF_TABLES else node.attr


def of_expression(node: ast.AST) -> str | None:
    """The column that an expression of polars or pyarrow begins with: `pl.col("rating") >= 4`, `pc.field("rating")`."""
    called = node.func if isinstance(node, ast.Call) else None
    return (
        text_of(node.args[0])
        if getattr(called, "attr", "") in ("col", "field") and isinstance(node, ast.Call) and node.args
        else None
    )


def told(tree: ast.Module) -> Iterator[str]:
    """The columns that a reader of tables is told, or its table is given: `read_csv(path, names=["en", "de"])`,
    `frame.columns = ["en", "de"]`."""
    lists = _lists(tree)
    for node in walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("read_"):
            for given in [k.value for k in node.keywords if k.arg in NAMING]:
                yield from _joined(given, lists) if not isinstance(given, ast.Dict) else []
            yield from filter(None, [text_of(k.value) for k in node.keywords if k.arg == "index_col"])
        elif isinstance(node, ast.Assign) and named_anew(node) is not None:
            yield from _joined(node.value, lists)


def named_anew(node: ast.Assign) -> ast.expr | None:
    """The table whose columns all get names: `frame.columns = ["path", "ms"]`."""
    target = node.targets[0]
    return target.value if isinstance(target, ast.Attribute) and target.attr == "columns" else None


def dates(tree: ast.Module) -> Iterator[str]:
    """The columns that a reader of tables takes for dates: `read_csv(path, parse_dates=["created_at"])`, and those that
    are made such: `pd.to_datetime(frame["created_at"])`."""
    for call in calls(tree, "to_datetime"):
        columns = [text_of(given.slice) for given in call.args[:1] if isinstance(given, ast.Subscript)]
        yield from filter(None, columns)
    for node in walk(tree):
        for given in [k.value for k in node.keywords if k.arg == "parse_dates"] if isinstance(node, ast.Call) else []:
            yield from texts_of(given)


def in_time(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The columns of a series in time, which has so many values an hour or a day, and whether they are its dates or
    its numbers: `frame.set_index("at")["load"].asfreq("1h")`, `frame.resample("1D", on="at")["load"]`."""
    sounds = [call for call in calls(tree, "resample") if not any(map(text_of, call.args[:1]))]  # to a rate: a number
    for call in [call for call in calls(tree, "asfreq", "resample") if call not in sounds]:
        yield from ((name, "date") for k in call.keywords if k.arg == "on" and (name := text_of(k.value)) is not None)
        held: ast.expr = call.func
        while isinstance(held, (ast.Attribute, ast.Call, ast.Subscript)):
            if isinstance(held, ast.Subscript) and (name := text_of(held.slice)) is not None:
                yield name, "float"
            if isinstance(held, ast.Call) and getattr(held.func, "attr", "") == "set_index":
                yield from ((name, "date") for part in held.args[:1] if (name := text_of(part)) is not None)
                break
            held = held.func if isinstance(held, ast.Call) else held.value


def chosen(tree: ast.Module, known: set[str], parents: Mapping[ast.AST, ast.AST]) -> Iterator[str]:
    """The columns of a table that are kept, looked at, named anew or grouped by: `frame[["text", "label"]]`,
    `frame[COLUMNS]`, `frame.dropna(subset=["text"])`, `frame.rename(columns={"text": "input"})`,
    `frame.groupby("id")["text"]`; lists of them may be joined: `["text", *OPTIONS]`, `["text"] + OPTIONS`."""
    lists = _lists(tree)
    for node in walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
            yield from lists.get(node.slice.id, ())
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in known:
            yield from _joined(node.slice, lists)
    for call in calls(tree, "dropna", "drop_duplicates", "rename"):
        yield from (n for k in call.keywords if k.arg in ("subset", "columns") for n in _joined(k.value, lists))
    for call in calls(tree, "merge", "join"):
        for given in [k.value for k in call.keywords if k.arg in ("on", "left_on", "right_on")]:
            yield from texts_of(given) or filter(None, [text_of(given)])
    for call in calls(tree, "groupby", "sort_values", "set_index"):
        above = parents.get(call)
        item = above.slice if isinstance(above, ast.Subscript) else ast.Tuple([], ast.Load())
        for part in (*call.args[:1], item):
            yield from texts_of(part) or filter(None, [text_of(part)])


def numbers(tree: ast.Module, parents: Mapping[ast.AST, ast.AST]) -> Iterator[tuple[str, str]]:
    """The columns that are taken together for numbers, and of which kind: `frame[CHANNELS].to_numpy(dtype="float32")`,
    `torch.tensor(frame[["x", "y"]].values, dtype=torch.float32)`."""
    lists = _lists(tree)
    for node in walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Name, ast.List, ast.BinOp)):
            kind = number_of(parents.get(node), parents)
            yield from ((name, kind) for name in _joined(node.slice, lists) if kind is not None)


def number_of(parent: ast.AST | None, parents: Mapping[ast.AST, ast.AST]) -> str | None:
    """The kind of number that a column of a table is taken for: `frame["sales"].mean()`, `frame["n"].astype(int)`,
    `frame["n"].values.astype("int64")`, `torch.tensor(frame["n"].to_numpy(), dtype=torch.float)`."""
    if isinstance(parent, ast.Attribute) and parent.attr == "values":
        parent = parents.get(parent)
    called = parents.get(parent) if isinstance(parent, ast.Attribute) else None
    if isinstance(parent, ast.Attribute) and isinstance(called, ast.Call) and called.func is parent:
        if parent.attr in COUNTED:
            return "float"
        if parent.attr in ("astype", "to_numpy") and (called.args or called.keywords):
            return _said(called, called.args[:1])
        parent = parents.get(called) if parent.attr in ("to_numpy", "tolist") else None
    if not isinstance(parent, ast.Call):
        return None
    maker = parent.func.attr if isinstance(parent.func, ast.Attribute) else ""
    return _said(parent, [ast.Constant(maker)]) if maker in MADE_OF_NUMBERS else None


def _said(call: ast.Call, given: list[ast.expr]) -> str | None:
    """The kind of number that is asked for."""
    said = [ast.unparse(part).lower() for part in (*given, *(k.value for k in call.keywords if k.arg == "dtype"))]
    return next((kind for word, kind in KINDS_OF_NUMBERS.items() if any(word in part for part in said)), None)


def picks(column: ast.AST, parent: ast.AST | None) -> bool:
    """Does a column pick the rows of its table: `frame[frame["resolved"]]`, `frame[~frame["hidden"]]`?"""
    turned = isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Invert)
    if isinstance(parent, ast.BinOp):
        return isinstance(parent.op, (ast.BitAnd, ast.BitOr))
    return turned or (isinstance(parent, ast.Subscript) and parent.slice is column)


def kept(tree: ast.Module, known: set[str]) -> Iterator[str]:
    """The columns that are left where the others are removed: `[c for c in data.column_names if c != "label"]`, of a
    table `[c for c in frame.columns if c != "date"]`."""
    for node in walk(tree):
        if not isinstance(node, ast.comprehension) or not isinstance(node.iter, ast.Attribute):
            continue
        table = node.iter.value
        named = node.iter.attr == "columns" and isinstance(table, ast.Name) and table.id in known
        tests = [n for test in node.ifs for n in walk(test)] if named or node.iter.attr == "column_names" else []
        for test in [n for n in tests if isinstance(n, ast.Compare) and isinstance(n.ops[0], OTHERS)]:
            other = test.comparators[0]
            yield from texts_of(other) or filter(None, [text_of(other)])


def text_of(node: ast.AST | None) -> str | None:
    """The text of a constant, None of anything else."""
    if isinstance(node, ast.JoinedStr):  # f"ner_tags"
        parts = [text_of(part) for part in node.values]
        return None if None in parts else "".join(part or "" for part in parts)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def texts_of(node: ast.AST) -> list[str]:
    """The texts of a list, or of the keys of a dict."""
    parts: Sequence[ast.expr | None] = node.keys if isinstance(node, ast.Dict) else []
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        parts = node.elts
    return [text for text in map(text_of, parts) if text is not None]


def _joined(node: ast.AST, lists: Mapping[str, list[str]]) -> list[str]:
    """The texts of lists that are put together, some of them under a name."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_joined(node.left, lists), *_joined(node.right, lists)]
    if isinstance(node, ast.Starred):
        return _joined(node.value, lists)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("list", "tuple") and node.args:
        return _joined(node.args[0], lists)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return lists.get(node.id if isinstance(node, ast.Name) else node.attr, [])
    inner = [part for part in getattr(node, "elts", ()) if isinstance(part, ast.Starred)]
    return [*texts_of(node), *(text for part in inner for text in _joined(part, lists))]


def _lists(tree: ast.Module) -> dict[str, list[str]]:
    """Variables that hold a list of texts."""
    bound = [n for n in walk(tree) if isinstance(n, ast.Assign) and isinstance(n.value, (ast.List, ast.Tuple))]
    return {n.targets[0].id: texts_of(n.value) for n in bound if isinstance(n.targets[0], ast.Name)}


def calls(tree: ast.Module, *names: str) -> Iterator[ast.Call]:
    """The calls of methods of these names."""
    for node in walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node
