"""From reports to findings: positions, the story's related places, fixes, and what comments suppress."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lora_lint.engine import faults
from lora_lint.finding import Finding, Fix, Location, Related
from lora_lint.settings.config import Config
from lora_lint.source.text import lines_of

if TYPE_CHECKING:
    from lora_lint.engine.interpreted import Used
    from lora_lint.engine.silence import Silence
    from lora_lint.flow.modules import Module
    from lora_lint.lifecycle.trace import Lifecycle
    from lora_lint.rules.base import Report, Rule
    from lora_lint.source.document import Document
    from lora_lint.source.positions import Position, Span
    from lora_lint.source.spans import Spans


class Placer:
    """Gives reports their positions: one pass over each module in which something is reported."""

    def __init__(self, lifecycle: Lifecycle, documents: dict[Module, Document], config: Config) -> None:
        self.lifecycle = lifecycle
        self.documents = documents
        self.config = config
        self._texts: dict[Module, list[str]] = {}
        self.statements: dict[Any, Any] = {}
        for event in lifecycle.events:
            self.statements.setdefault(event.site, event.statement)
            for call in event.path:
                self.statements.setdefault(call.site, call.statement)
        self._spans: dict[Module, Spans] = {}
        self._silences: dict[Module, Silence] = {}

    def place(self, reports: Sequence[tuple[Rule, Report]]) -> list[Finding]:
        found: dict[Any, Finding] = {}
        for rule, report in reports:
            site: Any = report.site
            if not self._silence(site.module).hides(rule.code, rule.name, self.statement_rows(site)):
                finding = self._finding(rule, report)
                found[self._key(finding)] = finding
        return sorted(found.values(), key=in_order)

    def _silence(self, module: Module) -> Silence:
        from lora_lint.engine.silence import Silence
        from lora_lint.source.document import Document

        if module not in self._silences:
            document = self.documents.get(module) or Document(module.filename, module.text)
            self._silences[module] = Silence(document)
        return self._silences[module]

    def used(self) -> dict[str, Used]:
        """The suppressions that hid a finding, by file."""
        return {module.filename: silence.used for module, silence in self._silences.items()}

    def _key(self, finding: Finding) -> tuple[str, int | None, Location, str]:
        return (finding.filename, finding.cell, finding.location, finding.code)

    def _finding(self, rule: Rule, report: Report) -> Finding:
        from lora_lint.registry import url

        filename, cell, start, end = self.span(report.site)
        related = tuple(Related(step.text, *self._step(step.site)) for step in report.story)
        return Finding(
            rule.code, rule.name, report.message, filename, start, end, report.severity, report.confidence,
            self._fix(rule, report), url(rule.name), related, cell, report.notes,
        )  # fmt: skip

    def _fix(self, rule: Rule, report: Report) -> Fix | None:
        """The rule's fix for a report, where it has one. A fix that breaks is no fix, and noted."""
        if rule.fix is None:
            return None
        from lora_lint.fixes.editor import Editor
        from lora_lint.fixes.rounds import together

        editor = Editor(self._node_span, self._locate, self._lines, self.config.adapter_layout)
        try:
            found = together([rule.fix(report._replace(facts=facts), editor) for facts in (report.facts, *report.also)])
        except Exception as error:
            faults.say(self.lifecycle, f"the fix of {rule.code} failed", error)
            return None
        return _restored(found, self.documents.values()) if isinstance(found, Fix) else None

    def _node_span(self, module: Module, node: Any, statement: Any = None) -> Span | None:
        if module not in self._spans:
            from lora_lint.source.spans import Spans

            self._spans[module] = Spans(module.tree, module.text)
        return self._spans[module].of(node, statement)

    def _locate(self, module: Module, position: Position) -> tuple[str, int | None, Location]:
        document = self.documents.get(module)
        if document is None:
            return module.filename, None, Location(*position)
        cell, found = document.locate(position)
        return document.filename, cell, Location(*found)

    def _lines(self, module: Module) -> list[str]:
        if module not in self._texts:
            self._texts[module] = lines_of(module.text)
        return self._texts[module]

    def _step(self, site: Any) -> tuple[str, Location, Location, int | None]:
        filename, cell, start, end = self.span(site)
        return filename, start, end, cell

    def span(self, site: Any) -> tuple[str, int | None, Location, Location]:
        """File, cell, start and end of a site."""
        span = self._node_span(site.module, site.node, self.statements.get(site, site.near))
        document = self.documents.get(site.module)
        if span is None:
            return site.module.filename, None, Location(1, 1), Location(1, 1)
        if document is None:
            return site.module.filename, None, Location(*span.start), Location(*span.end)
        cell, start = document.locate(span.start)
        _, end = document.locate(span.end)
        return document.filename, cell, Location(*start), Location(*end)

    def statement_rows(self, site: Any) -> range:
        """The rows of the statement that a site stands in: a suppression counts on any of them."""
        statement = self.statements.get(site)
        own = self._node_span(site.module, site.node, statement or site.near)
        span = self._node_span(site.module, statement) if statement is not None else None
        compound = hasattr(statement, "leading_lines") and hasattr(getattr(statement, "body", None), "body")
        if span is None or compound:
            span = own
        return range(span.start.row, span.end.row + 1) if span is not None else range(0)


def in_order(finding: Finding) -> tuple[Any, ...]:
    """The order in which findings are reported."""
    return finding.filename, finding.cell or 0, finding.location, finding.code


def _restored(fix: Fix, documents: Iterable[Document]) -> Fix:
    """A fix in the words of its files: a notebook's magics as the cells have them."""
    restore = {document.filename: document.restore for document in documents if document.restore is not None}
    if not restore:
        return fix
    edits = (edit._replace(content=restore.get(edit.filename, str)(edit.content)) for edit in fix.edits)
    return fix._replace(edits=tuple(edits))
