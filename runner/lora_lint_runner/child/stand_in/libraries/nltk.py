"""nltk, as far as scripts take texts apart with it: words, sentences, stems. No word is a stop word, corpora are empty,
and what it measures is a score."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from types import ModuleType
from typing import Any

from ...context import Run
from ..scoring import Score

WORD = re.compile(r"\w+|[^\w\s]+")


def fill(module: ModuleType, run: Run) -> None:
    """What of these modules is more than a score: a script may take it from any of them."""
    names = {"stopwords": Corpus, "words": Corpus, "wordnet": Corpus} if module.__name__ == "nltk.corpus" else NAMES
    module.__dict__.update(names, _fallback=lambda name: Score())


def word_tokenize(text: str, *args: Any, **options: Any) -> list[str]:
    """Words, and what stands between them."""
    return WORD.findall(text)


def sent_tokenize(text: str, *args: Any, **options: Any) -> list[str]:
    return [sentence for sentence in text.split(". ") if sentence]


def pos_tag(words: Iterable[str], *args: Any, **options: Any) -> list[tuple[str, str]]:
    return [(word, "NN") for word in words]


def ngrams(words: Iterable[Any], n: int, *args: Any, **options: Any) -> Iterator[tuple[Any, ...]]:
    """Words in a row, as many as asked for."""
    held = list(words)
    return zip(*(islice(held, place, None) for place in range(n)))


def bigrams(words: Iterable[Any], *args: Any, **options: Any) -> Iterator[tuple[Any, ...]]:
    return ngrams(words, 2)


def edit_distance(first: Sequence[Any], second: Sequence[Any], *args: Any, **options: Any) -> int:
    """How many letters of one are not those of the other, at least."""
    return abs(len(first) - len(second)) + sum(1 for a, b in zip(first, second) if a != b)


class Words:
    """A tokenizer, by a pattern where it has one."""

    def __init__(self, pattern: str = WORD.pattern, *args: Any, **options: Any) -> None:
        self.pattern = pattern if isinstance(pattern, str) else WORD.pattern

    def tokenize(self, text: str, *args: Any, **options: Any) -> list[str]:
        return [match.group() for match in re.finditer(self.pattern, text)]


class Sentences(Words):
    def tokenize(self, text: str, *args: Any, **options: Any) -> list[str]:
        return sent_tokenize(text)


class Stems:
    """Words are their own stems."""

    def __init__(self, *args: Any, **options: Any) -> None: ...

    def stem(self, word: str, *args: Any, **options: Any) -> str:
        return word.lower()

    def lemmatize(self, word: str, *args: Any, **options: Any) -> str:
        return word


class Corpus:
    """Nothing is in it."""

    ADJ, ADV, NOUN, VERB = "a", "r", "n", "v"

    @staticmethod
    def words(*args: Any, **options: Any) -> list[str]:
        return []

    synsets = sents = raw = fileids = words


NAMES: dict[str, Any] = {
    **{function.__name__: function for function in (word_tokenize, sent_tokenize, pos_tag, ngrams, bigrams)},
    **dict.fromkeys(("wordpunct_tokenize", "casual_tokenize"), word_tokenize),
    **dict.fromkeys(
        ("RegexpTokenizer", "TweetTokenizer", "TreebankWordTokenizer", "WordPunctTokenizer", "NLTKWordTokenizer"), Words
    ),
    "PunktSentenceTokenizer": Sentences,
    **dict.fromkeys(("PorterStemmer", "SnowballStemmer", "LancasterStemmer", "WordNetLemmatizer"), Stems),
    "FreqDist": Counter,
    "edit_distance": edit_distance,
    "download": lambda *args, **options: True,
}
