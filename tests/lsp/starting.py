"""Starts the real server for an editor, as clients with various capabilities do."""

from __future__ import annotations

import asyncio
import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from editor import PATIENCE, UTF16, Editor
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(str(REPOSITORY / root) for root in ("rules", "lsp", "runner")),
}
SERVER = (sys.executable, "-m", "lora_lint_lsp")
WARM = Path(__file__).with_name("warm.py")


@functools.cache
def loaded() -> tuple[str, ...]:
    """The command that gives a server which has loaded already, for all tests of this process."""
    if sys.platform == "win32":
        return SERVER
    folder = tempfile.mkdtemp(prefix="lora-lint-lsp-")
    address = os.path.join(folder, "socket")
    warm = subprocess.Popen(
        [sys.executable, WARM, "serve", address], env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    atexit.register(shutil.rmtree, folder)
    atexit.register(warm.communicate)
    while not os.path.exists(address):
        assert warm.poll() is None
        time.sleep(0.01)
    return (sys.executable, "-I", "-S", str(WARM), "ask", address)


def pushed_to() -> types.ClientCapabilities:
    """What Neovim 0.7 announces: it never asks for diagnostics."""
    return client_capabilities("neovim@0.7.0")


def pulling() -> types.ClientCapabilities:
    """What VS Code announces, with what its later releases added."""
    found = client_capabilities("visual-studio-code")
    assert found.text_document is not None
    assert found.workspace is not None
    found.text_document.diagnostic = types.DiagnosticClientCapabilities(related_document_support=True)
    found.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    found.workspace.inlay_hint = types.InlayHintWorkspaceClientCapabilities(refresh_support=True)
    return found


@asynccontextmanager
async def started(
    folders: list[Path],
    capabilities: types.ClientCapabilities,
    settings: Mapping[str, Any] | None = None,
    encodings: list[types.PositionEncodingKind] | None = None,
    *,
    fresh: bool = False,
    environment: Mapping[str, str] = ENVIRONMENT,
) -> AsyncIterator[Editor]:
    """A server of its own for one test: a fork of one that has loaded, or `fresh` as users start it."""
    command = SERVER if fresh else loaded()
    client = LanguageClient(converter_factory=default_converter, configuration={"": dict(settings or {})})
    editor = Editor(client, folders)

    def published(client: LanguageClient, params: types.PublishDiagnosticsParams) -> None:
        editor.published[params.uri] = params
        editor.publish_count[params.uri] = editor.publish_count.get(params.uri, 0) + 1

    def registered(client: LanguageClient, params: types.RegistrationParams) -> None:
        editor.registrations += params.registrations

    def apply_edit(client: LanguageClient, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        editor.apply(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    def refreshed(client: LanguageClient, params: None) -> None: ...

    register_lsp_features(
        client,
        {
            **DEFAULT_CLIENT_FEATURES,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: published,
            types.CLIENT_REGISTER_CAPABILITY: registered,
            types.WORKSPACE_APPLY_EDIT: apply_edit,
            types.WORKSPACE_INLAY_HINT_REFRESH: refreshed,
            types.WORKSPACE_CODE_LENS_REFRESH: refreshed,
        },
    )
    if encodings is not None:
        capabilities.general = types.GeneralClientCapabilities(position_encodings=encodings)
    await client.start_io(*command, env=dict(environment), cwd=str(folders[0]))
    answer = await asyncio.wait_for(
        client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities,
                workspace_folders=[types.WorkspaceFolder(uri=f.as_uri(), name=f.name) for f in folders],
            )
        ),
        PATIENCE,
    )
    editor.encoding = types.PositionEncodingKind(answer.capabilities.position_encoding or UTF16)
    editor.pulls = capabilities.text_document is not None and capabilities.text_document.diagnostic is not None
    try:
        yield editor
    finally:
        await asyncio.wait_for(client.shutdown_session(), PATIENCE)
        await client.stop()


def children(pid: int) -> list[int]:
    """The processes that one has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found
