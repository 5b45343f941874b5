"""A problem of saved files: the text that people read, and its kind, by which verdicts and ways back are chosen."""

from __future__ import annotations

from collections.abc import Iterable

# why an adapter has not moved
UNHELD, UNTOUCHED = "it had gradients, and no optimizer holds it", "no gradient ever came to it"
UNLABELLED = "no token of any batch had a label (all are -100)"
OVERWRITTEN = "saved here before, and overwritten"  # a note on other adapters that the directory has held
NAMES, UNTRAINED, VALUES, BESIDE, OTHER = "names", "untrained", "values", "beside", "other"


class Problem(str):
    """A text that knows its kind."""

    kind: str

    def __new__(cls, text: str, kind: str) -> Problem:
        made = super().__new__(cls, text)
        made.kind = kind
        return made


def kinds(problems: Iterable[str]) -> list[str]:
    """The kinds of problems, one each."""
    return [problem.kind if isinstance(problem, Problem) else OTHER for problem in problems]
