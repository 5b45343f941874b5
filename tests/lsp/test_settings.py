"""Settings of the editor, config files, folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from editor import Editor
from lsprotocol import types
from samples import LOST
from starting import REPOSITORY, pulling, pushed_to, started

from lora_lint_lsp.options import CLIENT, KNOWN, read

TREE = "[tool.lora-lint]\n"


def settings_of_the_extension() -> dict[str, Any]:
    package = json.loads((REPOSITORY / "vscode-extension" / "package.json").read_text())
    properties = package["contributes"]["configuration"]["properties"]
    return {name.removeprefix("loraLint."): value for name, value in properties.items()}


def test_every_setting_of_the_extension_is_understood() -> None:
    from lora_lint.settings.table import BY_KEY

    nested: dict[str, Any] = {}
    for name, value in settings_of_the_extension().items():
        head, _, rest = name.partition(".")
        if rest:
            nested.setdefault(head, {})[rest] = value["default"]
        else:
            nested[head] = value["default"]
        known = name in KNOWN or head in CLIENT or name == "configuration" or _kebab(name) in BY_KEY
        assert known, f"nobody reads loraLint.{name}"
    options, wrong = read(nested)
    assert wrong == []
    assert options.lint == {}  # by default the config file counts


def test_every_setting_of_the_command_line_can_be_made_in_the_editor() -> None:
    from lora_lint.settings.table import BY_KEY

    made = {_kebab(name) for name in settings_of_the_extension()}
    only_files = {"extend", "baseline"}  # what is written beside the scripts
    unseen = {"output-format", "markdown"}  # nothing that an editor shows depends on them
    assert set(BY_KEY) - only_files - unseen <= made


def test_a_wrong_value_costs_a_message_and_nothing_else() -> None:
    options, wrong = read({"inlayHints": 3, "codeLens": False})
    assert options.inlay_hints == "auto"
    assert options.code_lens is False
    assert wrong == ['loraLint.inlayHints must be "off", "auto" or "on"; the default counts']


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name)


@pytest.mark.asyncio
async def test_the_config_file_counts(editor: Editor) -> None:
    editor.write("pyproject.toml", TREE + 'ignore = ["LL101"]\n')
    editor.open("train.py", LOST)
    assert await editor.codes("train.py") == []


@pytest.mark.asyncio
async def test_the_editors_settings_stand_above_the_config_file(tmp_path: Path) -> None:
    async with started([tmp_path], pulling(), {"loraLint": {"ignore": []}}) as editor:
        editor.write("pyproject.toml", TREE + 'ignore = ["LL101"]\n')
        editor.open("train.py", LOST)
        assert await editor.codes("train.py") == []  # an empty list says nothing
    async with started([tmp_path], pulling(), {"loraLint": {"ignore": ["LL201"], "select": ["LL101"]}}) as editor:
        editor.open("train.py", LOST)
        assert await editor.codes("train.py") == [("LL101", 13)]


@pytest.mark.asyncio
async def test_a_changed_setting_counts_at_once(editor: Editor) -> None:
    editor.open("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]
    editor.client.set_configuration({"ignore": ["save-after-merge"]}, section="loraLint")
    settings = {"loraLint": {"ignore": ["save-after-merge"]}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=settings))
    await editor.becomes("train.py", [])


@pytest.mark.asyncio
async def test_a_changed_config_file_counts_at_once(editor: Editor) -> None:
    editor.write("lora-lint.toml", "")
    editor.open("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]
    editor.write("lora-lint.toml", 'ignore = ["LL101"]\n')
    editor.changed_on_disk("lora-lint.toml")
    await editor.becomes("train.py", [])


@pytest.mark.asyncio
async def test_a_broken_config_file_has_one_diagnostic_and_the_defaults_count(editor: Editor) -> None:
    editor.write("pyproject.toml", '[project]\nname = "x"\n\n[tool.lora-lint]\nselct = ["LL1"]\n')
    editor.open("train.py", LOST)
    editor.open("other.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]
    assert await editor.codes("other.py") == [("LL101", 13)]
    config = editor.uri("pyproject.toml")
    await editor.until(lambda: config in editor.published)
    (found,) = editor.published[config].diagnostics
    assert found.range.start.line == 4
    assert found.message.startswith("unknown setting `selct`; did you mean `select`?")
    editor.write("pyproject.toml", "[tool.lora-lint]\n")
    editor.changed_on_disk("pyproject.toml")
    if editor.pulls:
        await editor.codes("train.py")
        await editor.codes("other.py")
    await editor.until(lambda: not editor.published[config].diagnostics)


@pytest.mark.asyncio
async def test_an_excluded_file_is_not_linted(editor: Editor) -> None:
    editor.write("lora-lint.toml", 'extend-exclude = ["old/"]\n')
    editor.write("old/train.py", LOST)
    editor.open("old/train.py", LOST)
    assert await editor.codes("old/train.py") == []


@pytest.mark.asyncio
async def test_each_folder_has_its_own_settings(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    (two / "lora-lint.toml").write_text('ignore = ["LL101"]\n')
    async with started([one, two], pulling()) as editor:
        editor.client.set_configuration({"ignore": ["LL101"]}, section="loraLint", scope_uri=one.as_uri())
        editor.open("train.py", LOST)
        editor.open((two / "train.py").as_uri(), LOST)
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        await editor.becomes("train.py", [])
        assert await editor.codes((two / "train.py").as_uri()) == []
        editor.open((tmp_path / "train.py").as_uri(), LOST)
        assert await editor.codes((tmp_path / "train.py").as_uri()) == [("LL101", 13)]


@pytest.mark.asyncio
async def test_settings_that_were_taken_back_count_no_more(tmp_path: Path) -> None:
    async with started([tmp_path], pulling(), {"loraLint": {"enable": False}}) as editor:
        editor.open("train.py", LOST)
        assert await editor.codes("train.py") == []
        editor.client.set_configuration({})  # the client answers null from now on
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        await editor.becomes("train.py", [("LL101", 13)])


@pytest.mark.asyncio
async def test_settings_of_a_folder_go_with_it(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "one" / "two"
    two.mkdir(parents=True)
    async with started([one, two], pulling()) as editor:
        editor.client.set_configuration({"ignore": ["LL101"]}, section="loraLint", scope_uri=two.as_uri())
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        editor.open("two/train.py", LOST)
        await editor.becomes("two/train.py", [])
        gone = types.WorkspaceFoldersChangeEvent(
            added=[], removed=[types.WorkspaceFolder(uri=two.as_uri(), name="two")]
        )
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event=gone))
        await editor.becomes("two/train.py", [("LL101", 13)])


@pytest.mark.asyncio
async def test_findings_of_the_baseline_are_known(editor: Editor) -> None:
    from lora_lint import check_paths, lines_in, write_baseline

    train = editor.write("train.py", LOST)
    known = str(editor.folder / "baseline.json")
    write_baseline(known, check_paths([train]).findings, lambda name, cell: lines_in(name, LOST.encode())[cell])
    editor.write("lora-lint.toml", 'baseline = "baseline.json"\n')
    editor.open("train.py", f"# a new first line\n{LOST}")
    assert await editor.codes("train.py") == []
    assert await editor.command("loraLint.fixAll", editor.uri("train.py")) is False
    assert editor.texts[editor.uri("train.py")] == f"# a new first line\n{LOST}"
    editor.write("baseline.json", '{"lora-lint-baseline": 1, "findings": []}')
    editor.changed_on_disk("baseline.json")
    await editor.becomes("train.py", [("LL101", 14)])


@pytest.mark.asyncio
async def test_a_baseline_that_is_not_there_is_said_and_hides_nothing(editor: Editor) -> None:
    editor.write("lora-lint.toml", 'baseline = "gone.json"\n')
    editor.open("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]
    await editor.until(lambda: any("gone.json: cannot be read" in m.message for m in editor.client.messages))


@pytest.mark.asyncio
async def test_the_server_asks_to_be_told_of_config_files(tmp_path: Path) -> None:
    capabilities = pushed_to()
    assert capabilities.workspace is not None
    capabilities.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(
        dynamic_registration=True
    )
    async with started([tmp_path], capabilities) as editor:
        await editor.until(lambda: editor.registrations)
        (asked,) = editor.registrations
        assert asked.method == "workspace/didChangeWatchedFiles"


@pytest.mark.asyncio
async def test_switched_off_is_silent(tmp_path: Path) -> None:
    async with started([tmp_path], pulling(), {"loraLint": {"enable": False}}) as editor:
        editor.open("train.py", LOST)
        assert await editor.codes("train.py") == []
        assert await editor.hover("train.py", "model.merge_and_unload") == ""
        assert await editor.lenses("train.py") == []
        assert await editor.actions("train.py", "merged.save_pretrained") == []
