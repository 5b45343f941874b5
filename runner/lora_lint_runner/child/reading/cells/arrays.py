"""Arrays in the cells of rows: how many numbers there are in each direction. A docstring says so of a column (`latent:
float16 array (4, 64, 64)`), or the script asks for it (`emb = np.asarray(row["emb"])`, `emb.shape[1]`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from ..walking import FUNCTIONS, parents_of, scope_of, walk
from .tables import text_of

MADE = ("asarray", "array", "as_tensor", "tensor", "from_numpy")
KEPT = ("astype", "float", "to", "copy", "clone")  # what changes no direction
SIZED = r"(?:array|tensor|float|fp16|bf16|shape|latent|embedding)"
MARKED = r"[(\[]\s*(\w+(?:\s*[,x]\s*\w+)+)\s*[)\]]"
SOME = 8  # of what no number is said
MOST = 1 << 16  # numbers in an array


def arrays(modules: Iterable[ast.Module]) -> dict[str, tuple[int, ...]]:
    """The columns of which arrays are made, with their sizes where these are known; 0 stands for one that nobody
    says."""
    trees, asked = list(modules), dict[str, int]()
    for tree in trees:
        parents = parents_of(tree)
        for node in walk(tree):
            if (column := _made_of(node)) is not None:
                asked[column] = max(asked.get(column, 0), _asked(node, parents))
    lines = list(_texts(trees)) if asked else []
    found = {column: _said(column, lines) or (0,) * (count if count > 1 else 0) for column, count in asked.items()}
    return {column: sizes for column, sizes in found.items() if sizes}


def _made_of(node: ast.AST) -> str | None:
    """The column of which an array is made: `np.asarray(row["emb"], dtype=np.float32)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in MADE:
        return None
    first = node.args[0] if node.args else None
    return text_of(first.slice) if isinstance(first, ast.Subscript) else None


def _asked(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> int:
    """The directions that the script asks an array for: one more than the last place of its shape."""
    above = parents.get(node)
    while isinstance(above, (ast.Subscript, ast.Attribute, ast.Call)):
        if isinstance(above, ast.Attribute) and above.attr not in KEPT:
            return 0
        node, above = above, parents.get(above)
    if not isinstance(above, ast.Assign) or not isinstance(above.targets[0], ast.Name):
        return 0
    return max(_places(above.targets[0].id, scope_of(above, parents, FUNCTIONS)), default=-1) + 1


def _places(name: str, scope: ast.AST) -> Iterator[int]:
    for node in walk(scope):
        shape = node.value if isinstance(node, ast.Subscript) else None
        if isinstance(node, ast.Subscript) and isinstance(shape, ast.Attribute) and shape.attr == "shape":
            place = node.slice.value if isinstance(node.slice, ast.Constant) else None
            if getattr(shape.value, "id", "") == name and type(place) is int:
                yield place


def _texts(trees: Iterable[ast.Module]) -> Iterator[str]:
    """What the script says of itself, line by line."""
    for tree in trees:
        for node in walk(tree):
            said = text_of(node.value) if isinstance(node, ast.Expr) else None
            yield from said.splitlines() if said is not None else ()


def _said(column: str, lines: Iterable[str]) -> tuple[int, ...]:
    """`emb  float16 array (L, 4096)`: the first such line counts."""
    form = re.compile(rf"(?<![\w.]){re.escape(column)}(?!\w)[^()\[\]]*{SIZED}[^()\[\]]*{MARKED}", re.I)
    match = next(filter(None, map(form.search, lines)), None)
    parts = re.split(r"\s*[,x]\s*", match.group(1)) if match is not None else []
    sizes = tuple(int(part) if part.isdigit() else 0 for part in parts)
    count = 1
    for size in sizes:
        count *= size or SOME
    return sizes if any(sizes) and count <= MOST else ()
