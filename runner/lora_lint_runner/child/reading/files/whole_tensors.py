"""Files of torch that hold one tensor, and neither rows nor weights: `torch.load(path).float()`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ..walking import walk

OF_TENSORS = frozenset(
    "float half bfloat16 long double shape size dim ndim squeeze unsqueeze reshape view permute transpose mean numpy "
    "contiguous flatten".split()
)


def whole_tensors(trees: Iterable[ast.Module]) -> bool:
    """Does a script ask what it loads for what only a tensor has?"""
    asked = (n.value for tree in trees for n in walk(tree) if isinstance(n, ast.Attribute) and n.attr in OF_TENSORS)
    return any(isinstance(n, ast.Call) and ast.unparse(n.func) == "torch.load" for n in asked)
