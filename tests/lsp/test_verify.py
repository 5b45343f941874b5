"""Verify: a real run of the script, its progress, what it leaves in the editor."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from asyncio.subprocess import Process as Server
from collections.abc import Callable
from pathlib import Path

import pytest
from editor import PATIENCE, Editor, edits_by_document
from lsprotocol import types
from notebook import Notebook
from samples import KEPT, LOST
from starting import ENVIRONMENT, pulling, started

LIBRARIES = ("torch", "transformers", "peft", "datasets")
MISSING = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(MISSING), reason=f"a run needs {', '.join(MISSING)}: see requirements/torch.txt"),
]
SETTINGS = {"loraLint": {"run": {"interpreter": sys.executable}}}
ROWS = '{"input_ids": [5, 6, 7, 8], "labels": [5, 6, 7, 8]}\n' * 8
TEXTS = (
    LOST.replace("Trainer, TrainingArguments", "AutoTokenizer")
    .replace("\n\nmodel", "\nfrom trl import SFTConfig, SFTTrainer\n\nmodel", 1)
    .replace("TrainingArguments(", "SFTConfig(")
    .replace("Trainer(model", "SFTTrainer(model")
)
HANGS = f"import time\n\ntime.sleep(600)\n{KEPT}"


async def verified(editor: Editor, name: str = "train.py", **wishes: object) -> dict[str, object]:
    found: dict[str, object] = await asyncio.wait_for(editor.command("loraLint.verify", editor.uri(name), wishes), 300)
    return found


async def test_a_run_confirms_the_corrected_script_and_leaves_report_diagnostics_and_lens(tmp_path: Path) -> None:
    async with started([tmp_path], pulling(), SETTINGS) as editor:
        editor.write("train.jsonl", ROWS)
        editor.write("train.py", LOST)
        editor.open("train.py", LOST)
        found = await verified(editor)
        assert found["verdict"] == "confirmed", found
        assert str(found["summary"]).startswith("Confirmed: the adapter files appear")
        report = Path(str(found["report"]).removeprefix("file://")).read_text()
        assert "<title>lora-lint --run: train.py</title>" in report
        assert "out-adapter" in report
        assert "adapter_model.safetensors" in report
        assert [params.uri for params in editor.client.shown_documents] == [found["report"]]
        (progress,) = editor.client.progress_reports.values()
        assert isinstance(progress[0], types.WorkDoneProgressBegin)
        assert (progress[0].title, progress[0].cancellable) == ("Verifying train.py", True)
        assert isinstance(progress[-1], types.WorkDoneProgressEnd)

        seen = [d for d in await editor.diagnostics("train.py") if d.source == "lora-lint run"]
        assert {d.code for d in seen} == {"confirmed"}
        assert any("adapter_model.safetensors" in d.message for d in seen)
        assert any(title.startswith("✓ Confirmed") for _, title in await editor.lenses("train.py"))

        editor.change("train.py", LOST + "# edited\n")
        assert [d.source for d in await editor.diagnostics("train.py")] == ["lora-lint"]
        assert not any(title.startswith("✓") for _, title in await editor.lenses("train.py"))


async def test_a_run_can_be_cancelled(tmp_path: Path) -> None:
    async with started([tmp_path], pulling(), SETTINGS) as editor:
        editor.write("train.py", HANGS)
        editor.open("train.py", HANGS)
        run = asyncio.ensure_future(verified(editor))
        await editor.until(lambda: any(editor.client.progress_reports.values()))
        second = await verified(editor)
        assert second["summary"] == "this script is being verified already"
        (token,) = editor.client.progress_reports
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token=token))
        assert (await asyncio.wait_for(run, PATIENCE))["verdict"] == "cancelled"
        assert isinstance(editor.client.progress_reports[token][-1], types.WorkDoneProgressEnd)
        assert (await editor.lenses("train.py"))[0][1] == "▶ Verify adapter files"


@pytest.mark.parametrize("end", [Server.terminate, lambda server: server.stdin.close()], ids=["signal", "end of input"])
async def test_a_server_that_is_ended_takes_its_run_and_all_temporary_files_with_it(
    tmp_path: Path, end: Callable[[Server], None]
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**ENVIRONMENT, "TMPDIR": str(temporary)}
    async with started([tmp_path], pulling(), SETTINGS, environment=environment, fresh=True) as editor:
        editor.write("train.py", HANGS)
        editor.open("train.py", HANGS)
        run = asyncio.ensure_future(verified(editor))
        await editor.until(lambda: len(list(temporary.iterdir())) > 1)  # the report's folder, and the run's
        server = editor.client._server
        assert server is not None
        end(server)
        await asyncio.wait_for(server.wait(), PATIENCE)
        await editor.until(lambda: not list(temporary.iterdir()))
        editor.client.capabilities = None  # there is nobody to say goodbye to
        run.cancel()


async def test_rows_are_made_up_where_that_is_wished(tmp_path: Path) -> None:
    async with started([tmp_path], pulling(), SETTINGS) as editor:
        editor.write("train.py", TEXTS)
        editor.open("train.py", TEXTS)
        found = await verified(editor)
        assert (found["verdict"], found["lacksData"]) == ("inconclusive", True)
        assert "train.jsonl" in str(found["summary"])
        found = await verified(editor, madeUpRows=True)
        assert (found["verdict"], found["lacksData"]) == ("confirmed", False)


async def test_a_run_is_ended_at_its_time_limit(tmp_path: Path) -> None:
    settings = {"loraLint": {"run": {"interpreter": sys.executable, "timeLimit": 3}}}
    async with started([tmp_path], pulling(), settings) as editor:
        editor.write("train.py", HANGS)
        editor.open("train.py", HANGS)
        found = await verified(editor)
        assert found["verdict"] == "inconclusive"
        assert "3 s" in str(found["summary"])


async def test_a_notebook_is_verified_cell_by_cell(tmp_path: Path) -> None:
    head, tail = LOST.split("merged = ")
    texts = ["Fine-tuning", head, "Saving", "merged = " + tail]
    async with started([tmp_path], pulling(), SETTINGS) as editor:
        editor.write("train.jsonl", ROWS)
        notebook = Notebook(editor, texts, text_cells=[0, 2])
        editor.write("train.ipynb", notebook.on_disk())
        found = await verified(editor, "train.ipynb")
        assert found["verdict"] == "confirmed", found
        seen = [d for d in await editor.diagnostics(notebook.uris[3]) if d.source == "lora-lint run"]
        assert [(d.code, d.range.start.line) for d in seen] == [("confirmed", 0), ("confirmed", 1)]


async def test_a_run_reads_the_disk_so_what_is_unsaved_is_refused(editor: Editor) -> None:
    editor.write("train.py", LOST)
    editor.open("train.py", KEPT)
    assert "unsaved changes" in str((await verified(editor))["summary"])
    editor.open("untitled:Untitled-1", LOST)
    assert "saved" in str((await verified(editor, "untitled:Untitled-1"))["summary"])


async def test_an_interpreter_without_the_libraries_is_named(tmp_path: Path) -> None:
    settings = {"loraLint": {"run": {"interpreter": str(tmp_path / "nowhere" / "python")}}}
    async with started([tmp_path], pulling(), settings) as editor:
        editor.write("train.py", LOST)
        editor.open("train.py", LOST)
        found = await verified(editor)
        assert found["verdict"] in ("none", "inconclusive")
        assert "nowhere" in str(found["summary"])


async def test_the_editor_is_not_held_up_by_a_run(tmp_path: Path) -> None:
    """While the script runs, findings and fixes come as ever."""
    async with started([tmp_path], pulling(), SETTINGS) as editor:
        editor.write("train.py", HANGS)
        editor.open("train.py", HANGS)
        run = asyncio.ensure_future(verified(editor))
        await editor.until(lambda: any(editor.client.progress_reports.values()))
        editor.open("other.py", LOST)
        assert await editor.codes("other.py") == [("LL101", 13)]
        (action,) = await editor.actions("other.py", "import", only=["source.fixAll.loraLint"])
        assert edits_by_document(await editor.edit_of(action))
        assert not run.done()
        (token,) = editor.client.progress_reports
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token=token))
        await asyncio.wait_for(run, PATIENCE)
