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


OF_KEYS = "of keys"  # the tag of a test that some of the tensors which a key stands for pass, and others do not
PATH = "\0"  # stands for a path of which nothing is known


class Key(str):
    """A key that stands for others: its `path` leads to a block and to the module there, its `tail` is the same in all.
    `sure` says that the family's blocks are called so; `alike` is how others read, of other blocks and modules; `words`
    are those of the adapters' names."""

    path: str
    tail: str
    sure: bool
    words: frozenset[str]
    alike: tuple[str, ...]

    def __new__(
        cls, whole: str, path: str, tail: str, sure: bool, words: Collection[str] = (), alike: Iterable[str] = ()
    ) -> Key:
        made = super().__new__(cls, whole)
        made.path, made.tail, made.sure, made.words = path, tail, sure, frozenset(words)
        made.alike = tuple(alike) if sure else (made.head + PATH + tail,) if path else ()
        return made

    @property
    def head(self) -> str:
        """What stands before the path: of wrappers."""
        return self[: len(self) - len(self.path) - len(self.tail)]

    def __add__(self, more: str) -> Key:
        whole = str(self) + str(more)
        if isinstance(more, Key):
            sure = self.sure and more.sure and len(self.alike) == len(more.alike)
            both = zip(self.alike, more.alike, strict=False)
            return Key(whole, whole, "", sure, self.words | more.words, [one + two for one, two in both])
        return Key(whole, self.path, self.tail + more, self.sure, self.words, [one + more for one in self.alike])

    def __radd__(self, before: str) -> Key:
        others = [before + one for one in self.alike]
        return Key(before + str(self), self.path, self.tail, self.sure, self.words, others)

    def made(self, change: Callable[[str], str]) -> str | None:
        """What is made of it: a plain text where all give the same, None where that hangs on a path nobody knows."""
        whole, others = change(str(self)), list(map(change, self.alike))
        if all(other == whole for other in others):
            return whole
        if self.sure:
            return self._part(whole, others)
        head, path, tail = map(change, (self.head, self.path, self.tail))
        return Key(whole, path, tail, False, self.words) if head + path + tail == whole else None

    def pieces(self, cut: Callable[[str], list[str]]) -> list[str]:
        """What it is cut into."""
        pieces, others = cut(str(self)), list(map(cut, self.alike))
        if self.sure and all(len(other) == len(pieces) for other in others):
            rows = zip(pieces, *others, strict=True)
            return [piece if set(rest) <= {piece} else self._part(piece, rest) for piece, *rest in rows]
        begin, end = len(self.head), len(self) - len(self.tail)
        at, found = 0, []
        for piece in pieces:
            at = self.index(piece, at)
            guessed = at < end and at + len(piece) > begin
            found.append(Key(piece, piece, "", False, self.words) if guessed else piece)
            at += len(piece)
        return found

    def number(self, count: Callable[[str], float], asked: Collection[str] = ()) -> float | None:
        """A number that is the same of all, None where it differs; what is not found in it may be in others."""
        found = count(str(self))
        if not self.sure or any(count(other) != found for other in self.alike):
            return None
        return found if not asked or found > 0 or all(map(self._tells, asked)) else None

    def answer(self, holds: Callable[[str], bool], asked: Collection[str]) -> bool | None:
        """What all of those say to a test that holds for a text, or not, and asks for some texts; None where they
        differ."""
        said = {holds(text) for text in (str(self), *self.alike)}
        if len(said) > 1:
            return None
        return True if said == {True} else False if all(map(self._tells, asked)) else None

    def _part(self, piece: str, others: Iterable[str]) -> Key:
        return Key(piece, piece, "", self.sure, self.words, others)

    def _tells(self, asked: str) -> bool:
        """Is it never a part of a path?"""
        parts = [{word.lower() for word in WORDS.findall(part)} for part in asked.split(".")]
        return all(words <= TELLING | self.words or not words.isdisjoint(APART) for words in parts)


def answer(text: object, holds: Callable[[str], bool], *asked: object) -> bool | None:
    """What is to be said to a test of a text; None where it is not known of all that the text stands for."""
    if not isinstance(text, Key):
        return holds(text)  # type: ignore[arg-type]
    texts = [one for part in asked for one in (part if isinstance(part, tuple) else (part,))]
    return text.answer(holds, [one for one in texts if isinstance(one, str)])


def equal(one: object, other: object) -> bool | None:
    """Are two texts the same? None where a text stands for others, of which one may be; two keys are those of one
    tensor."""
    if isinstance(one, Key) is isinstance(other, Key):
        return one == other
    key, text = (one, other) if isinstance(one, Key) else (other, one)
    return answer(key, lambda part: part == text, text)
