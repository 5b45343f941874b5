"""What may be said of a key that stands for many: a test of its text is answered where all of them answer alike.

A model is known by a few of its tensors (see `keys`). That `"lora_" in name` holds for one tensor of an adapter it does
for all; that `"layers.15." in name` does not hold for the two blocks that stand for all says nothing of the others, and
what the blocks of a model are called whose family is not known nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

WORDS = re.compile(r"[A-Za-z]+|\d+")
# words of keys that are never those of a block or of a module that an adapter is put on
TELLING = frozenset(
    "lora a b ab embedding magnitude vector ia l hada w lokr oft r vera lambda d adapter adapters modules to save "
    "original module base weight bias prompt classifier classification score head lm cls qa outputs pooler embed "
    "embeddings tokens wte wpe norm layernorm ln orig mod default".split()
)
APART = frozenset("norm layernorm embed embeddings embedding classifier lora".split())  # with whatever words beside


class Key(str):
    """A key that stands for others: its `path` leads to a block and to the module there, its `tail` is the same in all.
    `sure` says that the family's blocks are called so; `words` are those of the adapters' names."""

    path: str
    tail: str
    sure: bool
    words: frozenset[str]

    def __new__(cls, whole: str, path: str, tail: str, sure: bool, words: Collection[str] = ()) -> Key:
        made = super().__new__(cls, whole)
        made.path, made.tail, made.sure, made.words = path, tail, sure, frozenset(words)
        return made

    @property
    def head(self) -> str:
        """What stands before the path: of wrappers."""
        return self[: len(self) - len(self.path) - len(self.tail)]

    def changed(self, whole: str, path: str | None = None, tail: str | None = None) -> Key:
        """With another prefix, or other parts."""
        return Key(
            whole, self.path if path is None else path, self.tail if tail is None else tail, self.sure, self.words
        )

    def guessed(self, pieces: Iterable[str]) -> set[int]:
        """Which of the pieces that it is cut into are of a path that is not known, by their numbers."""
        begin, end = len(self.head), len(self) - len(self.tail)
        at, found = 0, set()
        for number, piece in enumerate(pieces):
            at = self.index(piece, at)
            if not self.sure and at < end and at + len(piece) > begin:
                found.add(number)
            at += len(piece)
        return found

    def answer(self, holds: Callable[[str], bool], asked: Collection[str]) -> bool | None:
        """What all of those say to a test that holds for a text, or not, and asks for some texts; None where they
        differ."""
        if holds(self):
            return True if self.sure or holds(self.head) or holds(self.tail) else None
        return False if all(map(self._tells, asked)) else None

    def _tells(self, asked: str) -> bool:
        """Is it never a part of a path?"""
        parts = [{word.lower() for word in WORDS.findall(part)} for part in asked.split(".")]
        return all(words <= TELLING | self.words or not words.isdisjoint(APART) for words in parts)


def under(prefix: str, key: str) -> str:
    """A key below a prefix."""
    return key.changed(prefix + key) if isinstance(key, Key) else prefix + key


def answer(text: object, holds: Callable[[str], bool], *asked: object) -> bool | None:
    """What is to be said to a test of a text; None where it is not known of all that the text stands for."""
    if not isinstance(text, Key):
        return holds(text)  # type: ignore[arg-type]
    texts = [one for part in asked for one in (part if isinstance(part, tuple) else (part,))]
    return text.answer(holds, [one for one in texts if isinstance(one, str)])


def by_method(key: Key, name: str, result: str) -> str:
    """What a method of a string makes of a key: a plain text, where parts of it are others."""
    if name in ("lower", "casefold"):
        return key.changed(result, key.path.lower(), key.tail.lower())
    return key.changed(result) if result.endswith(key.path + key.tail) else result
