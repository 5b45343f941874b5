"""hydra without hydra: the settings of a script, composed of its YAML files and the command line."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ...context import Run
from . import omegaconf
from .omegaconf import MISSING, DictConfig

STORED: dict[str, Any] = {}


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
    config = _composed(folder, name, groups) if name else DictConfig()
    for word in words:
        path, equals, value = word.lstrip("+~").partition("=")
        if equals and not os.path.isdir(os.path.join(folder, path)):
            omegaconf.update(config, path, _read(value))
    _fill_in(run, config, config)
    return config


def _composed(folder: str, name: str, groups: dict[str, str]) -> DictConfig:
    own = _loaded(folder, name)
    parts = own.pop("defaults", None) or []
    made = DictConfig()
    placed = False
    for part in parts:
        if part == "_self_":
            omegaconf.lay_over(made, own)
            placed = True
        elif isinstance(part, str):
            omegaconf.lay_over(made, _composed(folder, part, groups))
        else:
            for group, choice in dict(part).items():
                _put(made, folder, str(group).replace("override ", "").replace("optional ", ""), choice, groups)
    if not placed:
        omegaconf.lay_over(made, own)
    return made


def _put(made: DictConfig, folder: str, group: str, choice: Any, groups: dict[str, str]) -> None:
    group, _, package = group.partition("@")
    chosen = groups.get(group, choice)
    if chosen is None or group.startswith("hydra/"):
        return
    inner = _composed(folder, f"{group}/{chosen}", groups)
    at = package or group.replace("/", ".")
    if at == "_global_":
        omegaconf.lay_over(made, inner)
    else:
        omegaconf.lay_over(made, _nested(at, inner))


def _nested(path: str, inner: Any) -> DictConfig:
    found = DictConfig()
    omegaconf.update(found, path, inner)
    return found


def _loaded(folder: str, name: str) -> DictConfig:
    for end in ("", ".yaml", ".yml"):
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
