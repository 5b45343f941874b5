"""The script and the modules of its project that it imports, as trees of plain statements (see `plainer`). A file that
can't be parsed is left out."""

from __future__ import annotations

import ast
import importlib.util
import os
from collections.abc import Iterable, Iterator

from .plainer import plainer

MOST = 60
LIBRARIES = frozenset(
    "torch transformers peft trl datasets diffusers accelerate huggingface_hub unsloth evaluate tokenizers".split()
)


def trees(script: str, root: str) -> Iterator[ast.Module]:
    """The trees of a script and of what it imports from its own project."""
    seen: set[str] = set()
    waiting = [script]
    homes = [os.path.dirname(script)]
    while homes[-1].startswith(os.path.join(root, "")):
        homes.append(os.path.dirname(homes[-1]))
    homes.append(os.path.join(root, "src"))
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        try:
            with open(path, "rb") as file:
                tree = plainer(ast.parse(file.read()))
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        yield tree
        for name in _local_imports(tree):
            waiting += [p for p in _files(name, (os.path.dirname(path), root, *homes)) if p not in seen]


def _local_imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield base
            yield from (f"{base}.{alias.name}".lstrip(".") for alias in node.names)


def _files(name: str, roots: Iterable[str]) -> Iterator[str]:
    """A module, and the packages that it lies in: these are run first."""
    parts = name.split(".")
    hidden = parts[0] in LIBRARIES
    if not name or (hidden and _installed(parts)):  # of a library's own repository its installed copy is what runs
        return
    for root in dict.fromkeys(roots):
        path = os.path.join(root, *parts)
        around = [os.path.join(root, *parts[:depth], "__init__.py") for depth in range(len(parts) - 1, 0, -1)]
        for candidate in (path + ".py", os.path.join(path, "__init__.py"), *around):
            if os.path.isfile(candidate) and not (hidden and candidate in around):
                yield candidate


def _installed(parts: list[str]) -> bool:
    """Has a library such a module? A project may have a folder `datasets` of its own, with `loading.py` in it."""
    try:
        spec = importlib.util.find_spec(parts[0])
    except ValueError:  # a stand-in has taken its place by now: it has no files
        return True
    homes = (spec.submodule_search_locations or ()) if spec is not None else ()
    paths = [os.path.join(home, *parts[1:]) for home in homes]
    return len(parts) == 1 or any(os.path.exists(path) or os.path.exists(path + ".py") for path in paths)


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
