"""ml_collections in small: settings whose items are attributes, and `--config=settings.py` with `--config.lr=0.1`."""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

from ...context import Run
from .records import Record

ASKED = "get_config"  # the function of a file of settings that hands them out
OPTIONS = ("type_safe", "convert_dict", "allow_dotted_keys", "sort_keys")
HIDDEN = (".", "_")


class ConfigDict(Record):
    """ml_collections 1.1: of a dict, dicts in it alike. It is never locked here."""

    def __init__(self, initial_dictionary: Any = None, **options: Any) -> None:
        super().__init__(dict(initial_dictionary or {}))

    def get_ref(self, name: str) -> Any:
        return self[name]

    get_oneway_ref = get_ref

    def update(self, *args: Any, **items: Any) -> None:
        """What is in a part of it goes into that part."""
        for name, value in dict(*args, **items).items():
            held = dict.get(self, name)
            if isinstance(held, ConfigDict) and isinstance(value, dict):
                held.update(value)
            else:
                self[name] = value

    def update_from_flattened_dict(self, flat: dict[str, Any], strip_prefix: str = "") -> None:
        for path, value in flat.items():
            if path.startswith(strip_prefix):
                put(self, path.removeprefix(strip_prefix).split("."), value)

    def copy_and_resolve_references(self, *args: Any) -> ConfigDict:
        return type(self)(self)

    def lock(self) -> ConfigDict:
        return self

    unlock = lock
    is_locked = property(lambda self: False)

    @contextlib.contextmanager
    def unlocked(self) -> Iterator[ConfigDict]:
        yield self

    def to_json(self, *args: Any, **options: Any) -> str:
        return json.dumps(self.to_dict(), default=str)

    to_json_best_effort = to_yaml = to_json  # JSON is YAML, too


def put(settings: dict[str, Any], path: list[str], value: Any) -> None:
    """Sets what lies at a path."""
    for name in path[:-1]:
        settings = settings[name] if name in settings else settings.setdefault(name, ConfigDict())
    settings[path[-1]] = value


def fill(module: ModuleType, run: Run) -> None:
    """Fills the package, and its parts, which come with it."""
    whole = module.__name__ == "ml_collections"
    names = {
        "ConfigDict": ConfigDict, "FrozenConfigDict": ConfigDict, "FieldReference": lambda value, *a, **k: value,
        "create": lambda **items: ConfigDict(items), "placeholder": lambda *a, **k: None,
        "required_placeholder": lambda *a, **k: None,
    }  # fmt: skip
    flags = {"DEFINE_config_file": lambda *a, **k: _file(run, *a, **k), "DEFINE_config_dict": _dict}
    if whole:
        module.__dict__.update(names, config_dict=SimpleNamespace(**names), config_flags=SimpleNamespace(**flags))
    else:
        module.__dict__.update(names, **flags)


def _dict(name: str, config: Any, *args: Any, **options: Any) -> Any:
    return _defined(name, _changed(name, ConfigDict(config)))


def _file(run: Run, name: str, default: Any = None, *args: Any, **options: Any) -> Any:
    """The flag of a file: the one that is given, else the one that the script names, else one of the project's own."""
    words = [word for word in sys.argv[1:] if word.lstrip("-").partition("=")[0] == name]
    given = words[-1].partition("=")[2] if words else ""
    place = sys.argv.index(words[-1]) if words else 0
    if words and not given:
        given = sys.argv.pop(place + 1) if place + 1 < len(sys.argv) else ""
    sys.argv[1:] = [word for word in sys.argv[1:] if word not in words]
    path, _, word = (given or default or _own(run) or "").partition(":")
    if not path:
        raise FileNotFoundError(f"--{name}: no file of settings was given, and the project has none")
    if path not in (given, default):
        run.neutral(f"argument --{name} is required and was not given: {os.path.relpath(path, run.spec.work)}")
    spec = importlib.util.spec_from_file_location("config_file", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return _defined(name, _changed(name, getattr(made, ASKED)(*([word] if word else []))))


def _own(run: Run) -> str | None:
    """The first file of the project that hands out settings, the nearest to the script first."""
    home = os.path.dirname(run.spec.script)
    for root in dict.fromkeys((home, run.spec.cwd, run.spec.work)):
        for folder, inner, files in os.walk(root, followlinks=True):
            inner[:] = sorted(d for d in inner if not d.startswith(HIDDEN))
            for file in sorted(f for f in files if f.endswith(".py")):
                with open(os.path.join(folder, file), encoding="utf-8", errors="replace") as opened:
                    if f"\ndef {ASKED}(" in opened.read():
                        return os.path.join(folder, file)
    return None


def _changed(name: str, settings: Any) -> Any:
    """The settings with what the command line says of them, whose words are taken: `--config.lora.r=8`."""
    own = [word for word in sys.argv[1:] if word.lstrip("-").startswith(f"{name}.")]
    for word in own:
        path, _, said = word.lstrip("-").partition("=")
        value: Any = said
        with contextlib.suppress(ValueError, SyntaxError):
            value = ast.literal_eval(said)
        put(settings, path.split(".")[1:], value)
    sys.argv[1:] = [word for word in sys.argv[1:] if word not in own]
    return settings


def _defined(name: str, settings: Any) -> Any:
    """The flag of absl that holds the settings, from when its others are read."""
    flags = importlib.import_module("absl.flags") if "absl.flags" in sys.modules else sys.modules["absl"].flags
    holder = flags.DEFINE_string(name, None, "the settings")
    if hasattr(flags.FLAGS, "define"):  # the small version
        flags.FLAGS._values[name] = settings
    else:
        flags.FLAGS[name].value = settings
    return holder
