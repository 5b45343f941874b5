"""Files that change outside of the editor: configs, modules, and open files that are deleted."""

from __future__ import annotations

import os

from lsprotocol import types

from lora_lint_lsp.documents import path_of
from lora_lint_lsp.server import LoraLintServer

CONFIGS = frozenset({"pyproject.toml", "lora-lint.toml"})
# Other files may be named as `extend`; requirements and the like pin versions.
PATTERNS = ("**/*.py", "**/*.toml", "**/requirements*.txt", "**/setup.cfg", "**/environment.yml")


def register(server: LoraLintServer) -> None:
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(changed)


async def ask_for_watching(ls: LoraLintServer) -> None:
    """Asks the client to watch, where it can be asked."""
    if not ls.can("workspace", "did_change_watched_files", "dynamic_registration"):
        return
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in PATTERNS]
    await ls.client_register_capability_async(
        types.RegistrationParams(
            registrations=[
                types.Registration(
                    id="lora-lint-files",
                    method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers),
                )
            ]
        )
    )


async def changed(ls: LoraLintServer, params: types.DidChangeWatchedFilesParams) -> None:
    paths = [path for change in params.changes if (path := path_of(change.uri)) is not None]
    # A script that is open is linted as the editor has it; saving it changes nothing.
    news = [path for path in paths if ls.documents.script_at(path) is None]
    if not news:
        return
    await ls.analyst.changed(news)
    scripts = list(ls.documents.each())
    if all(os.path.basename(path) not in CONFIGS and path.endswith(".py") for path in news):
        leads = {dependent for path in news for dependent in await ls.analyst.dependents(path)}
        deleted = any(change.type is not types.FileChangeType.Changed for change in params.changes)
        if not deleted:
            scripts = [s for s in scripts if s.path in leads]
    await ls.lints.again(scripts)
