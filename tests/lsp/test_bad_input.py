"""What an editor, a user or a disk can do to the server: it stays up, and says nothing wrong."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from editor import PATIENCE, Editor
from lsprotocol import types
from samples import KEPT, LOST
from starting import ENVIRONMENT, SERVER, children, pulling, pushed_to, started

pytestmark = pytest.mark.asyncio


async def test_while_a_line_is_broken_findings_on_other_lines_stay_where_they_are(editor: Editor) -> None:
    editor.open("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]
    editor.change("train.py", (editor.span("train.py", "rows = load_dataset("), "rows = load_dataset((("))
    (stale,) = await editor.diagnostics("train.py")
    assert (stale.code, stale.range.start.line, stale.data["stale"]) == ("LL101", 12, True)  # type: ignore[index]
    assert [a.title for a in await editor.actions("train.py", "merged.save") if "adapter" in a.title] == []
    editor.change("train.py", (editor.span("train.py", "rows = load_dataset((("), "x = (\n\nrows = load_dataset((("))
    assert await editor.codes("train.py") == [("LL101", 15)]
    editor.change("train.py", (editor.span("train.py", "merged.save_pretrained("), "merged.save_pretrained(("))
    assert await editor.codes("train.py") == []
    editor.change("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]


async def test_syntax_errors_are_shown_where_they_are_wished(tmp_path: Path) -> None:
    async with started([tmp_path], pulling(), {"loraLint": {"showSyntaxErrors": True}}) as editor:
        editor.open("train.py", "from peft import LoraConfig\nx = (\n")
        (found,) = await editor.diagnostics("train.py")
        assert "not valid Python" in found.message


async def test_binary_in_a_python_file(editor: Editor) -> None:
    editor.open("train.py", "from peft import x\0\x01\ufffd\n")
    for found in await editor.diagnostics("train.py"):
        assert "\n" not in found.message
    editor.change("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]


async def test_lone_surrogates(editor: Editor) -> None:
    editor.open("train.py", LOST.replace('"runs"', '"\ud83d"'))
    await editor.diagnostics("train.py")
    editor.change("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]


async def test_a_file_that_is_deleted_under_the_editor_is_still_linted(editor: Editor) -> None:
    editor.write("train.py", LOST).unlink()
    editor.open("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]
    editor.changed_on_disk("train.py", kind=types.FileChangeType.Deleted)
    editor.change("train.py", KEPT)
    assert await editor.codes("train.py") == []


async def test_a_buffer_that_was_never_saved(editor: Editor) -> None:
    editor.open("untitled:Untitled-1", LOST)
    assert await editor.codes("untitled:Untitled-1") == [("LL101", 13)]
    assert "PeftModel" in await editor.hover("untitled:Untitled-1", "model.merge")
    fix = next(a for a in await editor.actions("untitled:Untitled-1", "merged.save") if a.is_preferred)
    editor.apply(await editor.edit_of(fix))
    assert await editor.codes("untitled:Untitled-1") == []


@pytest.mark.parametrize("uri", ["git:/w/train.py?x", "https://example.org/train.py", "nonsense:"])
async def test_documents_from_elsewhere_are_left_alone(vscode: Editor, uri: str) -> None:
    vscode.open(uri, LOST)
    assert await vscode.codes(uri) == []
    assert await vscode.hover(uri, "model.merge") == ""


async def test_other_languages_are_left_alone(vscode: Editor) -> None:
    vscode.open("train.txt", LOST, language="plaintext")
    assert await vscode.codes("train.txt") == []


async def test_documents_that_are_not_open(vscode: Editor) -> None:
    vscode.texts[vscode.uri("ghost.py")] = LOST
    vscode.versions[vscode.uri("ghost.py")] = 1
    assert await vscode.codes("ghost.py") == []
    assert await vscode.hover("ghost.py", "model.merge") == ""
    assert await vscode.actions("ghost.py", "merged.save") == []
    vscode.change("ghost.py", KEPT)
    vscode.close("ghost.py")
    vscode.open("train.py", LOST)
    assert await vscode.codes("train.py") == [("LL101", 13)]


async def test_positions_outside_of_the_text(vscode: Editor) -> None:
    vscode.open("train.py", LOST)
    for line, character in ((10_000, 0), (0, 10_000), (2**31 - 1, 2**31 - 1)):
        where = types.Position(line=line, character=character)
        await vscode.wait(
            vscode.client.text_document_hover_async(
                types.HoverParams(text_document=vscode.identifier("train.py"), position=where)
            )
        )
    far = types.Range(start=types.Position(500, 3), end=types.Position(900, 9))
    vscode.change("train.py", (far, "# the end\n"))
    assert await vscode.codes("train.py") == [("LL101", 13)]


async def test_a_document_that_is_opened_twice_has_its_second_text(editor: Editor) -> None:
    editor.open("train.py", LOST)
    await editor.diagnostics("train.py")
    editor.published.clear()
    editor.open("train.py", KEPT)
    assert await editor.codes("train.py") == []


async def test_an_unknown_command_is_an_error_for_the_client_only(vscode: Editor) -> None:
    with pytest.raises(Exception, match="nonsense"):
        await vscode.command("nonsense")
    with pytest.raises(Exception, match=r"Expected|got"):
        await vscode.command("loraLint.fixAll")
    assert (await vscode.command("loraLint.verify", "file:///nowhere.py"))["verdict"] == "none"
    vscode.open("train.py", LOST)
    assert await vscode.codes("train.py") == [("LL101", 13)]
    assert [m.message for m in vscode.client.messages if "Error" in m.message] == []


async def test_the_analysis_process_is_replaced_when_it_dies(tmp_path: Path) -> None:
    async with started([tmp_path], pulling(), fresh=True) as editor:
        editor.open("train.py", LOST)
        assert await editor.codes("train.py") == [("LL101", 13)]
        (worker,) = children(editor.client._server.pid)  # type: ignore[union-attr]
        os.kill(worker, signal.SIGKILL)
        editor.change("train.py", KEPT)
        await editor.diagnostics("train.py")
        editor.change("train.py", LOST)
        assert await editor.codes("train.py") == [("LL101", 13)]
        assert children(editor.client._server.pid) != [worker]  # type: ignore[union-attr]


async def test_a_flood_of_changes_ends_in_the_findings_of_the_last(editor: Editor) -> None:
    editor.open("train.py", LOST)
    await editor.diagnostics("train.py")
    top = types.Range(start=types.Position(0, 0), end=types.Position(0, 0))
    server = editor.client._server
    assert server is not None
    os.kill(server.pid, signal.SIGSTOP)  # all of them are there before the first one is read: a pipe has room for them
    for number in range(150):
        editor.change("train.py", (top, f"# {number}\n"))
    os.kill(server.pid, signal.SIGCONT)
    assert await editor.codes("train.py") == [("LL101", 163)]
    if not editor.pulls:  # superseded texts were not linted, and nothing is sent twice
        assert editor.publish_count[editor.uri("train.py")] < 50


async def test_a_long_file_does_not_keep_others_waiting(vscode: Editor) -> None:
    """While 16 000 lines are linted, the server still answers."""
    long = LOST + "".join(f"\n\ndef f{n}(x):\n    return x + {n}\n" for n in range(4000))
    vscode.open("long.py", long)
    lint = asyncio.ensure_future(vscode.diagnostics("long.py"))
    vscode.open("train.py", LOST)
    asked = 0
    while not lint.done() and asked < 100:
        await vscode.request("loraLint/info", {})
        asked += 1
    assert asked > 5, "the server did not answer before the lint was done"
    assert [d.code for d in await lint] == ["LL101"]


@pytest.mark.slow
async def test_typing_in_a_long_file_ends_in_the_findings_of_the_last_text(editor: Editor) -> None:
    """Lints of texts that are no longer there are ended in the middle."""
    long = LOST + "".join(f"\n\ndef f{n}(x):\n    return x + {n}\n" for n in range(4000))
    editor.open("long.py", long)
    top = types.Range(start=types.Position(0, 0), end=types.Position(0, 0))
    for number in range(10):
        editor.change("long.py", (top, f"# {number}\n"))
        await asyncio.sleep(0.2)
    assert await editor.codes("long.py") == [("LL101", 23)]
    editor.change("long.py", (editor.span("long.py", "merged = model"), 'model.save_pretrained("a")\nmerged = model'))
    assert await editor.codes("long.py") == []


async def test_the_server_ends_when_its_client_dies(tmp_path: Path) -> None:
    """Its input ends; the analysis process goes with it."""
    async with started([tmp_path], pushed_to(), fresh=True) as editor:
        editor.open("train.py", LOST)
        await editor.diagnostics("train.py")
        server = editor.client._server
        assert server is not None
        workers = children(server.pid)
        assert server.stdin is not None
        server.stdin.close()
        await asyncio.wait_for(server.wait(), PATIENCE)
        await editor.until(lambda: not any(alive(pid) for pid in workers))
        editor.client.capabilities = None  # there is nobody to say goodbye to


async def test_a_server_on_a_tcp_port(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *SERVER, "--tcp", "--port", "0", stderr=asyncio.subprocess.PIPE, env=ENVIRONMENT
    )
    assert process.stderr is not None
    port = None
    while port is None:
        line = (await asyncio.wait_for(process.stderr.readline(), PATIENCE)).decode()
        port = re.search(r"Serving on .*?(\d+)\)", line)
    port = int(port[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"capabilities":{},"rootUri":null}}'
    )
    writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    assert b"Content-Length" in head
    writer.close()
    await asyncio.wait_for(process.wait(), PATIENCE)


def alive(pid: int) -> bool:
    try:
        return "Z" not in (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2][:3]
    except OSError:
        return False


if sys.platform != "linux":
    pytestmark = [pytestmark, pytest.mark.skip(reason="looks into /proc")]
