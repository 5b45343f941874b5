"""A small ruamel.yaml on PyYAML: files of settings are read, numbers as YAML 1.2 has them, and written."""

from __future__ import annotations

import contextlib
import importlib
import os
from types import ModuleType
from typing import Any

from ...context import Run
from .omegaconf import read


class YAML:
    """Reads and writes one document."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.yaml = importlib.import_module("yaml")

    def load(self, stream: Any) -> Any:
        with _opened(stream, "r") as file:
            return read(file)

    def dump(self, found: Any, stream: Any = None, **options: Any) -> None:
        with _opened(stream, "w") as file:
            self.yaml.safe_dump(found, file, sort_keys=False)

    def indent(self, *args: Any, **options: Any) -> None:
        """How it is laid out is no matter."""

    def register_class(self, cls: Any) -> Any:
        return cls


def _opened(stream: Any, mode: str) -> Any:
    """A path is opened; a text or a file is taken as it is."""
    return open(stream, mode, encoding="utf-8") if isinstance(stream, os.PathLike) else contextlib.nullcontext(stream)


def fill(module: ModuleType, run: Run) -> None:
    """Fills `ruamel` and its part `yaml`, which go by other names than PyYAML."""
    if module.__name__ == "ruamel.yaml":
        plain = importlib.import_module("yaml")
        module.__dict__.update(
            YAML=YAML, safe_load=plain.safe_load, safe_dump=plain.safe_dump, YAMLError=plain.YAMLError
        )
