"""Files that are held in cells: what opens them tells what they are."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

FILES = {"open": "image bytes", "read": "audio bytes", "load": "audio bytes"}
OPENERS = frozenset(["Image", "PIL", "sf", "soundfile", "librosa", "torchaudio", "wavfile"])


def kind_of_file(file: ast.Call, parents: Mapping[ast.AST, ast.AST], around: Iterable[ast.AST]) -> str:
    """As what opens it takes it: `Image.open(BytesIO(cell))`, also by a name."""
    above = parents.get(file)
    target = above.targets[0] if isinstance(above, ast.Assign) and len(above.targets) == 1 else None
    held = [n for n in around if isinstance(n, ast.Name) and n.id == getattr(target, "id", None)]
    for call in (parents.get(node) for node in (file, *held)):
        func = call.func if isinstance(call, ast.Call) else None
        if isinstance(func, ast.Attribute) and getattr(func.value, "id", "") in OPENERS:
            return FILES.get(func.attr, "bytes")
    return "bytes"
