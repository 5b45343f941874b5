"""What a file's suppressions hide, and which of them hide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING

from lora_lint.finding import Edit, Finding, Fix, Location
from lora_lint.settings.config import Config
from lora_lint.settings.selection import enabled, rules_on
from lora_lint.silencing.rewriting import without
from lora_lint.silencing.suppressions import Suppression, suppressions
from lora_lint.source.document import Document
from lora_lint.source.magics import shown
from lora_lint.source.positions import Position
from lora_lint.source.text import lines_of
from lora_lint.spelling import nearest

if TYPE_CHECKING:
    from lora_lint.rules.base import Rule

# a suppression that hid something: its row, its column, and the word that covered the finding
Used = set[tuple[int, int, str]]


def unused(documents: Iterable[Document], used: Used, config: Config) -> list[Finding]:
    """A finding for every suppression in a file that hides nothing, where rule and settings have it so.

    Only for files of which every script that leads through them was seen to its end.
    """
    silences = [silence for silence in map(Silence, documents) if silence.comments]
    if not silences:
        return []
    from lora_lint.rules.unused_suppression import RULE

    if not enabled(RULE.code, RULE.name, RULE.preview, config):
        return []
    asked = rules_on(config)
    on = {word for rule in asked for word in (rule.code.lower(), rule.name)}
    every = asked == rules_on(Config(preview=config.preview))
    return [finding for silence in silences for finding in silence.unused(RULE, used, on, every)]


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

    def unused(self, rule: Rule, used: Used, on: Set[str], every: bool) -> list[Finding]:
        """A finding for every suppression that hides nothing. `on` are codes and names of the rules that were asked.

        One that names no rules is only judged where `every` rule was asked. A comment that other linters read too is
        theirs, except for the rules of ours that it names.
        """
        found = []
        for comment in self.comments:
            words = {word for word in comment.names if (comment.row, comment.start, word) not in used}
            idle = {word for word in words if word.lower() in on or self._unknown(comment, word)}
            blanket = not comment.names and comment.own and (every or comment.empty)
            everything = blanket and (comment.row, comment.start, "") not in used
            if idle or everything or comment.mistaken:
                found.append(self._finding(rule, comment, idle))
        return found

    def _unknown(self, comment: Suppression, word: str) -> bool:
        """Does a comment name a rule of ours that does not exist?"""
        from lora_lint.registry import find

        return (comment.own or word.upper().startswith("LL")) and find(word) is None

    def _finding(self, rule: Rule, comment: Suppression, idle: set[str]) -> Finding:
        from lora_lint.registry import url

        words = [word for word in comment.names if word in idle]
        message = ", ".join(self._said(comment, word) for word in words) or "nothing is suppressed here"
        if comment.empty:
            message = "no rule stands in these brackets: nothing is suppressed here"
        if comment.mistaken:
            listed = ", ".join(comment.names) or "save-after-merge"
            message = f"`{comment.verb}` suppresses nothing; what does is `# lora-lint: ignore[{listed}]`"
        start, end = Position(comment.row, comment.start + 1), Position(comment.row, comment.end + 1)
        cell, start, end = self.document.span(start, end)
        meant = comment.mistaken or any(self._unknown(comment, word) for word in words)
        fix = None if meant else self._fix(comment, idle)
        return Finding(
            rule.code, rule.name, message, self.document.filename, Location(*start), Location(*end), "hint", "high",
            fix, url(rule.name), (), cell,
        )  # fmt: skip

    def _said(self, comment: Suppression, word: str) -> str:
        from lora_lint.registry import all_rules

        if not self._unknown(comment, word):
            return f"no finding of `{word}` is suppressed here"
        rules = all_rules()
        group = [rule.code for rule in rules if rule.code.startswith(word.upper())]
        if group:
            return f"`{word}` is no rule but a group of them, a comment names each: `{group[0]}`"
        return f"there is no rule `{word}`{nearest(word, [name for rule in rules for name in (rule.code, rule.name)])}"

    def _fix(self, comment: Suppression, idle: set[str]) -> Fix:
        line = shown(lines_of(self.document.text)[comment.row - 1])
        rewriting = without(comment, idle, line)
        cell, start, end = self.document.span(rewriting.start, rewriting.end)
        edit = Edit(self.document.filename, rewriting.text, Location(*start), Location(*end), cell)
        return Fix("safe", "remove the unused suppression", (edit,))
