"""omegaconf without omegaconf: settings by key and by attribute, from YAML, dicts, dataclasses and the command line."""

from __future__ import annotations

import dataclasses
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from ...context import Run

REFERENCE = re.compile(r"\$\{([^{}]+)\}")
SCIENTIFIC = re.compile(r"^[-+]?(\d[\d_]*\.?[\d_]*|\.\d+)[eE][-+]?\d+$")
MISSING = "???"
RESOLVERS: dict[str, Callable[..., Any]] = {}  # by the names that the script has given them


def yaml() -> Any:
    """PyYAML, which comes with transformers."""
    return importlib.import_module("yaml")


def read(text: Any) -> Any:
    """YAML as omegaconf and ruamel.yaml read it: 1e-4 is a number, which YAML 1.1 takes for a text."""

    class Loader(yaml().SafeLoader):  # type: ignore[misc]
        pass

    Loader.add_implicit_resolver("tag:yaml.org,2002:float", SCIENTIFIC, list("-+0123456789."))
    return yaml().load(text, Loader)


class DictConfig(dict):  # type: ignore[type-arg]
    """Settings: nested, with `${...}` resolved when they are read; of a dataclass they know which."""

    def __init__(self, found: Any = None, root: DictConfig | None = None, made_of: Any = None) -> None:
        super().__init__()
        self.__dict__["_root"] = root if root is not None else self
        self.__dict__["_made_of"] = made_of if made_of is not None else class_of(found)
        for key, value in dict(found or {}).items():
            self[key] = value

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, wrapped(value, self.__dict__.get("_root", self)))  # pickle puts the items in first

    def __getitem__(self, key: Any) -> Any:
        return resolved(super().__getitem__(key), self.__dict__["_root"])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"Missing key {name}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key] if key in self else default  # noqa: SIM401 (dict.get would not resolve)

    def __iter__(self) -> Iterator[Any]:
        return super().__iter__()  # a dict with one of its own is asked for each item by `**config` and dict(config)

    def items(self) -> Any:
        return [(key, self[key]) for key in self]

    def values(self) -> Any:
        return [self[key] for key in self]

    def __deepcopy__(self, memo: Any) -> DictConfig:
        return DictConfig({key: dict.__getitem__(self, key) for key in self}, made_of=class_of(self))


class ListConfig(list):  # type: ignore[type-arg]
    """A list of settings."""

    def __init__(self, found: Any = (), root: DictConfig | None = None) -> None:
        super().__init__(wrapped(value, root) for value in found)
        self._root = root

    def __iter__(self) -> Iterator[Any]:
        return (resolved(value, self._root) for value in super().__iter__())


def wrapped(value: Any, root: DictConfig | None) -> Any:
    """Dicts, lists and dataclasses as settings."""
    if isinstance(value, (dict, DictConfig)):
        return DictConfig({k: dict.__getitem__(value, k) for k in value}, root, class_of(value))
    if dataclasses.is_dataclass(value):
        return DictConfig(_fields(value), root, value if isinstance(value, type) else type(value))
    return ListConfig(value, root) if isinstance(value, (list, tuple)) else value


def class_of(config: Any) -> Any:
    """The dataclass that settings are of."""
    return config.__dict__.get("_made_of") if isinstance(config, DictConfig) else None


def _fields(found: Any) -> dict[str, Any]:
    """What a dataclass, or one of its kind, has in its fields; what it has nothing for is still to be given."""
    if not isinstance(found, type):
        return {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    values: dict[str, Any] = {}
    for field in dataclasses.fields(found):
        made = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        values[field.name] = MISSING if made is dataclasses.MISSING else made
    return values


def resolved(value: Any, root: Any) -> Any:
    """A text with its references put in."""
    if not isinstance(value, str) or "${" not in value:
        return value
    whole = REFERENCE.fullmatch(value)
    if whole and (root is not None or ":" in whole.group(1)):
        return _looked_up(whole.group(1), root)
    if root is None:
        return value
    return REFERENCE.sub(lambda match: str(_looked_up(match.group(1), root)), value)


def _looked_up(path: str, root: Any) -> Any:
    kind, colon, rest = path.partition(":")
    if colon and kind in ("oc.env", "env"):
        name, _, default = rest.partition(",")
        return os.environ.get(name.strip(), default.strip())
    if colon and kind in RESOLVERS:
        return RESOLVERS[kind](*(resolved(read(word), root) for word in rest.split(",") if word.strip()))
    return select(root, path) if not colon else "stand-in"


def select(config: Any, path: str, default: Any = None) -> Any:
    """The value at a path with dots."""
    for part in path.strip().split("."):
        if isinstance(config, dict) and part in config:
            config = config[part]
        elif isinstance(config, list) and part.isdigit() and int(part) < len(config):
            config = config[int(part)]
        else:
            return default
    return config


def update(config: Any, path: str, value: Any, **options: Any) -> None:
    """Sets the value at a path with dots."""
    *parts, last = path.split(".")
    for part in parts:
        if not isinstance(config.get(part), dict):
            config[part] = {}
        config = config[part]
    config[last] = value


def merge(*configs: Any) -> Any:
    """One on top of the other."""
    made = DictConfig()
    for config in configs:
        lay_over(made, wrapped(config, None))
    return made


def lay_over(below: Any, above: Any) -> None:
    """Puts settings on top of others, in place."""
    if class_of(below) is None and class_of(above) is not None:
        below.__dict__["_made_of"] = class_of(above)
    for key in above or {}:
        value = dict.__getitem__(above, key)
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            lay_over(below[key], value)
        else:
            below[key] = value


def plain(config: Any, resolve: bool = True, **options: Any) -> Any:
    """Settings as plain dicts and lists."""
    if isinstance(config, dict):
        return {k: plain(config[k] if resolve else dict.__getitem__(config, k), resolve) for k in config}
    return [plain(value, resolve) for value in config] if isinstance(config, (list, tuple)) else config


def objects(config: Any, *args: Any, **options: Any) -> Any:
    """Settings as what they are of: dataclasses, plain dicts and lists."""
    if isinstance(config, (list, tuple)):
        return [objects(value) for value in config]
    if not isinstance(config, dict):
        return config
    values, made_of = {key: objects(config[key]) for key in config}, class_of(config)
    if made_of is None:
        return values
    fields = {field.name: field for field in dataclasses.fields(made_of)}
    given = {name: _typed(fields[name].type, value) for name, value in values.items() if name in fields}
    made = made_of(**{name: value for name, value in given.items() if fields[name].init})
    for name, value in values.items():
        if name not in fields or not fields[name].init:
            object.__setattr__(made, name, value)
    return made


def _typed(wanted: Any, value: Any) -> Any:
    """A whole number where the field has one with a point."""
    return float(value) if type(value) is int and wanted in (float, "float") else value


def words(found: Any = None) -> Any:
    """`a.b=c` of a command line."""
    made = DictConfig()
    for word in sys.argv[1:] if found is None else found:
        path, equals, value = word.lstrip("-+").partition("=")
        update(made, path, read(value) if equals else True)
    return made


class OmegaConf:
    """The functions that scripts call."""

    merge, select, update = staticmethod(merge), staticmethod(select), staticmethod(update)
    from_cli = from_dotlist = staticmethod(words)
    to_container, to_object = staticmethod(plain), staticmethod(objects)
    set_struct = set_readonly = resolve = staticmethod(lambda *a, **k: None)

    @staticmethod
    def register_new_resolver(name: str, resolver: Callable[..., Any], *args: Any, **options: Any) -> None:
        RESOLVERS[name] = resolver

    register_resolver = register_new_resolver

    @staticmethod
    def has_resolver(name: str) -> bool:
        return name in RESOLVERS

    @staticmethod
    def load(file: Any) -> Any:
        if hasattr(file, "read"):
            return wrapped(read(file) or {}, None)
        with open(file, encoding="utf-8") as opened:
            return wrapped(read(opened) or {}, None)

    @staticmethod
    def create(found: Any = None, *args: Any, **options: Any) -> Any:
        return wrapped(read(found) if isinstance(found, str) else found or {}, None)

    structured = create

    @staticmethod
    def to_yaml(config: Any, *args: Any, resolve: bool = False, **options: Any) -> str:
        return str(yaml().safe_dump(plain(config, resolve), sort_keys=False))

    @staticmethod
    def save(config: Any, f: Any, *args: Any, **options: Any) -> None:
        text = OmegaConf.to_yaml(config)
        if hasattr(f, "write"):
            f.write(text)
            return
        with open(f, "w", encoding="utf-8") as file:
            file.write(text)

    @staticmethod
    def is_config(found: Any) -> bool:
        return isinstance(found, (DictConfig, ListConfig))

    @staticmethod
    def is_missing(config: Any, key: str) -> bool:
        return bool(config.get(key) == MISSING)


def fill(module: ModuleType, run: Run) -> None:
    """Fills `omegaconf`."""
    module.__dict__.update(OmegaConf=OmegaConf, DictConfig=DictConfig, ListConfig=ListConfig, MISSING=MISSING)
