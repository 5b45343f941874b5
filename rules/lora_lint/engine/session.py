"""One entry script under one config: parsed, interpreted with the modules it leads to, and judged by the rules."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lora_lint.engine.beside import Beside
from lora_lint.engine.facts import Facts
from lora_lint.engine.imported import Imported
from lora_lint.engine.judging import run_rules
from lora_lint.engine.placing import Placer, in_order
from lora_lint.engine.worth import can_show
from lora_lint.finding import Finding
from lora_lint.project.project import Project, named_as_test
from lora_lint.settings.config import Config
from lora_lint.silencing.silence import Used
from lora_lint.source.libcst_import import import_libcst
from lora_lint.source.syntax import ParseError, parse
from lora_lint.source.text import Unreadable

if TYPE_CHECKING:
    from lora_lint.engine.trials import Outcome, Tried
    from lora_lint.flow.modules import Module
    from lora_lint.flow.quiet import Quiet
    from lora_lint.flow.scope import Started
    from lora_lint.lifecycle.trace import Lifecycle
    from lora_lint.rules.base import Report, Rule
    from lora_lint.source.document import Document


class Followed(NamedTuple):
    """One entry script, interpreted with the modules that it leads to: its lifecycle, and where all of it stands."""

    module: Module
    lifecycle: Lifecycle
    placer: Placer


class Analysis(NamedTuple):
    """One entry script, interpreted and judged: its lifecycle, and the findings in all its modules."""

    module: Module
    lifecycle: Lifecycle
    findings: list[Finding]
    notes: list[str]
    faults: list[str]
    reports: list[tuple[Rule, Report]]
    placer: Placer


class Shown(NamedTuple):
    """What is left of an analysis: findings, the suppressions that hid one by file, notes on what was not seen, and
    faults of rules."""

    findings: list[Finding]
    used: dict[str, Used]
    notes: list[str]
    faults: list[str]


@contextmanager
def _uncollected() -> Iterator[None]:
    """No cyclic garbage is looked for meanwhile: an analysis needs what it makes until its end, and leaves none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _alone() -> AbstractContextManager[object]:
    """Held by one analysis at a time: while a text is parsed, others would not know the kinds of nodes again."""
    from lora_lint.source.alone import as_it_is

    return as_it_is


class Session:
    """Lints scripts under one config, on their own or with the modules of their project."""

    def __init__(self, config: Config, project: Project | None = None) -> None:
        self.config = config
        self.project = project
        self.facts = Facts(config, project)
        self.imported = Imported(project)
        self.beside = Beside(project, self._beside) if project is not None else None
        self.quiet: Quiet | None = None  # of its modules; made with the interpreter

    def analyze(self, document: Document, path: Path | None = None, *, everything: bool = True) -> Analysis:
        """Interprets one entry script and runs the rules over its lifecycle; the fixes were tried.

        Without `everything`, code that nobody calls is left out where it cannot lead to a finding.
        """
        with _alone():
            found = self._judged(document, path, everything=everything)
            findings = found.findings
            if any(finding.fix is not None for finding in findings):
                from lora_lint.engine.trials import Trials, untried

                trials = Trials(findings, found.placer.edited_texts(), partial(self._with, document, path))
                findings = trials.tried() if not found.notes else untried(findings)
            return found._replace(findings=[found.placer.in_files(finding) for finding in findings])

    def trace(self, document: Document, path: Path | None = None, started: Started | None = None) -> dict[str, Any]:
        """The lifecycle of one entry script as plain data (see `lora_lint.engine.trace`): no rule is asked."""
        from lora_lint.engine.trace import trace_of

        with _alone():
            module, lifecycle, placer = self._followed(document, path, states=True, started=started)
            return trace_of(module.filename, lifecycle, placer)

    def _judged(
        self,
        document: Document,
        path: Path | None,
        changed: Mapping[str, str] | None = None,
        *,
        everything: bool = True,
        bare: bool = False,
    ) -> Analysis:
        """An analysis with its fixes as the rules make them, in the words of the linted texts; `bare`: without."""
        module, lifecycle, placer = self._followed(document, path, changed, everything=everything, judged=True)
        if path is not None and self.project is not None:
            lifecycle.old_weights_beside = partial(self.project.writes_old_weights_beside, path)
            lifecycle.restored_beside = partial(self.project.restored_beside, path)
        lifecycle.tries = named_as_test(os.path.basename(document.filename))
        reports = run_rules(lifecycle, self.config)
        findings = placer.place(reports, bare=bare)
        return Analysis(module, lifecycle, findings, lifecycle.notes, lifecycle.faults, reports, placer)

    def _followed(
        self,
        document: Document,
        path: Path | None,
        changed: Mapping[str, str] | None = None,
        *,
        states: bool = False,
        everything: bool = True,
        started: Started | None = None,
        judged: bool = False,
    ) -> Followed:
        """Interprets a script. `changed` texts, by file, stand before those of the document and of its modules. Of one
        that is to be `judged` it may be asked what other scripts of the project leave to it."""
        import_libcst()
        from lora_lint.flow.interpreter import interpret
        from lora_lint.flow.modules import Module
        from lora_lint.flow.quiet import Quiet
        from lora_lint.lifecycle.trace import nothing

        self.quiet = self.quiet or Quiet()
        texts = changed if changed is not None else {}
        text = texts.get(document.filename, document.text)
        module = Module("__main__", document.filename, parse(text))
        modules = [module]
        project, beside = self.project, self.beside
        alone = path is None or project is None or project.installed or project.is_entry(path)
        lifecycle = interpret(
            module,
            self.facts.of(path, module.text, document),
            self.imported.loader(path, texts, modules),
            alone=alone,
            states=states,
            everything=everything,
            started=started,
            left_beside=partial(beside.left, path) if judged and path is not None and beside is not None else nothing,
            quiet=self.quiet if not (states or everything or texts) else None,
        )
        if judged and path is not None and beside is not None:
            lifecycle.scripts_beside = partial(beside.scripts, path)
        return Followed(module, lifecycle, Placer(lifecycle, modules, {} if texts else {module: document}, self.config))

    def _beside(self, path: Path) -> Lifecycle | None:
        """Another script of the project as the one that is asked for goes on with it; None where it cannot be read."""
        try:
            [document] = self.documents(path)
            return self._followed(document, path, everything=False).lifecycle
        except (ParseError, OSError, Unreadable, ValueError):
            return None

    def _with(
        self, document: Document, path: Path | None, changed: Mapping[str, str], compared: Callable[[Tried], Outcome]
    ) -> Outcome | None:
        """How it compares what is found with these texts, by file, in place of those that were linted; None where one
        is no Python."""
        from lora_lint.engine.trials import Tried

        try:
            found = self._judged(document, path, changed, everything=False, bare=True)
        except ParseError:
            return None
        outcome = compared(Tried(found.findings, found.placer.fixed, found.lifecycle.steps))
        found.lifecycle.events.clear()  # they lead to the interpreter, and it to them
        return outcome

    def shown(self, document: Document, path: Path | None = None) -> Shown:
        """What an entry script shows; nothing else of its analysis is kept. Raises ParseError."""
        with _uncollected():
            return self._shown(document, path)

    def _shown(self, document: Document, path: Path | None) -> Shown:
        if self.project is not None and not can_show(document, path, self.project):
            return Shown([], {}, [], [])
        analysis = self.analyze(document, path, everything=False)
        shown = Shown(analysis.findings, analysis.placer.used(), analysis.notes, analysis.faults)
        analysis.lifecycle.events.clear()  # they lead to the interpreter, and it to them
        return shown

    def check(self, document: Document) -> list[Finding]:
        """The findings in a document on its own, suppressions that hide nothing among them. Raises ParseError."""
        from lora_lint.silencing.silence import unused

        shown = self.shown(document)
        if shown.notes or shown.faults:
            return shown.findings
        used = shown.used.get(document.filename, set())
        return sorted([*shown.findings, *unused([document], used, self.config)], key=in_order)

    def documents(self, path: Path) -> list[Document]:
        """What is to be linted in a file: a script, the cells of a notebook as one, each block of a Markdown file.

        Raises OSError and Unreadable.
        """
        from lora_lint.source.reading import documents_in

        assert self.project is not None
        return documents_in(str(path), self.project.read(path))

    def script(self, entry: Path) -> Analysis:
        """Reads and analyzes an entry script of the project."""
        return self.analyze(self.documents(entry)[0], entry)

    def trace_of_script(self, entry: Path, started: Started | None = None) -> dict[str, Any]:
        """Reads and traces an entry script of the project; as it is `started`, where that is known."""
        return self.trace(self.documents(entry)[0], entry, started)
