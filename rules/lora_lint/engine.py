"""Ties the parts together: a file's text in, findings out. The one door for command line, server, runner and tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lora_lint.config import Config
from lora_lint.finding import Edit, Finding, Fix, Location, Related
from lora_lint.project import Project, root_of
from lora_lint.source.keywords import names_peft
from lora_lint.source.syntax import fault, too_deep
from lora_lint.source.text import NEWLINE, Unreadable, decode, lines_of

if TYPE_CHECKING:
    import libcst as cst

    from lora_lint.config import Configs
    from lora_lint.flow.modules import Module
    from lora_lint.interpreted import Used
    from lora_lint.lifecycle.trace import Lifecycle
    from lora_lint.rules.base import Report, Rule
    from lora_lint.silence import Silence
    from lora_lint.source.document import Document
    from lora_lint.source.positions import Position, Span, Spans


class Analysis(NamedTuple):
    """One entry script, interpreted: its lifecycle, the modules that it leads to, and the findings in all of them."""

    module: Module
    lifecycle: Lifecycle
    findings: list[Finding]
    notes: list[str]
    reports: list[tuple[Rule, Report]]
    placer: Placer

    def trace(self) -> dict[str, Any]:
        """The lifecycle as plain data: see `lora_lint.trace`."""
        from lora_lint.trace import trace_of

        return trace_of(self, self.placer)


class ParseError(Exception):
    """Text that is not Python; `row` is where."""

    def __init__(self, message: str, row: int) -> None:
        super().__init__(message)
        self.row = row


# -- one script --------------------------------------------------------------------------------------------------------


def check_source(text: str, filename: str = "x.py", config: Config | None = None) -> list[Finding]:
    """Lints a text on its own. Raises ParseError where it is not Python."""
    if not names_peft(text.encode("utf-8", "surrogatepass")):
        return []
    from lora_lint.source.document import Document

    return Session(config or Config()).check(Document(filename, text))


def analyze_source(
    text: str, filename: str = "x.py", config: Config | None = None, *, states: bool = False
) -> Analysis:
    """Lints a text on its own, and gives the whole lifecycle besides the findings. Raises ParseError."""
    from lora_lint.source.document import Document

    return Session(config or Config()).analyze(Document(filename, text), states=states)


def trace_source(text: str, filename: str = "x.py", config: Config | None = None) -> dict[str, Any]:
    """The life of every model in a text, as plain data (see `lora_lint.trace`). Raises ParseError."""
    return analyze_source(text, filename, config, states=True).trace()


def parse(text: str) -> cst.Module:
    """The tree of a text. Raises ParseError."""
    import libcst as cst

    if too_deep(text):
        raise ParseError("nested too deeply to parse", 1)
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        message, row = fault(text) or ("in a syntax that is not known", error.raw_line)
        raise ParseError(f"not valid Python: {message}", row) from None
    except RecursionError:
        raise ParseError("nested too deeply to parse", 1) from None


class Session:
    """Lints scripts under one config. Parsed modules are kept by path and content."""

    def __init__(self, config: Config, project: Project | None = None) -> None:
        from lora_lint.knowledge.tables import Knowledge

        self.config = config
        self.project = project
        self.knowledge = Knowledge(dict(config.versions))
        self._trees: dict[Path, tuple[bytes, cst.Module, str]] = {}
        self.foreseen = True  # has every import that was followed been seen by the byte scan, too?

    def analyze(
        self, document: Document, path: Path | None = None, *, states: bool = False, argv: list[str] | None = None
    ) -> Analysis:
        """Interprets one entry script and runs the rules over its lifecycle."""
        from lora_lint.flow.interpreter import interpret
        from lora_lint.flow.modules import Module, no_loader

        module = Module("__main__", document.filename, parse(document.text), "", document.text)
        loader = self._loader(path) if path is not None and self.project is not None else no_loader
        alone = self.project is None or path is None or self.project.is_entry(path)
        lifecycle = interpret(module, self.knowledge, loader, alone=alone, states=states, argv=argv)
        reports = run_rules(lifecycle, self.config)
        placer = Placer(lifecycle, {module: document}, self.config)
        return Analysis(module, lifecycle, placer.place(reports), lifecycle.notes, reports, placer)

    def check(self, document: Document) -> list[Finding]:
        """The findings in a document on its own, suppressions that hide nothing among them. Raises ParseError."""
        from lora_lint.silence import CODE, NAME, Silence

        analysis = self.analyze(document)
        if analysis.notes or not enabled(CODE, NAME, False, self.config):
            return analysis.findings
        used = analysis.placer.used().get(document.filename, set())
        return sorted([*analysis.findings, *Silence(document).unused(used, self.rules_on())], key=in_order)

    def rules_on(self) -> list[tuple[str, str]]:
        """Code and name of the rules that are on."""
        return [(rule.code, rule.name) for rule in rules_on(self.config)]

    def documents(self, path: Path) -> list[Document]:
        """What is to be linted in a file: a script, the cells of a notebook as one, each block of a Markdown file.

        Raises OSError and Unreadable.
        """
        from lora_lint.source.reading import documents_in

        assert self.project is not None
        return documents_in(str(path), self.project.read(path))

    def script(self, entry: Path, *, states: bool = False, argv: list[str] | None = None) -> Analysis:
        """Reads and interprets an entry script of the project."""
        return self.analyze(self.documents(entry)[0], entry, states=states, argv=argv)

    def _loader(self, entry: Path) -> Callable[[str, int, Module], Module | None]:
        from lora_lint.flow.modules import Module

        project = self.project
        assert project is not None
        loaded: dict[Path, Module] = {}

        def load(name: str, level: int, importer: Module) -> Module | None:
            self.foreseen = self.foreseen and project.foresees(name, level, Path(importer.filename))
            path = project.resolve(name, level, Path(importer.filename), entry)
            if path is None or path == entry:
                return None
            if path not in loaded:
                tree = self._tree(path)
                if tree is None:
                    return None
                dotted = ".".join(path.with_suffix("").parts[-4:]).removesuffix(".__init__")
                loaded[path] = Module(dotted, str(path), tree[0], "", tree[1])
            return loaded[path]

        return load

    def _tree(self, path: Path) -> tuple[cst.Module, str] | None:
        assert self.project is not None
        try:
            data = self.project.read(path)
            known = self._trees.get(path)
            if known is None or known[0] != data:
                text = decode(data).text
                known = self._trees[path] = (data, parse(text), text)
        except (OSError, Unreadable, ParseError):
            return None
        return known[1], known[2]


def run_rules(lifecycle: Lifecycle, config: Config) -> list[tuple[Rule, Report]]:
    """The reports of all rules that are on. A rule that breaks is silent, and said so in the lifecycle's notes."""
    found: list[tuple[Rule, Report]] = []
    for rule in rules_on(config):
        if not lifecycle.has(*rule.events):
            continue
        try:
            found += [(rule, report) for report in rule.check(lifecycle)]
        except Exception as error:
            lifecycle.notes.append(f"rule {rule.code} failed and is silent here: {type(error).__name__}: {error}")
    return found


@lru_cache(maxsize=64)
def rules_on(config: Config) -> tuple[Rule, ...]:
    """The rules that are on under these settings, by code."""
    from lora_lint.registry import all_rules

    return tuple(rule for rule in all_rules() if enabled(rule.code, rule.name, rule.preview, config))


def enabled(code: str, name: str, preview: bool, config: Config) -> bool:
    """Is a rule on under these settings? The longest matching entry decides, as in Ruff."""
    if preview and not config.preview:
        return False

    def strength(entries: Iterable[str]) -> int:
        best = 0
        for entry in entries:
            wanted = entry.strip()
            if wanted.lower() == name:
                best = max(best, 100)
            elif wanted.upper() == "ALL":
                best = max(best, 1)
            elif wanted and code.startswith(wanted.upper()):
                best = max(best, len(wanted) + 1)
        return best

    on = max(strength(config.select), strength(config.extend_select))
    return on > 0 and on > strength(config.ignore)


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
            module = report.site.module  # type: ignore[attr-defined]
            if not self._silence(module).hides(rule.code, rule.name, self.statement_rows(report.site)):
                finding = self._finding(rule, report)
                found[self._key(finding)] = finding
        return sorted(found.values(), key=in_order)

    def _silence(self, module: Module) -> Silence:
        from lora_lint.silence import Silence
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

        editor = Editor(self._node_span, self._locate, self._lines, self.config.adapter_layout)
        try:
            found = rule.fix(report, editor)
        except Exception as error:
            self.lifecycle.notes.append(f"the fix of {rule.code} failed: {type(error).__name__}: {error}")
            return None
        return _restored(found, self.documents.values()) if isinstance(found, Fix) else None

    def _node_span(self, module: Module, node: Any, statement: Any = None) -> Span | None:
        if module not in self._spans:
            from lora_lint.source.positions import Spans

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
        span = self._node_span(site.module, site.node, self.statements.get(site))
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
        own = self._node_span(site.module, site.node, statement)
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


# -- correcting --------------------------------------------------------------------------------------------------------

MOST_ROUNDS = 12  # of lint and fix: a fix may uncover another finding


class FixedSource(NamedTuple):
    """A corrected text, the findings that were corrected on the way, and those that remain."""

    text: str
    applied: list[Finding]
    remaining: list[Finding]


def fix_source(
    text: str,
    filename: str = "x.py",
    config: Config | None = None,
    *,
    unsafe: bool = False,
    select: Callable[[Finding], bool] | None = None,
) -> FixedSource:
    """Corrects a text: applies fixes and lints again until none is left. Raises ParseError.

    `unsafe` adds the fixes that may change what worked before; `select` says which findings to correct.
    """
    applied: list[Finding] = []
    findings = check_source(text, filename, config)
    refused: set[tuple[str, str]] = set()  # fixes that broke the file or left their finding: as if they were none
    for _ in range(MOST_ROUNDS):
        chosen = choose_fixes([f for f in findings if (f.code, f.message) not in refused], unsafe=unsafe, select=select)
        if not chosen:
            break
        changed = apply_edits(text, [edit for finding in chosen if finding.fix for edit in finding.fix.edits])
        try:
            after = check_source(changed, filename, config)
        except ParseError:
            after = findings
        left = {(f.code, f.message) for f in after}
        stuck = {(f.code, f.message) for f in chosen} & left
        if stuck and len(after) >= len(findings):
            refused |= stuck if changed != text else {(f.code, f.message) for f in chosen}
            continue
        applied += chosen
        text, findings = changed, after
    return FixedSource(text, applied, findings)


def choose_fixes(
    findings: Iterable[Finding], *, unsafe: bool = False, select: Callable[[Finding], bool] | None = None
) -> list[Finding]:
    """The findings that can be corrected in one go: their edits do not touch each other."""
    chosen: list[Finding] = []
    taken: list[Edit] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or (fix.applicability != "safe" and not unsafe) or (select is not None and not select(finding)):
            continue
        if any(_touch(edit, other) for edit in fix.edits for other in taken):
            continue
        chosen.append(finding)
        taken += fix.edits
    return chosen


def _touch(a: Edit, b: Edit) -> bool:
    together = (a.filename, a.cell) == (b.filename, b.cell)
    return together and a.location <= b.end_location and b.location <= a.end_location


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made, those of one file and cell."""
    starts = [0, *(newline.end() for newline in NEWLINE.finditer(text))]

    def offset(location: Location) -> int:
        if location.row > len(starts):
            return len(text)
        return min(starts[location.row - 1] + location.column - 1, len(text))

    for edit in sorted(edits, key=lambda e: (e.location, e.end_location), reverse=True):
        text = text[: offset(edit.location)] + edit.content + text[offset(edit.end_location) :]
    return text


# -- one entry script with the modules it leads to ---------------------------------------------------------------------


class FixedScript(NamedTuple):
    """A corrected entry script: new texts by file (the changed ones only), what was corrected, what remains."""

    files: dict[Path, str]
    applied: list[Finding]
    remaining: list[Finding]


def _open(path: str | os.PathLike[str], config: Config | None) -> tuple[Path, Session]:
    from lora_lint.config import find_config

    entry = Path(os.path.abspath(path))
    settings = config if config is not None else find_config(entry)
    return entry, Session(settings, Project(root_of(entry)))


def trace_script(
    path: str | os.PathLike[str], config: Config | None = None, argv: list[str] | None = None
) -> dict[str, Any]:
    """The trace of an entry script across the modules of its project; with `argv`, as that command line runs it.

    Raises ParseError, Unreadable and OSError for the script itself.
    """
    entry, session = _open(path, config)
    return session.script(entry, states=True, argv=argv).trace()


def fix_script(path: str | os.PathLike[str], config: Config | None = None, *, unsafe: bool = False) -> FixedScript:
    """Corrects an entry script and the modules of its project that it leads to, in memory.

    Raises ParseError, Unreadable and OSError for the script itself.
    """
    entry, session = _open(path, config)
    project = session.project
    assert project is not None
    files: dict[Path, str] = {}
    applied: list[Finding] = []
    findings = session.script(entry).findings
    for _ in range(MOST_ROUNDS):
        chosen = choose_fixes(findings, unsafe=unsafe)
        if not chosen:
            break
        changed: dict[Path, str] = {}
        for name in {edit.filename for f in chosen if f.fix for edit in f.fix.edits}:
            file = Path(name)
            text = files.get(file) or decode(project.read(file)).text
            edits = [edit for f in chosen if f.fix for edit in f.fix.edits if edit.filename == name]
            changed[file] = apply_edits(text, edits)
        before = dict(project.overlay)
        project.overlay.update({file: text.encode() for file, text in changed.items()})
        try:
            after = session.script(entry).findings
        except ParseError:
            after = findings
        if len(after) >= len(findings) and {(f.code, f.message) for f in chosen} & {(f.code, f.message) for f in after}:
            project.overlay = before
            break
        files |= changed
        applied += chosen
        findings = after
    return FixedScript(files, applied, findings)


class Workspace:
    """Lints files while they are edited: texts that an editor holds stand before what lies on disk."""

    def __init__(self, config: Config | Configs | None = None) -> None:
        from lora_lint.batch import Batch

        self._batch = Batch(config)

    def set_text(self, path: str | os.PathLike[str], text: str | None) -> None:
        """The text of an open file; None where it counts as on disk again."""
        file, project = self._of(path)
        if text is None:
            project.overlay.pop(file, None)
        else:
            project.overlay[file] = text.encode("utf-8", "surrogatepass")
        project.imports_changed()
        self._batch.forget()

    def check(self, path: str | os.PathLike[str]) -> list[Finding]:
        """The findings in a file, from every script of the project that leads through it.

        Raises ParseError, Unreadable, OSError and ConfigError.
        """
        file, _ = self._of(path)
        return self._batch.check(file)

    def trace(self, path: str | os.PathLike[str]) -> dict[str, Any]:
        """The trace of a file as the entry script. Raises like `check`."""
        file, project = self._of(path)
        return self._batch.session(project, file).script(file, states=True).trace()

    def dependents(self, path: str | os.PathLike[str]) -> list[Path]:
        """Files whose findings can change when this one does: what leads to it, and what it leads to."""
        file, project = self._of(path)
        return [p for p in dict.fromkeys((*project.importers(file), *project.closure(file))) if p != file]

    def changed(self, paths: Iterable[str | os.PathLike[str]]) -> None:
        """Files, configs or folders changed on disk."""
        for path in paths:
            self._of(path)[1].forget()
        self._batch.forget(configs=True)

    def _of(self, path: str | os.PathLike[str]) -> tuple[Path, Project]:
        file = Path(os.path.abspath(path))
        return file, self._batch.project(file, None)


def check_notebook(cells: Sequence[str], filename: str, config: Config | None = None) -> list[Finding]:
    """Lints the code cells of a notebook as one script; rows count in each finding's `cell`. Raises ParseError."""
    from lora_lint.source.notebook import document_of_cells

    return Session(config or Config()).check(document_of_cells(filename, cells))


def trace_notebook(cells: Sequence[str], filename: str, config: Config | None = None) -> dict[str, Any]:
    """The trace of a notebook's code cells; every place in it counts rows in its `cell`. Raises ParseError."""
    from lora_lint.source.notebook import document_of_cells

    return Session(config or Config()).analyze(document_of_cells(filename, cells), states=True).trace()
