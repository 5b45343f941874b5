"""The first greeting, the client's settings, and the folders that are open."""

from __future__ import annotations

import asyncio
import os
import sys

from lsprotocol import types

from lora_lint_lsp.features.watching import ask_for_news
from lora_lint_lsp.server import LoraLintServer

CLIENT_LOOKED_AT = 5.0  # seconds between two looks at whether the client's process still lives


def register(server: LoraLintServer) -> None:
    server.feature(types.INITIALIZE)(greeted)
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(settings_changed)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(folders_changed)
    server.feature(types.SHUTDOWN)(shut_down)
    server.feature(types.EXIT)(left)


def greeted(ls: LoraLintServer, params: types.InitializeParams) -> None:
    ls.analyst.start()
    ls.greet(params)


async def initialized(ls: LoraLintServer, params: types.InitializedParams) -> None:
    ls.later(_end_with_client(ls))
    ls.later(ask_for_news(ls))
    try:
        await ls.fetch_options()
    finally:
        ls.lints.settled.set()


async def settings_changed(ls: LoraLintServer, params: types.DidChangeConfigurationParams) -> None:
    """Clients that answer `workspace/configuration` are asked; others send their settings along."""
    if not ls.can("workspace", "configuration") and isinstance(params.settings, dict):
        ls.options[""] = ls.read_options(params.settings.get("loraLint", params.settings))
    await ls.fetch_options()
    await _all_anew(ls)


async def folders_changed(ls: LoraLintServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    await ls.fetch_options()
    await _all_anew(ls)


async def _all_anew(ls: LoraLintServer) -> None:
    """Settings may change what is shown, not only what is found: everything is sent again."""
    scripts = list(ls.documents.each())
    for script in scripts:
        script.revision += 1
    ls.findings_changed(scripts)


def shut_down(ls: LoraLintServer, params: None) -> None:
    ls.asked_to_end = True
    ls.leave()


def left(ls: LoraLintServer, params: None) -> None:
    """As the protocol has it, an exit without a shutdown before is a failure."""
    ls.status = 0 if ls.asked_to_end else 1


async def _end_with_client(ls: LoraLintServer) -> None:
    """A client that was killed may leave its end of the pipe open in some other process; its process id tells."""
    pid = ls.process_id
    while pid is not None and sys.platform != "win32":
        await asyncio.sleep(CLIENT_LOOKED_AT)
        try:
            os.kill(pid, 0)
        except PermissionError:
            continue
        except OSError:
            ls.leave()
            os._exit(1)
