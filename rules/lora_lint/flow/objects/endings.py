"""What is certain of a text with holes: how it ends, and how one without holes begins.

A path is put together from what a run may have written in another way (an absolute part starts anew, `./` is left out),
so nothing is said of what lies before its last name. `checkpoint-*` stands for the folders that a trainer makes, which
end in a number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lora_lint.flow.objects.strings import Atoms
from lora_lint.flow.values import Const, Text, Tup, Value
from lora_lint.knowledge.spoken_keys import Key
from lora_lint.lifecycle.places import CHECKPOINT_FOLDER

NUMBER = "\0"
DIGITS = frozenset("0123456789")


class _End(NamedTuple):
    """The last of a text that is known, `numbered` where a number follows it that is not."""

    known: str
    numbered: bool


def _end(atoms: Atoms) -> _End | None:
    """How a text ends; None where it ends in a hole, or in a slash, which may be gone, or stands for others."""
    last = atoms[-1] if atoms else None
    if not isinstance(last, str) or isinstance(last, Key) or last.endswith("/"):
        return None
    name = last.rpartition("/")[2]
    if name.endswith(CHECKPOINT_FOLDER):
        return _End(name[:-1], True)
    return _End(name.rpartition(CHECKPOINT_FOLDER)[2], False)


def ends_with(atoms: Atoms, wanted: str) -> bool | None:
    """`text.endswith(wanted)`."""
    end = _end(atoms)
    if end is None or wanted.endswith("/"):
        return None
    if not wanted:
        return True
    if end.numbered:
        return _before_number(end.known, wanted)
    if end.known.endswith(wanted):
        return True
    return None if wanted.endswith(end.known) else False


def _before_number(known: str, wanted: str) -> bool | None:
    """The same of a name that ends in a number."""
    rest = wanted.rstrip("0123456789")
    if rest == wanted:
        return False
    return False if rest and not rest.endswith(known) and not known.endswith(rest) else None


def begins_with(atoms: Atoms, wanted: str) -> bool | None:
    """`text.startswith(wanted)`: of a text without holes."""
    written = _written(atoms)
    if written is None:
        return None
    begin = written.partition(NUMBER)[0]
    return True if begin.startswith(wanted) else None if wanted.startswith(begin) and begin != written else False


def has_part(atoms: Atoms, wanted: str) -> bool | None:
    """`wanted in text`: never, where a text without holes lacks it."""
    written = _written(atoms)
    if any(isinstance(atom, str) and wanted in atom for atom in atoms):
        return True
    return False if written is not None and wanted not in written and not DIGITS & set(wanted) else None


def _written(atoms: Atoms) -> str | None:
    """A text without holes, with a mark for the number of a checkpoint."""
    pieces = [atom for atom in atoms if isinstance(atom, str) and not isinstance(atom, Key)]
    whole = "".join(pieces).replace(CHECKPOINT_FOLDER, CHECKPOINT_FOLDER[:-1] + NUMBER)
    return whole if len(pieces) == len(atoms) else None


TESTS: dict[str, Callable[[Atoms, str], bool | None]] = {"endswith": ends_with, "startswith": begins_with}


def tested(text: Text, name: str, given: list[Value]) -> bool | None:
    """`text.endswith("final")`, `text.endswith(("final", "best"))`; None for any other method."""
    among = given[0] if len(given) == 1 else None
    wanted = among.items if isinstance(among, Tup) and not among.open else (among,)
    texts = [one.value for one in wanted if isinstance(one, Const) and isinstance(one.value, str)]
    if name not in TESTS or text.path or len(texts) < len(wanted):
        return None
    answers = [TESTS[name](text.parts, one) for one in texts]
    return True if True in answers else None if None in answers else False


def is_text(text: Text, other: object) -> bool | None:
    """`text == other`: False where that certainly ends in another way."""
    if text.path or not isinstance(other, str):
        return None
    return False if ends_with(text.parts, other) is False else None
