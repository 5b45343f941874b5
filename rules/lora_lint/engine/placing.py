"""From reports to findings: positions, the story's related places, fixes, and what comments suppress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from lora_lint.engine import faults
from lora_lint.finding import Edit, Finding, Fix, Location, Related
from lora_lint.settings.config import Config
from lora_lint.source.positions import Position
from lora_lint.source.text import lines_of

if TYPE_CHECKING:
    from lora_lint.flow.modules import Module
    from lora_lint.lifecycle.trace import Lifecycle
    from lora_lint.rules.base import Report, Rule
    from lora_lint.silencing.silence import Silence, Used
    from lora_lint.source.document import Document
    from lora_lint.source.positions import Span
    from lora_lint.source.spans import Spans

Placed = TypeVar("Placed", Finding, Edit, Related)
START = Location(1, 1)


class Placer:
    """Gives reports their positions: one pass over each module in which something is reported.

    Findings count in the texts that were linted; `in_files` gives them as the files have it.
    """

    def __init__(
        self, lifecycle: Lifecycle, modules: Sequence[Module], documents: dict[Module, Document], config: Config
    ) -> None:
        self.lifecycle = lifecycle
        self._modules = modules
        self.documents = documents
        self.config = config
        self._texts: dict[Module, list[str]] = {}
        self._spans: dict[Module, Spans] = {}
        self._silences: dict[Module, Silence] = {}
        self._reported: dict[Any, tuple[Rule, Report]] = {}  # what a finding was made of, by its key

    @cached_property
    def statements(self) -> dict[Any, Any]:
        """The statements that sites stand in, where something is to be placed."""
        found: dict[Any, Any] = {}
        for event in self.lifecycle.events:
            found.setdefault(event.site, event.statement)
            for call in event.path:
                found.setdefault(call.site, call.statement)
        return found

    def place(self, reports: Sequence[tuple[Rule, Report]], *, bare: bool = False) -> list[Finding]:
        """The findings that no comment hides, in order; `bare` ones have no story, and no fix before `fixed` asks."""
        found: dict[Any, Finding] = {}
        for rule, report in reports:
            site: Any = report.site
            silence = self._silence(site.module)
            if not silence.comments or not silence.hides(rule.code, rule.name, self.statement_rows(site)):
                finding = self._bare(rule, report) if bare else self._finding(rule, report)
                key = self._key(finding)
                found[key], self._reported[key] = finding, (rule, report)
        return sorted(found.values(), key=in_order)

    def fixed(self, finding: Finding) -> Finding:
        """A finding that was placed here, with its fix."""
        return finding._replace(fix=self._fix(*self._reported[self._key(finding)]))

    def _silence(self, module: Module) -> Silence:
        from lora_lint.silencing.silence import Silence
        from lora_lint.source.document import Document

        if module not in self._silences:
            document = self.documents.get(module) or Document(module.filename, module.text)
            self._silences[module] = Silence(document)
        return self._silences[module]

    def used(self) -> dict[str, Used]:
        """The suppressions that hid a finding, by file."""
        return {module.filename: silence.used for module, silence in self._silences.items()}

    def _key(self, finding: Finding) -> tuple[str, Location, str]:
        return (finding.filename, finding.location, finding.code)

    def _finding(self, rule: Rule, report: Report) -> Finding:
        related = tuple(Related(step.text, *self._place(step.site)) for step in report.story)
        return self._bare(rule, report)._replace(related=related, fix=self._fix(rule, report))

    def _bare(self, rule: Rule, report: Report) -> Finding:
        from lora_lint.registry import url

        return Finding(
            rule.code, rule.name, report.message, *self._place(report.site), report.severity, report.confidence,
            None, url(rule.name), (), None, report.notes,
        )  # fmt: skip

    def _place(self, site: Any) -> tuple[str, Location, Location]:
        """File, start and end of a site, in the text that was linted."""
        span = self._site_span(site)
        start, end = (Location(*span.start), Location(*span.end)) if span is not None else (START, START)
        return site.module.filename, start, end

    def _fix(self, rule: Rule, report: Report) -> Fix | None:
        """The rule's fix for a report, where it has one. A fix that breaks is no fix, and noted."""
        if rule.fix is None:
            return None
        try:
            try:
                found = self._made(rule.fix, report)
            except AttributeError:  # a sketch lacks how it is written, which this fix asks for: it is added first
                if not all(module.parsed.complete() for module in self._modules):
                    return None
                found = self._made(rule.fix, report)
        except Exception as error:
            faults.say(self.lifecycle, f"the fix of {rule.code} failed", error)
            return None
        return found if isinstance(found, Fix) else None

    def _made(self, fix: Callable[[Report, Any], Any], report: Report) -> object:
        """What a rule makes of a report and of the other times that a run comes through its site."""
        from lora_lint.fixes.applying.rounds import together
        from lora_lint.fixes.writing.editor import Editor

        editor = Editor(self._node_span, self._lines, self.config.adapter_layout)
        return together([fix(report._replace(facts=facts), editor) for facts in (report.facts, *report.also)])

    def _node_span(self, module: Module, node: Any, statement: Any = None) -> Span | None:
        if module not in self._spans:
            from lora_lint.source.spans import Spans

            self._spans[module] = Spans(module.parsed)
        return self._spans[module].of(node, statement)

    def _lines(self, module: Module) -> list[str]:
        if module not in self._texts:
            self._texts[module] = lines_of(module.text)
        return self._texts[module]

    def _site_span(self, site: Any) -> Span | None:
        return self._node_span(site.module, site.node, self.statements.get(site, site.near))

    def span(self, site: Any) -> tuple[str, int | None, Location, Location]:
        """File, cell, start and end of a site, as the file has it."""
        filename, start, end = self._place(site)
        document = self.documents.get(site.module)
        cell, start, end = _located(document, start, end) if document is not None else (None, start, end)
        return filename, cell, start, end

    def edited_texts(self) -> dict[str, str]:
        """The texts that fixes may edit, as they were linted, by file."""
        return {module.filename: module.text for module in self._spans}

    def in_files(self, finding: Finding) -> Finding:
        """A finding with the places and words of its files: of a notebook the cells, with their magics."""
        for document in self.documents.values():
            if document.origins is not None:
                finding = _in_file(finding, document)
        return finding

    def statement_rows(self, site: Any) -> range:
        """The rows of the statement that a site stands in: a suppression counts on any of them."""
        from libcst import BaseCompoundStatement

        statement = self.statements.get(site)
        own = self._site_span(site)
        span = self._node_span(site.module, statement) if statement is not None else None
        compound = isinstance(statement, BaseCompoundStatement)
        if span is None or compound:
            span = own
        return range(span.start.row, span.end.row + 1) if span is not None else range(0)


def in_order(finding: Finding) -> tuple[Any, ...]:
    """The order in which findings are reported."""
    return finding.filename, finding.cell or 0, finding.location, finding.code


def _in_file(finding: Finding, document: Document) -> Finding:
    def placed(item: Placed) -> Placed:
        if item.filename != document.filename:
            return item
        cell, start, end = _located(document, item.location, item.end_location)
        return item._replace(location=start, end_location=end, cell=cell)

    def worded(edit: Edit) -> Edit:
        known = edit.filename == document.filename and document.restore is not None
        return edit._replace(content=document.restore(edit.content)) if known and document.restore else edit

    fix = finding.fix
    if fix is not None:
        fix = fix._replace(edits=tuple(worded(placed(edit)) for edit in fix.edits))
    return placed(finding)._replace(fix=fix, related=tuple(placed(step) for step in finding.related))


def _located(document: Document, start: Location, end: Location) -> tuple[int | None, Location, Location]:
    """The cell, start and end of a place in the linted text."""
    cell, first = document.locate(Position(*start))
    _, last = document.locate(Position(*end))
    return cell, Location(*first), Location(*last)
