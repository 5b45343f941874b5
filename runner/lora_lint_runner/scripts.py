"""The scripts that a command line means: files as named, in folders those that work on a PEFT model by themselves."""

from __future__ import annotations

import ast
import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import lora_lint
from lora_lint_runner import notebook
from lora_lint_runner.box.scratch import left_out
from lora_lint_runner.options import UsageError

NAMES = frozenset("peft unsloth PeftModel LoraConfig add_adapter save_lora_weights".split())
ACTS = frozenset(
    "save_pretrained save_model push_to_hub merge_and_unload train backward save save_file save_lora_weights".split()
)
WRITES = frozenset(  # what else may put weights into a file
    "save save_file save_model state_dict dump dumps tofile savez savez_compressed save_checkpoint save_state "
    "save_to_disk log_model write_bytes push_to_hub upload_folder upload_file".split()
)
TESTS = re.compile(r"^(test_.*|.*_test|conftest)\.py$")


def find(named: Iterable[Path]) -> list[Path]:
    """The scripts to run, each once. Raises UsageError for what is not there or cannot be run."""
    found: dict[Path, None] = {}
    for path in named:
        if path.is_dir():
            inside = list(_in_folder(path))
            if not inside:
                raise UsageError(f"{path}: no script in it works on a PEFT model")
            found.update(dict.fromkeys(inside))
        elif not path.exists():
            raise UsageError(f"{path}: there is no such file")
        elif path.suffix not in (".py", ".ipynb"):
            raise UsageError(f"{path}: only Python scripts and notebooks can be run")
        else:
            found[path] = None
    return list(found)


def _in_folder(folder: Path) -> Iterator[Path]:
    """A file that is no Python is among them where it names PEFT: its report says what is wrong with it."""
    trees: dict[Path, ast.Module] = {}
    broken: set[Path] = set()
    for path in _files(folder):
        with contextlib.suppress(OSError):
            data = path.read_bytes()
            try:
                text = lora_lint.decode(data).text
                trees[path] = ast.parse(notebook.script_of(text).text if path.suffix == ".ipynb" else text)
            except (lora_lint.Unreadable, SyntaxError, ValueError, RecursionError):
                trees[path] = ast.Module([], [])
                broken |= {path} if any(name.encode() in data for name in NAMES) else set()
    imported = {module for path, tree in trees.items() for module in _imported(path, tree, folder)}
    for path, tree in trees.items():
        alone = path not in imported or any(_says_main(node) for node in ast.walk(tree))
        if path in broken or (alone and _works_on_peft(tree)):
            yield path


def _files(folder: Path) -> Iterator[Path]:
    for root, inner, names in os.walk(folder):
        inner[:] = sorted(d for d in inner if not d.startswith(".") and d not in ("tests", "test"))
        inner[:] = [d for d in inner if left_out(os.path.join(root, d)) is None]
        for name in sorted(names):
            if name.endswith((".py", ".ipynb")) and not TESTS.match(name):
                yield Path(root) / name


def _works_on_peft(tree: ast.Module) -> bool:
    """Does it name PEFT, and train, merge or save something?"""
    return bool(_called(tree) & ACTS) and any(not NAMES.isdisjoint(_names(node)) for node in ast.walk(tree))


def _called(tree: ast.Module) -> set[str]:
    """The names of the functions, methods and classes that it calls."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {getattr(func, "attr", getattr(func, "id", "")) for func in calls}


def saves_pretrained_alone(path: Path) -> bool:
    """Is all that it writes of weights what `save_pretrained` does, and has it no modules of its own beside it?"""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    imports = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    own = any(_beside(path, node) for node in imports)
    return not _called(tree) & WRITES and not own


def _beside(path: Path, node: ast.Import | ast.ImportFrom) -> bool:
    """Is it imported of the project?"""
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    roots = [name.split(".")[0] for name in names]
    relative = isinstance(node, ast.ImportFrom) and node.level > 0
    return relative or any((path.parent / f"{r}.py").exists() or (path.parent / r).is_dir() for r in roots)


def only_defines(path: Path) -> bool:
    """Is it a module that does nothing by itself: imports, functions, classes and constants?"""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return False
    calls = (ast.Expr, ast.For, ast.While, ast.With, ast.If, ast.Try)
    acts = [n for n in tree.body if isinstance(n, calls) and any(isinstance(part, ast.Call) for part in ast.walk(n))]
    functions = any(isinstance(n, (ast.FunctionDef, ast.ClassDef)) for n in tree.body)
    return functions and not acts and not any(_says_main(n) for n in ast.walk(tree))


def callers(path: Path, folder: Path) -> list[Path]:
    """The scripts of a project that import a module and do something by themselves: those that call what it defines,
    where there are any."""
    defines = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    own = {node.name for node in ast.parse(path.read_bytes()).body if isinstance(node, defines)}
    found: dict[Path, bool] = {}
    for script in _files(folder):
        with contextlib.suppress(OSError, SyntaxError, ValueError, RecursionError):
            data = script.read_bytes() if script.suffix == ".py" and script != path else b""
            tree = ast.parse(data) if path.stem.encode() in data else None
            if tree is not None and path in _imported(script, tree, folder) and not only_defines(script):
                found[script] = bool(_called(tree) & own)
    return [script for script, calls in found.items() if calls] or list(found)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "").split(".")[0], *(alias.name for alias in node.names)]
    return [node.id] if isinstance(node, ast.Name) else [node.attr] if isinstance(node, ast.Attribute) else []


def _says_main(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "__main__"


def _imported(path: Path, tree: ast.Module, folder: Path) -> Iterator[Path]:
    """The files that a script may import: modules are looked for in its folder and in those around it."""
    homes = [home for home in path.parents if home.is_relative_to(folder)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules, around = [alias.name for alias in node.names], homes
        elif isinstance(node, ast.ImportFrom):
            start = f"{node.module}." if node.module else ""
            modules = [node.module or "", *(start + alias.name for alias in node.names)]
            around = [path.parents[node.level - 1]] if 0 < node.level <= len(path.parents) else homes
        else:
            continue
        for module in filter(None, modules):
            yield from (home.joinpath(*module.split(".")).with_suffix(".py") for home in around)
