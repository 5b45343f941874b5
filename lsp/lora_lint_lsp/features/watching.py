"""Files that change outside of the editor: configs, modules, and open files that are deleted."""

from __future__ import annotations

from lsprotocol import types

from lora_lint_lsp.documents import path_of
from lora_lint_lsp.options import SECTION
from lora_lint_lsp.server import LoraLintServer

# Other files may be named as `extend`; requirements and the like pin versions; a baseline is often called one.
PATTERNS = (
    *("**/*.py", "**/*.toml", "**/requirements*.txt", "**/setup.cfg", "**/environment.yml"),
    "**/*baseline*.json",
)


def register(server: LoraLintServer) -> None:
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(changed)


async def ask_for_news(ls: LoraLintServer) -> None:
    """Asks the client to tell of changed files and settings, where it can be asked."""
    wanted: list[types.Registration] = []
    if ls.can("workspace", "did_change_watched_files", "dynamic_registration"):
        watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in PATTERNS]
        options: object = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
        wanted.append(_registration(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    if ls.can("workspace", "did_change_configuration", "dynamic_registration"):
        options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        wanted.append(_registration(types.WORKSPACE_DID_CHANGE_CONFIGURATION, options))
    if wanted:
        await ls.client_register_capability_async(types.RegistrationParams(registrations=wanted))


def _registration(method: str, options: object) -> types.Registration:
    return types.Registration(id=f"lora-lint {method}", method=method, register_options=options)


async def changed(ls: LoraLintServer, params: types.DidChangeWatchedFilesParams) -> None:
    paths = [path for change in params.changes if (path := path_of(change.uri)) is not None]
    # A script that is open is linted as the editor has it; saving it changes nothing.
    news = [path for path in paths if ls.documents.script_at(path) is None]
    if not news:
        return
    await ls.analyst.changed(news)
    edited = all(change.type is types.FileChangeType.Changed for change in params.changes)
    if edited and all(path.endswith(".py") for path in news):
        scripts = [dependent for path in news for dependent in await ls.lints.dependents(path)]
    else:  # settings may differ now, or who imports whom
        scripts = list(ls.documents.each())
    await ls.lints.again(list(dict.fromkeys(scripts)))
