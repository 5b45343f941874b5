"""Verify: runs the script for real, shows how it goes, and marks each save site with what was seen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

from lsprotocol import types

from lora_lint_lsp.documents import Script, uri_of
from lora_lint_lsp.places import Places
from lora_lint_lsp.runs import Run, RunFailed, Wishes, sites_in
from lora_lint_lsp.server import LoraLintServer

VERIFY = "loraLint.verify"
SHOW_REPORT = "loraLint.showReport"


def register(server: LoraLintServer) -> None:
    server.command(VERIFY)(verify)
    server.command(SHOW_REPORT)(show_report)


async def verify(ls: LoraLintServer, uri: str, *asked: Any) -> dict[str, Any]:
    """Runs a script.

    `asked`, one object, may name the interpreter (`python`), have the rows of missing data files made up (`madeUpRows`)
    and say that the client shows the report (`quiet`). Gives `verdict` ("none" where the run gave none), `summary`, the
    URI of the `report`, and in `lacksData` whether made-up rows would help.
    """
    wishes: dict[str, Any] = next((each for each in asked if isinstance(each, dict)), {})
    script = ls.documents.script(uri)
    quiet = bool(wishes.get("quiet"))
    try:
        run = await _run(ls, script, str(wishes.get("python") or ""), bool(wishes.get("madeUpRows")))
    except RunFailed as failed:
        if not quiet:
            _say(ls, types.MessageType.Warning, str(failed))
        return _answer("none", str(failed))
    except asyncio.CancelledError:
        return _answer("cancelled", "the run was cancelled")
    assert script is not None
    report = uri_of(run.report_path)
    if not quiet:
        good = run.verdict.verdict == "confirmed"
        _say(ls, types.MessageType.Info if good else types.MessageType.Warning, run.verdict.summary)
        if ls.options_of(script).run_open_report:
            await _show(ls, report)
    return _answer(run.verdict.verdict, run.verdict.summary, report, run.verdict.lacks_data)


def _answer(verdict: str, summary: str, report: str | None = None, lacks_data: bool = False) -> dict[str, Any]:
    return {"verdict": verdict, "summary": summary, "report": report, "lacksData": lacks_data}


async def _run(ls: LoraLintServer, script: Script | None, python: str, made_up_rows: bool) -> Run:
    if script is None or script.path is None:
        raise RunFailed("only a file that is open and saved can be verified")
    if ls.runs.under_way(script):
        raise RunFailed("this script is being verified already")
    if not _saved(script):
        raise RunFailed("the file has unsaved changes; save it first, since a run reads what is on disk")
    await ls.lints.settle()
    options = ls.options_of(script)
    made_up = made_up_rows or options.run_made_up_rows  # the editor asks its user first
    extra = ("--made-up-rows",) if made_up else ("--no-made-up-rows",)
    python = python or options.run_python
    wishes = Wishes(python, options.run_arguments, (*options.run_options, *extra), options.run_time_limit)
    revision = script.revision
    name = os.path.basename(script.path)
    async with _progress(ls, f"Verifying {name}") as tell:
        run = await ls.runs.run(script, wishes, lambda text: tell(text.removeprefix(f"{name} ")))
    if script.revision != revision:
        forget_run(ls, script)
        return run
    ls.findings_changed([script])
    return run


def forget_run(ls: LoraLintServer, script: Script) -> None:
    """What a run showed holds for the text that ran, not for the one after an edit."""
    ls.runs.forget(script)


async def show_report(ls: LoraLintServer, uri: str) -> str | None:
    """Opens the report of a script's last run. Gives its URI."""
    script = ls.documents.script(uri)
    run = ls.runs.finished(script) if script is not None else None
    if run is None:
        return None
    report = uri_of(run.report_path)
    await _show(ls, report)
    return report


def run_diagnostics(ls: LoraLintServer, script: Script, cell: int | None) -> list[types.Diagnostic]:
    """What the last run saw, at the save sites."""
    run = ls.runs.finished(script)
    if run is None or script.path is None:
        return []
    places = Places(ls.documents, script)
    found = []
    for site in sites_in(run, script.path, cell):
        bad = site.verdict == "contradicted"
        found.append(
            types.Diagnostic(
                range=places.range(script.path, cell, (site.row, 1), (site.row, 10_000)),
                severity=types.DiagnosticSeverity.Warning if bad else types.DiagnosticSeverity.Information,
                source="lora-lint run",
                code=site.verdict,
                message=site.message,
            )
        )
    return found


def _saved(script: Script) -> bool:
    """Is what the editor has what lies on disk?"""
    if script.is_notebook:
        return True
    assert script.path is not None
    try:
        with open(script.path, "rb") as file:
            on_disk = file.read()
    except OSError:
        return False
    text = script.target().text or ""
    return on_disk.removeprefix(b"\xef\xbb\xbf") == text.encode("utf-8", "surrogatepass") or _other_encoding(
        on_disk, text
    )


def _other_encoding(on_disk: bytes, text: str) -> bool:
    """A file that is not UTF-8 is compared by length of its lines: the editor decoded it, we would have to guess."""
    try:
        on_disk.decode("utf-8")
    except UnicodeDecodeError:
        return on_disk.count(b"\n") == text.count("\n")
    return False


@contextlib.asynccontextmanager
async def _progress(ls: LoraLintServer, title: str) -> AsyncIterator[Callable[[str], None]]:
    """Progress in the client with a button to cancel, where it can show one. Cancelling cancels the body."""
    if not ls.can("window", "work_done_progress"):
        yield lambda message: None
        return
    token = str(uuid.uuid4())
    progress = ls.work_done_progress
    await progress.create_async(token)
    progress.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=True))
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()

    def stop(future: Any) -> None:
        if future.cancelled() and task is not None:
            loop.call_soon_threadsafe(task.cancel)

    progress.tokens[token].add_done_callback(stop)
    try:
        yield lambda message: progress.report(token, types.WorkDoneProgressReport(message=message[:120]))
    finally:
        progress.end(token, types.WorkDoneProgressEnd())


async def _show(ls: LoraLintServer, uri: str) -> None:
    """Opens a report in the program for such pages, which few editors are."""
    if ls.can("window", "show_document", "support"):
        await ls.window_show_document_async(types.ShowDocumentParams(uri=uri, external=True))


def _say(ls: LoraLintServer, kind: types.MessageType, message: str) -> None:
    ls.window_show_message(types.ShowMessageParams(type=kind, message=f"lora-lint: {message}"))
