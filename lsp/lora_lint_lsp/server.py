"""The server: what every feature shares, and where they are all registered."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from typing import Any, cast

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

import lora_lint
from lora_lint_lsp.analyst import Analyst, GaveUp
from lora_lint_lsp.documents import Documents, Script, path_of
from lora_lint_lsp.lints import Lints
from lora_lint_lsp.options import Options, read
from lora_lint_lsp.protocol import Protocol
from lora_lint_lsp.runs import Runs
from lora_lint_lsp.target import ConfigTrouble

log = logging.getLogger(__name__)

NAME = "lora-lint"
NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(
            notebook="jupyter-notebook", cells=[types.NotebookCellLanguage(language="python")]
        ),
        types.NotebookDocumentFilterWithCells(
            notebook="interactive", cells=[types.NotebookCellLanguage(language="python")]
        ),
    ],
    save=True,
)


class LoraLintServer(LanguageServer):
    """The language server of lora-lint."""

    def __init__(self, analyst: Analyst) -> None:
        super().__init__(
            NAME,
            lora_lint.__version__,
            notebook_document_sync=NOTEBOOKS,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        self.analyst = analyst
        self.options: dict[str, Options] = {"": Options()}
        self.greeted_with = Options()  # what counts where the client, asked for its settings, has none
        self.lints = Lints(analyst, self.findings_changed)
        self.runs = Runs()
        self.config_troubles: dict[str, ConfigTrouble] = {}
        self.senders: list[Callable[[LoraLintServer, Script], Coroutine[Any, Any, None]]] = []  # of news, to the client
        self._tasks: set[asyncio.Task[Any]] = set()
        self._said: set[str] = set()
        self.asked_to_end = False
        self.status = 0  # what the program ends with

    # -- what the client can do ------------------------------------------------------------------------------------

    def greet(self, params: types.InitializeParams) -> None:
        """Sets up the documents for this client, in the units that it counts columns in."""
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
        root = params.root_uri
        documents = Documents(root, list(params.workspace_folders or []), encoding)
        self.protocol._workspace = documents  # pygls has no door for a workspace of one's own
        self.lints.documents = documents
        if isinstance(params.initialization_options, dict):
            self.greeted_with = self.read_options(params.initialization_options.get("settings", {}))
            self.options[""] = self.greeted_with

    @property
    def documents(self) -> Documents:
        return cast(Documents, self.workspace)

    def pulls(self, script: Script) -> bool:
        """Does the client ask for the diagnostics of a script? Then they are never sent unasked.

        Those of notebooks are always sent: VS Code forgets what it asked for when a cell is scrolled out of sight.
        """
        return self.can("text_document", "diagnostic") and not script.is_notebook

    def can(self, *names: str) -> bool:
        """Does the client announce a capability, given by its way from the root of them all?"""
        found: Any = self.client_capabilities
        for name in names:
            found = getattr(found, name, None)
        return bool(found)

    # -- settings --------------------------------------------------------------------------------------------------

    def options_of(self, script: Script) -> Options:
        """The settings for a script: those of the innermost folder that holds it."""
        folder = self.folder_of(script.path)
        return self.options.get(folder, self.options[""])

    def folder_of(self, path: str | None) -> str:
        """The workspace folder, as a path, that holds a file; "" where none does."""
        if path is None:
            return ""
        folders = [folder for uri in self.documents.folders if (folder := path_of(uri)) is not None]
        inside = [f for f in folders if os.path.normcase(path).startswith(os.path.normcase(f.rstrip(os.sep)) + os.sep)]
        return max(inside, key=len, default="")

    async def fetch_options(self) -> None:
        """Asks the client for its settings, for each folder, and hands them on to the analysis."""
        folders = {path: uri for uri in self.documents.folders if (path := path_of(uri)) is not None}
        if self.can("workspace", "configuration"):
            scopes: list[tuple[str, str | None]] = [("", None), *folders.items()]
            items = [types.ConfigurationItem(scope_uri=uri, section="loraLint") for _, uri in scopes]
            try:
                answers = await self.workspace_configuration_async(types.ConfigurationParams(items=items))
            except Exception as error:  # whatever the client does, the settings that we have still count
                log.warning("the client could not give its settings: %s", error)
                return
            given = {folder: answer for (folder, _), answer in zip(scopes, answers) if answer is not None}
            # anew: those of folders that were closed, and settings that were taken back, count no more
            self.options = {"": self.greeted_with} | {key: self.read_options(answer) for key, answer in given.items()}
        await self.analyst.configure({folder: dict(options.lint) for folder, options in self.options.items()})

    def read_options(self, values: Any) -> Options:
        """Options out of a client's settings; what is wrong with them is said once."""
        options, wrong = read(values)
        for message in wrong:
            self.say_once(message)
        return options

    # -- telling the client ----------------------------------------------------------------------------------------

    def findings_changed(self, scripts: list[Script]) -> None:
        """Findings changed although the text did not: the client gets them anew, or is told to ask for them."""
        for script in scripts:
            for send in self.senders:
                self.later(send(self, script))
        self.refresh()

    def refresh(self) -> None:
        """Asks the client to ask anew for everything that it shows."""
        for what, ask in (
            ("diagnostics", self.workspace_diagnostic_refresh_async),
            ("inlay_hint", self.workspace_inlay_hint_refresh_async),
            ("code_lens", self.workspace_code_lens_refresh_async),
        ):
            if self.can("workspace", what, "refresh_support"):
                self.later(ask(None))

    def say_once(self, message: str) -> None:
        """Shows a warning to the user, the first time that it comes up."""
        if message not in self._said:
            self._said.add(message)
            self.window_show_message(
                types.ShowMessageParams(type=types.MessageType.Warning, message=f"lora-lint: {message}")
            )

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs something beside everything else; what goes wrong there is a line in the log."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, GaveUp):  # that is said where it happens
            log.error("%s: %s", type(error).__name__, error)

    def shutdown(self) -> None:
        """Also closes a connection over TCP, which pygls 2.1 leaves open: from Python 3.12 on asyncio waits for it."""
        if isinstance(self.protocol.writer, asyncio.StreamWriter):
            self.protocol.writer.close()
        super().shutdown()  # type: ignore[no-untyped-call]

    def leave(self) -> None:
        """Ends the processes that were started, and throws away what was written for them. May be said twice."""
        self.runs.stop()
        self.analyst.stop()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """An error inside the server is a line in the log, never a message in the user's face."""
        log.error("%s: %s", type(error).__name__, error)
