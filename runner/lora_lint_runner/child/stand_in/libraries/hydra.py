"""hydra without hydra: the settings of a script, composed of its YAML files and the command line."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ...context import Run
from . import omegaconf
from .omegaconf import MISSING, DictConfig

STORED: dict[str, Any] = {}
ENDS = ("", ".yaml", ".yml")
OVERRIDE = "override "
PACKAGE = re.compile(r"^#\s*@package:?\s+(\S+)", re.M)


class ConfigStore:
    """Settings that a script defines in Python."""

    @classmethod
    def instance(cls) -> ConfigStore:
        return cls()

    def store(self, name: str, node: Any = None, group: str | None = None, **options: Any) -> None:
        STORED[f"{group}/{name}" if group else name] = node


def compose(run: Run, folder: str, name: str | None, words: list[str]) -> DictConfig:
    """The settings called `name` of a folder, with what the command line says of them."""
    groups = {w.partition("=")[0].lstrip("+"): w.partition("=")[2] for w in words if "=" in w}
    if name:
        _override(folder, name, groups)
    config = _composed(folder, name, groups) if name else DictConfig()
    for word in words:
        path, equals, value = word.lstrip("+~").partition("=")
        if equals and not os.path.isdir(os.path.join(folder, path)):
            omegaconf.update(config, path, _read(value))
    _fill_in(run, config, config)
    return config


def _parts(folder: str, name: str) -> list[Any]:
    """The defaults list of a file: texts, and pairs of a group, from the root of all, and what is chosen of it."""
    found: list[Any] = []
    for part in _loaded(folder, name).get("defaults") or []:
        if not isinstance(part, dict):
            found.append(part if part == "_self_" else _whole(name, str(part)))
        else:
            found += [(str(group).replace("optional ", ""), choice) for group, choice in dict(part).items()]
    return found


def _whole(name: str, group: str) -> str:
    """A group that a file names beside itself, or from the root."""
    return group[1:] if group.startswith("/") else os.path.join(os.path.dirname(name), group)


def _override(folder: str, name: str, groups: dict[str, str]) -> None:
    """What the files themselves choose of groups of others (`override /model: large`): the command line comes first."""
    parts = [part for part in _parts(folder, name) if isinstance(part, tuple)]
    for group, choice in parts:
        if group.startswith(OVERRIDE):
            groups.setdefault(_whole(name, group.removeprefix(OVERRIDE)), choice)
    for group, choice in parts:
        whole = _whole(name, group.partition("@")[0])
        if not group.startswith(OVERRIDE) and groups.get(whole, choice) and not whole.startswith("hydra/"):
            with contextlib.suppress(FileNotFoundError):
                _override(folder, f"{whole}/{groups.get(whole, choice)}", groups)


def _composed(folder: str, name: str, groups: dict[str, str]) -> DictConfig:
    own = _loaded(folder, name)
    own.pop("defaults", None)
    made = DictConfig()
    placed = False
    for part in _parts(folder, name):
        if part == "_self_":
            omegaconf.lay_over(made, own)
            placed = True
        elif isinstance(part, str):
            omegaconf.lay_over(made, _composed(folder, part, groups))
        elif not part[0].startswith(OVERRIDE):
            group, choice = part
            _put(made, folder, name, group, choice, groups)
    if not placed:
        omegaconf.lay_over(made, own)
    return made


def _put(made: DictConfig, folder: str, name: str, group: str, choice: Any, groups: dict[str, str]) -> None:
    group, _, package = group.partition("@")
    whole = _whole(name, group)
    chosen = groups.get(whole, choice)
    if chosen is None or whole.startswith("hydra/"):
        return
    inner = _composed(folder, f"{whole}/{chosen}", groups)
    at = package or _package(folder, f"{whole}/{chosen}") or group.lstrip("/").replace("/", ".")
    omegaconf.lay_over(made, inner if at == "_global_" else _nested(at, inner))


def _package(folder: str, name: str) -> str | None:
    """Where a file says itself that its settings belong: `# @package _global_`."""
    path = next((p for end in ENDS if os.path.isfile(p := os.path.join(folder, name + end))), None)
    if path is None:
        return None
    with open(path, encoding="utf-8") as file:
        said = PACKAGE.search(file.read())
    return said.group(1) if said is not None and said.group(1) != "_group_" else None


def _nested(path: str, inner: Any) -> DictConfig:
    found = DictConfig()
    omegaconf.update(found, path, inner)
    return found


def _loaded(folder: str, name: str) -> DictConfig:
    for end in ENDS:
        path = os.path.join(folder, name + end)
        if os.path.isfile(path):
            found = omegaconf.OmegaConf.load(path)
            return found if isinstance(found, DictConfig) else DictConfig()
    if name in STORED:
        return DictConfig(omegaconf.wrapped(STORED[name], None))
    raise FileNotFoundError(2, "No such file or directory", os.path.join(folder, name + ".yaml"))


def _read(text: str) -> Any:
    return omegaconf.read(text)


def _fill_in(run: Run, config: Any, root: DictConfig, path: str = "") -> None:
    """What is marked as missing and nobody gave."""
    filler = run.filler
    assert filler is not None
    for key in list(config):
        value = dict.__getitem__(config, key)
        if isinstance(value, dict):
            _fill_in(run, value, root, f"{path}{key}.")
        elif value == MISSING:
            config[key] = _read(str(filler.value(str(key))))
            filler.said(f"{path}{key}", config[key])


def instantiate(config: Any, *args: Any, **options: Any) -> Any:
    """What `_target_` names, called with the other settings; names that begin with `_` are to hydra itself."""
    found = {**omegaconf.plain(config), **options}
    home, _, name = str(found.pop("_target_")).rpartition(".")
    target = getattr(importlib.import_module(home), name)
    given = {k: instantiate(v) if isinstance(v, dict) and "_target_" in v else v for k, v in found.items()}
    own = {k: v for k, v in given.items() if not k.startswith("_")}
    placed = (*given.get("_args_", ()), *args)
    return functools.partial(target, *placed, **own) if given.get("_partial_") else target(*placed, **own)


def fill(module: ModuleType, run: Run) -> None:
    """Fills `hydra` and its parts."""

    def main(version_base: Any = None, config_path: Any = None, config_name: Any = None, **options: Any) -> Any:
        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(config: Any = None) -> Any:
                if config is not None:
                    return function(config)
                home = os.path.dirname(os.path.abspath(function.__code__.co_filename))
                words = [w for w in sys.argv[1:] if not w.startswith("--")]
                return function(compose(run, os.path.join(home, config_path or ""), config_name, words))

            return call

        return decorate

    here = os.getcwd()
    if module.__name__ == "hydra":
        module.__dict__.update({n: importlib.import_module(f"hydra.{n}") for n in ("utils", "core")})
    module.__dict__.update(main=main, ConfigStore=ConfigStore, get_original_cwd=lambda: here)
    module.__dict__.update(to_absolute_path=lambda path: os.path.join(here, path), instantiate=instantiate)
