"""What a package that is not installed gives: objects that take every call and say nothing, modules full of them."""

from __future__ import annotations

import abc
import importlib
import json
import numbers
import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import handed_back

AUTO_CLASSES = (  # a class of a model whose code is not here, by the end of its name
    (r"(ForCausalLM|LMHeadModel)$", "AutoModelForCausalLM"),
    (r"VL\w*ForConditionalGeneration$", "AutoModelForImageTextToText"),
    (r"ForConditionalGeneration$", "AutoModelForCausalLM"),
    (r"ForSequenceClassification$", "AutoModelForSequenceClassification"),
    (r"ForTokenClassification$", "AutoModelForTokenClassification"),
    (r"\w(Tokenizer|TokenizerFast)$", "AutoTokenizer"),
)
PARTS_OF_WORDS = ("text", "lemma", "norm", "lower", "word", "surface", "content")
READS = re.compile(r"_*(read|load|open|connect|get|find|fetch|query|execute|log|print)", re.I)
LOSS = re.compile(r"(loss|criterion|cross_?entropy|dice|focal)\w*$", re.I)


STARTING: list[Callable[[Any], Any]] = []  # what runs a function of the script's with the words of its command line
SETTINGS: list[Callable[[str, tuple[Any, ...]], Any]] = []  # what a function of this name would read of a file
ROWS: list[Callable[[str], list[Any]]] = []  # what there is to go through


class Anything:
    """Takes every call, attribute, item and context, and says nothing: a tracker that does not track."""

    _name = "stand-in"  # of one whose class, of the script's own, makes its objects without asking its base to

    def __init__(self, name: str = "stand-in") -> None:
        self.__dict__["_name"] = name

    def __call__(self, *args: Any, **options: Any) -> Any:
        if STARTING and handed_back.starts(sys._getframe(1), args, options):
            return STARTING[-1](args[0])
        if len(args) == 1 and not options and callable(args[0]) and not isinstance(args[0], Anything):
            return args[0]  # used as a decorator
        lost = _lost(self._name, (*args, *options.values()))
        if lost is not None:
            return lost
        model = handed_back.same_again(sys._getframe(1), args, options)
        if model is not None:
            return model
        given = (*args, *options.values())
        told = SETTINGS[-1](self._name, given) if SETTINGS else None
        if told is not None:
            return told
        same = handed_back.one_array(self._name, args, options)
        same = _told(self._name, given) if same is None else same
        if same is not None:
            return same
        found = self._like(f"{self._name.removesuffix('()')}()")
        found.__dict__.update(_given=given, _named=options)
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name.startswith("on_"):  # an event: who calls it goes by what it returns
            return _unmoved
        return self._like(f"{self._name}.{name}")

    def _like(self, name: str) -> Anything:
        """What comes of it."""
        return Anything(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, (int, slice)) and (rows := self._rows()):
            return rows[key]
        named = self.__dict__.get("_named", {})
        return named[key] if isinstance(key, str) and key in named else self._like(f"{self._name}[{key!r}]")

    def __setitem__(self, key: Any, value: Any) -> None: ...
    def __enter__(self) -> Anything:
        return self

    def __exit__(self, *args: object) -> None: ...
    def __iter__(self) -> Any:
        count = handed_back.unpacked(sys._getframe(1))
        return iter(self._rows()) if count is None else self._parts(count)

    def _rows(self) -> list[Any]:
        return ROWS[-1](self._name) if ROWS else []

    def _parts(self, count: int) -> Any:
        """What it is taken apart into."""
        given = handed_back.parts(count, self.__dict__.get("_given", ()))
        return iter(given or [self._like(self._name) for _ in range(count)])

    def __len__(self) -> int:
        return len(self._rows())

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: Any) -> bool:
        return False

    def __float__(self) -> float:
        return 0.0

    def __int__(self) -> int:
        return 0

    def __index__(self) -> int:
        return 0

    def __str__(self) -> str:
        return f"<{self._name}>"

    __repr__ = __str__

    def __fspath__(self) -> str:
        return str(self._name).replace("/", "-")

    def __format__(self, spec: str) -> str:
        return "0" if spec else str(self)

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (object,)

    def _number(self, *other: Any) -> Any:
        return self if any(isinstance(value, Anything) for value in other) else 0.0

    def _whole(self, *other: Any) -> Any:
        """How often it goes into something, or something into it."""
        return self._number(*other) if _other_than_number(other) else 1

    def _rest(self, *other: Any) -> Any:
        """Nothing: `if step % every == 0`."""
        return self._number(*other) if _other_than_number(other) else 0

    def _either(self, other: Any) -> Any:
        """As a type: `Named | None`."""
        return self

    def _compare(self, other: Any) -> bool:
        return False

    def __round__(self, digits: Any = None) -> Any:
        return int(self) if digits is None else float(self)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = __abs__ = (
        __pow__
    ) = __rpow__ = _number
    __floordiv__ = __rfloordiv__ = _whole
    __mod__ = __rmod__ = _rest
    __or__ = __ror__ = _either
    __lt__ = __gt__ = __le__ = __ge__ = _compare

    def keys(self) -> list[str]:
        return []

    def items(self) -> list[tuple[str, Any]]:
        return []

    def update(self, *args: Any, **options: Any) -> None: ...


class Told(str, Anything):  # a text's own methods come first
    """The text that a function of such a package was given, handed back as one: `ftfy.fix_text(line)`. What a text has
    none of, it has as everything else here has."""

    def __init__(self, text: str, name: str = "stand-in") -> None:
        Anything.__init__(self, name)

    def __new__(cls, text: str, name: str = "stand-in") -> Told:
        return super().__new__(cls, text)

    def __iter__(self) -> Any:
        return iter([Told(word, self._name) for word in self.split()])

    def __getitem__(self, key: Any) -> Any:
        return str.__getitem__(self, key) if isinstance(key, (int, slice)) else Anything(f"{self._name}[{key!r}]")

    def __getattr__(self, name: str) -> Any:
        return self if name.rstrip("_") in PARTS_OF_WORDS else Anything.__getattr__(self, name)

    __lt__ = __gt__ = __le__ = __ge__ = Anything._compare
    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = Anything._number


def _other_than_number(values: tuple[Any, ...]) -> bool:
    """Is it a tensor, an array or another stand-in?"""
    return not all(isinstance(value, numbers.Number) for value in values)


def _told(name: str, given: tuple[Any, ...]) -> Told | None:
    """The one text that a function was given: of more than one word, or it may name something."""
    texts = [value for value in given if type(value) is str and len(value.split()) > 1]
    reads = READS.match(name.rsplit(".", 1)[-1]) and not name.endswith("()")  # what was read and is called, does not
    return Told(texts[0], name) if len(texts) == 1 and not reads else None


def _lost(name: str, given: tuple[Any, ...]) -> Any:
    """A loss to train with in the place of one that is not here: of the tensors that it is to move."""
    torch = sys.modules.get("torch")
    if torch is None or not LOSS.search(name):
        return None
    moved = [value for value in given if isinstance(value, torch.Tensor) and value.requires_grad]
    return sum(value.float().square().mean() for value in moved) if moved else None


def written_as_text(run: Any) -> None:
    """From now on JSON takes it, as a text."""
    run.patches.replace(json.JSONEncoder, "default", _as_text)


def _as_text(real: Any) -> Any:
    return lambda self, value: str(value) if isinstance(value, Anything) else real(self, value)


def _unmoved(*args: Any, **options: Any) -> None:
    """A callback that wants nothing changed."""


class StandInModule(ModuleType):
    """A module of which every name is there: what `_fallback` makes of it, else a class or object that does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        fallback = self.__dict__.get("_fallback")
        found = standing_for(f"{self.__name__}.{name}") if fallback is None else fallback(name)
        if isinstance(found, type):  # one and the same, whenever it is asked for: pickle goes by that
            self.__dict__[name] = found
        return found


class _Asked(abc.ABCMeta):
    """Classes that have every attribute, too, and can be a base beside an abstract one."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Anything(f"{cls.__name__}.{name}")


def standing_for(whole: str) -> Any:
    """Something for a name that cannot be had: by its ending a class of transformers or an exception, else a class or
    an object that does nothing."""
    name = whole.rsplit(".", 1)[-1]
    auto = next((cls for pattern, cls in AUTO_CLASSES if re.search(pattern, name)), None)
    if auto is not None:
        return getattr(importlib.import_module("transformers"), auto)
    if name.endswith(("Error", "Exception")):
        return type(name, (Exception,), {})
    return nothing_class(whole) if name[:1].isupper() else Anything(whole)


def package_of(value: Any) -> str | None:
    """The package that something stands in for; None where it is a real thing."""
    if isinstance(value, StandInModule):
        name = value.__name__
    elif isinstance(value, Anything):
        name = str(value._name)
    else:
        name = str(value.__module__) if isinstance(value, _Asked) else ""
    return name.split(".")[0] or None


def nothing_class(name: str) -> type:
    """A class that can be subclassed, instantiated and asked for anything."""

    def init(self: Any, *args: Any, **options: Any) -> None:
        Anything.__init__(self, name)
        if STARTING and handed_back.starts(sys._getframe(1), args, options):
            STARTING[-1](args[0])

    made = {
        "_name": name,
        "__init__": init,
        "__module__": name.rpartition(".")[0],
        "__class_getitem__": classmethod(lambda cls, of: cls),  # in an annotation: `TensorType["batch", "length"]`
    }
    return _Asked(name.rsplit(".", 1)[-1], (Anything,), made)
