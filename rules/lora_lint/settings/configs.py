"""Which settings count for a file: those of the nearest pyproject.toml or lora-lint.toml above it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from lora_lint.settings.config import Config, ConfigError
from lora_lint.source.regular import NotRegular, read_regular

if TYPE_CHECKING:
    from pathlib import Path


FILES = ("lora-lint.toml", "pyproject.toml")


class Configs:
    """The settings for any file: those of the nearest config above it, read once a folder, changed by `adjust`.

    With `fixed` the same settings count for every file. `adjust` is what the command line asks for.
    """

    def __init__(self, fixed: Config | None = None, adjust: Callable[[Config], Config] | None = None) -> None:
        self._adjust = adjust if adjust is not None else _same
        self._fixed = self._adjust(fixed) if fixed is not None else None
        self._default = self._adjust(Config())
        self._found: dict[str, Config] = {}

    def of_file(self, path: str) -> Config:
        """The settings for a file, given by its absolute path. Raises ConfigError."""
        return self._fixed if self._fixed is not None else self.of_folder(os.path.dirname(path))

    def of_folder(self, folder: str) -> Config:
        """The settings for what lies in a folder, given by its absolute path. Raises ConfigError."""
        if self._fixed is not None:
            return self._fixed
        passed: list[str] = []
        while (known := self._found.get(folder)) is None:
            passed.append(folder)
            own = _config_in(folder)
            parent = os.path.dirname(folder)
            if own is not None or parent == folder:
                known = self._adjust(own) if own is not None else self._default
                break
            folder = parent
        self._found.update(dict.fromkeys(passed, known))
        return known

    def forget(self) -> None:
        """Config files changed: they are read again."""
        self._found.clear()


def _same(config: Config) -> Config:
    return config


def find_config(start: Path) -> Config:
    """The settings for a file or folder: of the nearest config above it, else the defaults. Raises ConfigError."""
    folder = os.path.abspath(start if start.is_dir() else start.parent)
    return Configs().of_folder(folder)


def load_config(path: Path, folder: str | None = None) -> Config:
    """Reads one config file, whose patterns count from its folder, or the one that is given. Raises ConfigError."""
    from lora_lint.settings.reading import from_table
    from lora_lint.settings.toml import named_table

    return from_table(named_table(os.fspath(path)), path, folder)


def _config_in(folder: str) -> Config | None:
    for name in FILES:
        path = os.path.join(folder, name)
        try:
            data = read_regular(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, NotRegular):
            continue
        except OSError as error:
            if not os.access(folder, os.X_OK):  # nothing in this folder can be read: whoever comes to it says so
                return None
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
        if name == "pyproject.toml" and b"lora-lint" not in data:
            continue
        from pathlib import Path

        from lora_lint.settings.reading import from_table
        from lora_lint.settings.toml import table_in

        table = table_in(path, data)
        if table is not None:
            return from_table(table, Path(path))
    return None
