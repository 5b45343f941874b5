"""Words as tokens: one token a byte is as many as a prompt has letters, and where a script cuts its rows at a length
nothing may be left of the answer. The words are those of the script's own texts and of made-up rows."""

from __future__ import annotations

from collections.abc import Iterable

from ....context import Run
from ...made_up.cells.kinds import WORDS

LONGEST, MOST, TEXTS = 32, 4000, 40_000  # letters of a word, merges, letters of the texts
_MERGES: list[tuple[str, str]] = []


def install(run: Run) -> None:
    """Once an earlier attempt has met batches without a label, or rows that the script left none of."""
    if run.spec.learned.get("word tokens"):
        run.neutral("tokenizer: the words of the script's own texts and of made-up rows are tokens")
        texts = sorted(run.hints.strings, key=len)
        _MERGES.extend(_merges([f" {' '.join(WORDS)} ", *texts]))


def merges() -> list[tuple[str, str]]:
    """The pairs that are one token, in the order of BPE; none by default."""
    return _MERGES


def _merges(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Each word of bytes is joined letter by letter from its beginning, so no pair is of two words."""
    from tokenizers import pre_tokenizers

    split = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True).pre_tokenize_str
    found: dict[tuple[str, str], None] = {}
    left = TEXTS
    for text in texts:
        left -= len(text)
        if left < 0 or len(found) > MOST:
            break
        for word, _ in split(text):
            found.update(dict.fromkeys((word[:end], word[end]) for end in range(1, min(len(word), LONGEST))))
    return list(found)
