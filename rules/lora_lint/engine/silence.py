"""What a file's suppressions hide, and which of them hide nothing."""

from __future__ import annotations

from collections.abc import Iterable

from lora_lint.engine.interpreted import Used
from lora_lint.finding import Edit, Finding, Fix, Location
from lora_lint.names import nearest
from lora_lint.source.document import Document
from lora_lint.source.positions import Position
from lora_lint.source.suppressions import Suppression, suppressions

CODE, NAME = "LL001", "unused-suppression"


class Silence:
    """The suppressions of one file, and those among them that were `used`."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.comments = suppressions(document.text)
        self.used: Used = set()

    def hides(self, code: str, name: str, rows: range) -> bool:
        """Is a finding in a statement of these rows suppressed?"""
        hidden = False
        for comment in self.comments:
            word = comment.covering(code, name)
            if word is not None and (comment.whole_file or any(row in rows for row in comment.rows)):
                self.used.add((comment.row, comment.start, word))
                hidden = True
        return hidden

    def unused(self, used: Used, judged: Iterable[tuple[str, str]]) -> list[Finding]:
        """A finding for every suppression that hides nothing. `judged` are codes and names of the rules that were on.

        A comment that other linters read too is theirs, except for the rules of ours that it names.
        """
        on = {word for code, name in judged for word in (code.lower(), name)}
        found = []
        for comment in self.comments:
            words = {word for word in comment.names if (comment.row, comment.start, word) not in used}
            idle = {word for word in words if word.lower() in on or self._unknown(comment, word)}
            everything = not comment.names and comment.own and (comment.row, comment.start, "") not in used
            if idle or everything:
                found.append(self._finding(comment, idle))
        return found

    def _unknown(self, comment: Suppression, word: str) -> bool:
        """Does a comment name a rule of ours that does not exist?"""
        from lora_lint.registry import find

        return (comment.own or word.upper().startswith("LL")) and find(word) is None

    def _finding(self, comment: Suppression, idle: set[str]) -> Finding:
        from lora_lint.registry import all_rules, url

        listed = [word for word in comment.names if word in idle]
        message = "nothing is suppressed here"
        if listed:
            names = [name for rule in all_rules() for name in (rule.code, rule.name)]
            message = ", ".join(
                f"there is no rule `{word}`{nearest(word, names)}"
                if self._unknown(comment, word)
                else f"no finding of `{word}` is suppressed here"
                for word in listed
            )
        cell, start = self.document.locate(Position(comment.row, comment.start + 1))
        _, end = self.document.locate(Position(comment.row, comment.end + 1))
        misspelt = any(self._unknown(comment, word) for word in listed)  # it was meant for something
        fix = None if misspelt else self._fix(comment, idle)
        return Finding(
            CODE, NAME, message, self.document.filename, Location(*start), Location(*end), "hint", "high",
            fix, url(NAME), (), cell,
        )  # fmt: skip

    def _fix(self, comment: Suppression, idle: set[str]) -> Fix:
        """Removes what is idle; with all of it gone the comment goes, too, and its line where it stood alone."""
        row, first, last, content = comment.row, comment.start, comment.end, ""
        until = Position(row, last + 1)
        if idle and set(comment.names) != idle:
            content = comment.without(idle)
        else:
            line = self.document.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[row - 1]
            alone = not line[:first].strip() and not line[last:].strip()
            if alone:
                first, until = 0, Position(row + 1, 1)
            elif not line[last:].strip():
                first, until = len(line[:first].rstrip()), Position(row, len(line) + 1)
        cell, start = self.document.locate(Position(row, first + 1))
        _, end = self.document.locate(until)
        edit = Edit(self.document.filename, content, Location(*start), Location(*end), cell)
        return Fix("safe", "remove the unused suppression", (edit,))
