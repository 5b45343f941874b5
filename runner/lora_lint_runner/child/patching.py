"""Changes in other people's modules, made at the moment the script imports them.

`after("peft.mapping_func")` runs a function once that module is there: at once in a warm process, else right after its
import. Nothing is imported for the sake of a patch, so a script that never uses a library never pays for it.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, cast

Patch = Callable[[ModuleType], None]


class Patches:
    """The patches of one run."""

    def __init__(self) -> None:
        self._wanted: dict[str, list[Patch]] = {}
        self._replaced: dict[int, tuple[Any, Any]] = {}

    def after(self, *names: str) -> Callable[[Patch], Patch]:
        """Runs the decorated function with the module, for each of these modules that is ever imported."""

        def register(patch: Patch) -> Patch:
            for name in names:
                self._wanted.setdefault(name, []).append(patch)
            return patch

        return register

    def install(self) -> None:
        """From now on patches are made. Modules that are there already get theirs now."""
        sys.meta_path.insert(0, _Finder(self))
        for name in list(self._wanted):
            if name in sys.modules:
                self.imported(name)
        self.rebind()

    def wants(self, name: str) -> bool:
        return name in self._wanted

    def imported(self, name: str) -> None:
        """Makes the patches of a module that has just been imported."""
        module = sys.modules.get(name)
        if module is None:
            return
        for patch in self._wanted.pop(name, ()):
            patch(module)

    def replace(self, owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        """Puts `make(original)` in the place of a function, method or classmethod, keeping its kind. Missing: nothing.

        A function of a module may have been taken over by others (`from peft import get_peft_model`); `rebind` finds
        those.
        """
        held = vars(owner).get(name)
        if held is None and isinstance(owner, type) and getattr(owner, name, None) is not None:
            held = _inherited(owner, name)
        if held is None:
            return
        if isinstance(held, (classmethod, staticmethod)):
            setattr(owner, name, type(held)(_like(held.__func__, make)))
            return
        new = _like(held, make)
        setattr(owner, name, new)
        if isinstance(owner, ModuleType):
            self._replaced[id(held)] = (held, new)

    def rebind(self) -> None:
        """Hands the new functions to the modules that took the old ones by name. A scan of all modules: done seldom."""
        if not self._replaced:
            return
        replaced = self._replaced
        for module in list(sys.modules.values()):
            names = getattr(module, "__dict__", None)
            if not isinstance(names, dict):
                continue
            for name, value in list(names.items()):
                found = replaced.get(id(value))
                if found is None or found[0] is not value:
                    continue
                while id(found[1]) in replaced:  # wrapped more than once
                    found = replaced[id(found[1])]
                names[name] = found[1]


def _inherited(owner: Any, name: str) -> Any:
    for base in owner.__mro__[1:]:
        if name in vars(base):
            return vars(base)[name]
    return None


def _like(original: Callable[..., Any], make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Callable[..., Any]:
    new = make(original)
    if new is original or isinstance(new, type):
        return new
    # the signature is part of how libraries call each other: inspect.signature follows __wrapped__
    return functools.update_wrapper(new, original)


class _Finder(importlib.abc.MetaPathFinder):
    """Lets the other finders find a module, and has its patches made after it was executed."""

    def __init__(self, patches: Patches) -> None:
        self.patches = patches
        self._busy: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not self.patches.wants(fullname) or fullname in self._busy:
            return None
        self._busy.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname) if path is None else _find(fullname, path)
        except (ImportError, ValueError):
            return None
        finally:
            self._busy.discard(fullname)
        if spec is not None and spec.loader is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = cast(Any, _Loader(spec.loader, self.patches))
        return spec


def _find(fullname: str, path: Sequence[str]) -> importlib.machinery.ModuleSpec | None:
    for finder in sys.meta_path:
        if isinstance(finder, _Finder) or not hasattr(finder, "find_spec"):
            continue
        spec = finder.find_spec(fullname, path)
        if spec is not None:
            return spec
    return None


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: Any, patches: Patches) -> None:
        self.loader, self.patches = loader, patches

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return cast("ModuleType | None", self.loader.create_module(spec))

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        if spec is not None:
            spec.loader = self.loader  # what others ask of the loader (resources, source) is the real one's to answer
        module.__loader__ = self.loader
        self.loader.exec_module(module)
        self.patches.imported(module.__name__)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)
