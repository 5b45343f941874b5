"""Packages that are not installed and that the save path does not need: trackers, quantizers, metrics, secrets.

A stand-in is given only to imports of the script itself: libraries go on seeing that the package is missing. A package
that is in no row of the table is reported as missing, with the pip command.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

from ..context import Run
from ..neighbours import is_another
from ..reading import sources
from . import own_settings
from .anything import Anything, StandInModule, written_as_text

with open(os.path.join(os.path.dirname(__file__), "packages.json"), encoding="utf-8") as _file:
    TABLE: dict[str, Any] = json.load(_file)
KINDS: dict[str, str] = {
    **dict.fromkeys(TABLE["nothing"], "nothing"),
    **dict.fromkeys(TABLE["score"], "scores"),
    **TABLE["libraries"],
    **TABLE["parts"],
}
SAID = {
    "nothing": "a stand-in that does nothing",
    "scores": "every score is 0.5",
    "unsloth": "transformers and peft in its place",
    "bitsandbytes": "layers and optimizers of torch in its place",
}
SMALL = "a small version in its place"
COPIED = ("peft", "transformers", "trl", "accelerate", "diffusers")
MOST_FOLDERS = 1000  # that are searched for a module of the project's own


class Missing(importlib.abc.MetaPathFinder):
    """The last finder that is asked: nobody else knows the package."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lacking = {e["name"] for e in run.spec.learned.get("lacking", ()) if e["kind"] == "package"}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        root = next((part for part in TABLE["parts"] if f"{fullname}.".startswith(f"{part}.")), fullname.split(".")[0])
        kind = KINDS.get(root) or ("nothing" if root in self.lacking else None)
        inside = isinstance(sys.modules.get(root), StandInModule) and root not in TABLE["shared"]
        asker = self.run.code.asker()
        if kind is None and "." not in fullname and asker is not None:
            self.run.met.missed_packages[fullname] = None
        if (
            kind is None
            or (fullname in TABLE["absent"] and root not in self.lacking)
            or not (inside or (asker is not None and not is_copy(asker)))
        ):
            return None
        if root in sys.modules and not inside:  # the package is there, this part of it is not
            return None
        self.run.neutral(f"package {root} is not installed: {SAID.get(kind, SMALL)}")
        return importlib.machinery.ModuleSpec(fullname, _Maker(self.run, kind), is_package=True)


class Hollow(importlib.abc.MetaPathFinder):
    """The first finder that is asked: a folder without code that is called as a package is not that package."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in KINDS or "." in fullname:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        return self.missing.find_spec(fullname) if found is not None and not _holds_code(found) else None


class _Maker(importlib.abc.Loader):
    def __init__(self, run: Run, kind: str) -> None:
        self.run, self.kind = run, kind

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = StandInModule(spec.name)
        module.__dict__.update(__version__="99.0.0")
        return module

    def exec_module(self, module: ModuleType) -> None:
        if self.kind == "nothing":
            return
        library = importlib.import_module(f"{__package__}.libraries.{self.kind}")
        library.fill(module, self.run)
        parent, _, name = module.__name__.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], name, module)


class Own(importlib.abc.MetaPathFinder):
    """Packages of the project itself that it expects to be installed (`pip install -e .`): read from where they lie."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.folders = [run.spec.work, os.path.join(run.spec.work, "src"), os.path.join(run.spec.work, "lib")]
        self.folders += [*_installable(run), *_above(run.spec.script, run.spec.work)]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if "." in fullname or fullname in KINDS or not self.run.code.asks_import():
            return None
        asker = self.run.code.asker()
        folders = [*self.folders, *(f for f in _only_place(fullname, self.run) if not _is_part(f, str(asker)))]
        found = [importlib.machinery.PathFinder.find_spec(fullname, [folder], target) for folder in folders]
        there = [s for s in found if s is not None and _holds_code(s)]
        spec = next((s for s in there if s.origin is not None), there[0] if there else None)
        if spec is None:
            spec = _as_whole(
                fullname, [self.run.spec.work, *_above(self.run.spec.script, self.run.spec.work)], self.run
            )
        if spec is None:
            return None
        self.run.neutral(f"package {fullname} is the project's own and not installed: read from the project")
        return spec


def _as_whole(name: str, folders: Sequence[str], run: Run) -> importlib.machinery.ModuleSpec | None:
    """The project's own folder under the name that it has elsewhere (`thesis.utils.data`, of a clone of that name)."""
    nodes = (node for tree in sources.trees(run.spec.script, run.spec.work) for node in ast.walk(tree))
    told = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    inner = [module.split(".")[1:] for module in told if module.startswith(f"{name}.")]
    own = os.path.realpath(run.spec.script)  # is none of a package that it asks for
    for folder in dict.fromkeys(folders):
        paths = [os.path.join(folder, *parts) for parts in inner]
        if paths and all(_is_module(path) and os.path.realpath(f"{path}.py") != own for path in paths):
            spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = [folder]
            return spec
    return None


def _is_module(path: str) -> bool:
    return os.path.isfile(f"{path}.py") or os.path.isfile(os.path.join(path, "__init__.py"))


def _only_place(name: str, run: Run) -> list[str]:
    """The folder of a project in which a module of this name lies, if it is the only one."""
    found = []
    for count, (folder, inner, files) in enumerate(os.walk(run.spec.work, followlinks=True)):
        inner[:] = [d for d in inner if not d.startswith(".") and d not in ("node_modules", "site-packages")]
        inner[:] = [d for d in inner if not is_another(run, os.path.join(folder, d))]
        if count > MOST_FOLDERS:
            return []
        found += [folder] if f"{name}.py" in files or name in inner else []
    return found if len(found) == 1 else []


def _packages_around(folder: str) -> Iterator[str]:
    """The folders of the packages that a folder is in, itself first."""
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        yield folder
        folder = os.path.dirname(folder)


@functools.cache
def is_copy(filename: str) -> bool:
    """Is it a file of a library that the project has a copy of (`peft/src/peft`)? It does without what is not there."""
    for folder in _packages_around(os.path.dirname(filename)):
        if os.path.basename(folder) in COPIED:
            with open(os.path.join(folder, "__init__.py"), encoding="utf-8", errors="replace") as file:
                return "__version__" in file.read()
    return False


def _is_part(folder: str, asker: str) -> bool:
    """Is it a folder of the package that asks? A module in it (`peft/tuners/lora/aqlm.py`) is asked for with a dot, and
    without one the package of that name is (`import aqlm`)."""
    packages = list(_packages_around(folder))
    return bool(packages) and asker.startswith(os.path.join(os.path.dirname(packages[-1]), ""))


def _holds_code(spec: importlib.machinery.ModuleSpec) -> bool:
    return spec.origin is not None or _code_below(spec.submodule_search_locations or ())


def _installable(run: Run) -> list[str]:
    """The folders in a project that are installed by themselves, and where their code may lie in them."""
    found = []
    for folder in sorted(e.path for e in os.scandir(run.spec.work) if e.is_dir() and not e.name.startswith(".")):
        if not is_another(run, folder) and any(
            os.path.isfile(os.path.join(folder, name)) for name in ("setup.py", "pyproject.toml", "setup.cfg")
        ):
            found += [folder, os.path.join(folder, "src")]
    return found


def _above(script: str, root: str) -> list[str]:
    """The folders around a script, inner ones first: it may be started from one of them."""
    found = [os.path.dirname(os.path.dirname(script))]
    while found[-1].startswith(root + os.sep):
        found.append(os.path.dirname(found[-1]))
    return found


def _code_below(folders: Iterable[str]) -> bool:
    """A folder without code is no package."""
    for folder in folders:
        for place in (folder, *(e.path for e in os.scandir(folder) if e.is_dir() and not e.name.startswith("."))):
            if any(name.endswith(".py") for name in os.listdir(place)):
                return True
    return False


def install(run: Run) -> None:
    """From now on the script may import what is not there."""
    missing = Missing(run)
    sys.meta_path[:] = [Hollow(missing), *sys.meta_path, Own(run), missing]
    written_as_text(run)
    own_settings.install(run)

    @run.patches.after("peft.peft_model")
    def adapters(module: Any) -> None:
        run.patches.replace(module.PeftModel, "__init__", _no_model)

    @run.patches.after("importlib.util")
    def specs(module: Any) -> None:
        run.patches.replace(module, "find_spec", lambda real: _unseen(run, real))

    @run.patches.after("transformers.utils.quantization_config", "diffusers.quantizers.quantization_config")
    def quantization(module: Any) -> None:
        for cls in [c for c in vars(module).values() if isinstance(c, type) and "post_init" in vars(c)]:
            run.patches.replace(cls, "post_init", _checked)


def _no_model(real: Any) -> Any:
    """An adapter on what stands in for a model would be sought for ever."""

    def init(self: Any, model: Any, *args: Any, **options: Any) -> None:
        if isinstance(model, Anything):
            raise TypeError(f"{model} is no model")
        real(self, model, *args, **options)

    return init


def _unseen(run: Run, real: Any) -> Any:
    """Libraries that ask whether a package is there are told of none that stands in."""

    def find_spec(name: str, package: str | None = None) -> Any:
        stands_in = isinstance(sys.modules.get(name.partition(".")[0]), StandInModule)
        return None if stands_in and not run.code.asks() else real(name, package)

    return find_spec


def _checked(real: Any) -> Any:
    """Some configs of a quantization ask for the release of its package, here and now."""

    def post_init(self: Any) -> None:
        try:
            real(self)
        except ImportError:
            return

    return post_init
