"""addict, easydict, munch and box: dicts whose items are attributes, too."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run


class Record(dict[str, Any]):
    """A dict with its items as attributes, dicts in it alike."""

    def __init__(self, *args: Any, **items: Any) -> None:
        super().__init__()
        self.update(dict(*args, **items))

    def update(self, *args: Any, **items: Any) -> None:
        for name, value in dict(*args, **items).items():
            self[name] = value

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, _held(value, type(self)))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        del self[name]

    def copy(self) -> Record:
        return type(self)(self)

    def to_dict(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in self.items()}

    toDict = to_dict


class Growing(Record):
    """One in which what is not there yet is empty."""

    def __missing__(self, name: str) -> Growing:
        return type(self)()


def _held(value: Any, kind: type[Record] = Record) -> Any:
    if type(value) is dict:
        return kind(value)
    return [_held(part, kind) for part in value] if type(value) is list else value


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    return [_plain(part) for part in value] if type(value) is list else value


def fill(module: ModuleType, run: Run) -> None:
    """Fills the module under each of the names that these packages have for it."""
    module.__dict__.update(dict.fromkeys(("EasyDict", "Munch", "DefaultMunch", "Box", "ConfigBox"), Record))
    module.__dict__.update(dict.fromkeys(("Dict", "Addict", "DotMap"), Growing), munchify=_held, unmunchify=_plain)
