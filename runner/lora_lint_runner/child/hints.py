"""What the source says about its surroundings: model classes, names of adapted modules, the columns of its rows.

A reading with `ast`, not an interpretation: hints only choose stand-ins, they decide nothing about right or wrong.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .shapes import Shape, Shapes

MODULES = frozenset(
    (
        "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj query_key_value dense_h_to_4h dense_4h_to_h "
        "c_attn c_proj c_fc Wqkv out_proj qkv_proj gate_up_proj fc1 fc2 query key value query_proj key_proj "
        "value_proj q v k o wi wo wi_0 wi_1 q_lin v_lin k_lin in_proj x_proj dt_proj SelfAttention.q to_q "
        "to_k to_v to_out.0 dense attn.qkv qkv"
    ).split()
)


class Hints(NamedTuple):
    """`classes` are names of model, tokenizer and processor classes; `columns` what rows are asked for, with shapes."""

    classes: tuple[str, ...] = ()
    modules: frozenset[str] = frozenset()
    columns: dict[str, Shape] = {}
    trainers: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    labels: int | None = None
    text_field: str | None = None

    @property
    def roots(self) -> frozenset[str]:
        """The packages that are imported."""
        return frozenset(name.split(".")[0] for name in self.imports)


def read(script: str, root: str) -> Hints:
    """The hints of a script and the local modules that it imports. A file that can't be parsed has none."""
    trees = list(_trees(script, root))
    classes: dict[str, None] = {}
    found: set[str] = set()
    imports: set[str] = set()
    columns: dict[str, Shape] = {}
    labels: int | None = None
    field: str | None = None
    for tree in trees:
        for node in ast.walk(tree):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
            if name is not None and _is_class(name):
                classes.setdefault(name)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
                if _is_class(node.value):
                    classes.setdefault(node.value)
            elif isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant):
                if node.arg == "num_labels" and isinstance(node.value.value, int):
                    labels = node.value.value
                if node.arg == "dataset_text_field" and isinstance(node.value.value, str):
                    field = node.value.value
        imports |= imports_in(tree)
        for name, shape in Shapes(tree).columns().items():
            columns[name] = columns[name].joined(shape) if name in columns else shape
    return Hints(
        tuple(classes), frozenset(found & MODULES), columns, frozenset(c for c in classes if c.endswith("Trainer")),
        frozenset(imports), frozenset(found), labels, field,
    )  # fmt: skip


_ENDS = (
    "Model",
    "LMHead",
    "LMHeadModel",
    "Tokenizer",
    "TokenizerFast",
    "Processor",
    "FeatureExtractor",
    "Trainer",
    "Pipeline",
)


def _is_class(name: str) -> bool:
    if not name[:1].isupper() or not name.isidentifier():
        return False
    return name.endswith(_ENDS) or (
        ("For" in name) and any(c.islower() for c in name) and name.rsplit("For", 1)[1][:1].isupper()
    )


def imports_in(tree: ast.Module) -> set[str]:
    """The modules, and the names in them, that a file imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")
    return found


def _trees(script: str, root: str) -> Iterator[ast.Module]:
    seen: set[str] = set()
    waiting = [script]
    while waiting and len(seen) < 60:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        try:
            with open(path, "rb") as file:
                tree = ast.parse(file.read())
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        yield tree
        for name in _local_imports(tree):
            waiting += [
                p for p in _files(name, (os.path.dirname(path), root, os.path.dirname(script))) if p not in seen
            ]


def _local_imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield base
            yield from (f"{base}.{alias.name}".lstrip(".") for alias in node.names)


def _files(name: str, roots: Iterable[str]) -> Iterator[str]:
    if not name:
        return
    for root in dict.fromkeys(roots):
        path = os.path.join(root, *name.split("."))
        for candidate in (path + ".py", os.path.join(path, "__init__.py")):
            if os.path.isfile(candidate):
                yield candidate
