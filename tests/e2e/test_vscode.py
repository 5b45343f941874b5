"""The extension in a real VS Code, one step of the user's way after the other."""

from __future__ import annotations

import json
import re
import statistics

import pytest

pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")

from scripts import FIX, LOST, SAVE
from window import LONG, Window, expect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def train(window: Window) -> Window:
    """A window with the script that loses its adapter, and its finding in sight."""
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.mark("first squiggle")
    return window


def test_a_finding_is_underlined_and_corrected_from_the_light_bulb(train: Window) -> None:
    rows = train.problems()
    assert any("LL101" in row and "the trained adapter is saved nowhere" in row for row in rows), rows
    train.shot("1-squiggle-and-problems", "finding")

    train.put_cursor(SAVE)
    menu = train.light_bulb()
    train.shot("2-light-bulb", "light-bulb")
    menu.filter(has_text='Save the adapter to "out-adapter"').first.click()
    train.line(FIX).wait_for()
    train.mark("fix applied")

    text = train.save("train.py", lambda text: "out-adapter" in text)
    assert text == LOST.replace("merged = model.merge", f"{FIX}\nmerged = model.merge")
    expect(train.squiggles).to_have_count(0, timeout=LONG)
    train.mark("squiggle gone")
    train.shot("3-fixed")
    log = train.server.log()
    assert "[error]" not in log
    train.times["server runs"] = _milliseconds(r"runs after (\d+) ms", log)
    train.times["first diagnostics after activation"] = _milliseconds(r"first diagnostics after (\d+) ms", log)


def test_typing_brings_a_finding_and_takes_it_away(window: Window) -> None:
    window.write("train.py", LOST.replace(SAVE, ""))
    window.open("train.py")
    expect(window.problem("LL105")).to_have_count(1, timeout=LONG)  # trained, and never saved
    window.put_cursor("merged = model")
    window.page.keyboard.type(FIX + "\n")
    expect(window.problem("LL105")).to_have_count(0, timeout=LONG)
    window.page.keyboard.press("Control+End")
    window.page.keyboard.type(SAVE)
    window.put_cursor(FIX)
    window.page.keyboard.press("Control+/")
    expect(window.problem("LL101")).to_have_count(1, timeout=LONG)
    window.page.keyboard.press("Control+/")
    expect(window.problem("LL101")).to_have_count(0, timeout=LONG)
    assert "[error]" not in window.server.log()


def test_each_edit_is_followed(window: Window) -> None:
    window.write("train.py", LOST.replace("merged = model", f"{FIX}\nmerged = model"))
    window.open("train.py")
    window.lens("Verify").first.wait_for(timeout=LONG)
    window.put_cursor(FIX)
    waits = []
    for _ in range(10):
        waits.append(window.from_key_to_squiggle("Control+/"))  # the save of the adapter becomes a comment
        window.page.keyboard.press("Control+/")
    window.times["key to squiggle, median of ten"] = round(statistics.median(waits), 3)
    window.times["key to squiggle, longest of ten"] = round(max(waits), 3)


def test_hover_hints_and_lens_show_the_state_of_the_model(train: Window) -> None:
    text = train.hover("merged = model.merge_and_unload()", "model", "PeftModel")
    assert 'PeftModel · adapter "default": trained, not saved' in text
    assert "The next save, in line 15, writes" in text
    train.shot("4-hover", "hover")
    train.page.locator(".view-line span[class*=dyn-rule]", has_text="adapter").first.wait_for()
    expect(train.lens("Verify adapter files")).to_have_count(2)


def test_hover_on_a_finding_says_why_it_matters(train: Window) -> None:
    text = train.hover(SAVE, "save_pretrained", "the whole page")
    assert "the trained adapter is saved nowhere" in text  # the diagnostic
    assert "LL101 save-after-merge · the whole page" in text


def test_all_safe_fixes_are_made_by_the_command(train: Window) -> None:
    train.put_cursor("rows = load_dataset")
    train.palette("Fix All That Is Safe to Fix")
    train.line(FIX).wait_for()
    train.save("train.py", lambda text: FIX in text)
    expect(train.squiggles).to_have_count(0, timeout=LONG)


def test_fixes_are_made_on_save_where_that_is_wished(window: Window) -> None:
    wish = {"editor.codeActionsOnSave": {"source.fixAll.loraLint": "explicit"}}
    window.write(".vscode/settings.json", json.dumps(wish))
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.put_cursor("rows = load_dataset")
    window.page.keyboard.press("End")
    window.page.keyboard.type(" ")
    window.save("train.py", lambda text: FIX in text)


def test_a_finding_is_ignored_from_the_light_bulb(train: Window) -> None:
    train.put_cursor(SAVE)
    train.light_bulb().filter(has_text="Ignore save-after-merge here").first.click()
    expect(train.squiggles).to_have_count(0, timeout=LONG)
    text = train.save("train.py", lambda text: "ignore" in text)
    assert f"{SAVE}  # lora-lint: ignore[save-after-merge]\n" in text


def test_a_change_on_disk_and_a_change_of_the_config_are_followed(window: Window) -> None:
    window.write("pyproject.toml", "[tool.lora-lint]\n")
    window.write("train.py", LOST.replace("merged = model", f"{FIX}\nmerged = model"))
    window.open("train.py")
    window.lens("Verify").first.wait_for(timeout=LONG)
    expect(window.squiggles).to_have_count(0)
    window.write("train.py", LOST)
    window.squiggles.first.wait_for(timeout=LONG)
    window.write("pyproject.toml", '[tool.lora-lint]\nignore = ["save-after-merge"]\n')
    expect(window.squiggles).to_have_count(0, timeout=LONG)
    window.write("pyproject.toml", '[tool.lora-lint]\nselct = ["LL1"]\n')
    window.squiggles.first.wait_for(timeout=LONG)
    expect(window.problem("unknown setting `selct`; did you mean `select`?")).to_have_count(1, timeout=LONG)
    window.shot("5-broken-config")


def test_notebook_cells_are_one_script(window: Window) -> None:
    head, tail = LOST.split("\nmerged = ")
    sources = {"Fine-tuning": "markdown", head: "code", "merged = " + tail: "code"}
    window.write("train.ipynb", notebook(sources))
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)  # before its extensions run, VS Code opens a notebook as JSON
    window.open_from_explorer("train.ipynb")
    window.page.locator(".notebookOverlay .squiggly-error").first.wait_for(timeout=LONG)
    expect(window.problem("LL101")).to_have_count(2)
    window.shot("6-notebook")


def notebook(cells: dict[str, str]) -> str:
    """The file of a notebook whose cells are of these kinds."""
    made = []
    for number, (source, kind) in enumerate(cells.items()):
        cell = {"cell_type": kind, "id": f"c{number}", "metadata": {}, "source": source}
        made.append({**cell, "execution_count": None, "outputs": []} if kind == "code" else cell)
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def test_what_runs_can_be_seen_and_the_server_restarted(train: Window) -> None:
    train.palette("Restart the Server")
    expect(train.squiggles).to_have_count(0, timeout=LONG)
    train.squiggles.first.wait_for(timeout=LONG)
    train.palette("Show What Runs")
    train.line("server from: bundled").wait_for()
    train.line("diagnostics: pulled").wait_for()


def test_the_status_of_the_language_shows_version_and_source(train: Window) -> None:
    train.page.locator("#status\\.languageStatus").click()
    shown = train.page.locator(".hover-language-status")
    expect(shown).to_contain_text(re.compile(r"lora-lint \d+\.\d+"))
    expect(shown).to_contain_text("bundled, in a private environment")


def test_a_config_file_is_made(train: Window) -> None:
    train.palette("Create a Config File")
    train.line("How lora-lint looks at this project").wait_for()
    assert 'select = ["LL"]' in (train.folder / "lora-lint.toml").read_text()
    assert not [row for row in train.problems() if "lora-lint.toml" in row]


def test_the_page_of_a_rule_is_shown(train: Window) -> None:
    train.palette("Explain a Rule")
    train.page.locator(".quick-input-list .monaco-list-row", has_text="save-after-merge").first.click()
    train.webview.get_by_text("save-after-merge").first.wait_for(timeout=LONG)


def test_a_buffer_that_was_never_saved_is_linted(train: Window) -> None:
    """The walkthrough's sample script is one."""
    train.palette("Welcome: Open Walkthrough")
    train.page.locator(".quick-input-list .monaco-list-row", has_text="Keep your LoRA adapters").first.click()
    train.page.get_by_role("button", name="Open a sample script").click()
    expect(train.problem("Untitled-1")).to_have_count(1, timeout=LONG)
    expect(train.problem("LL101")).to_have_count(2, timeout=LONG)


def _milliseconds(pattern: str, log: str) -> float:
    found = re.findall(pattern, log)
    assert found, f"{pattern} is not in the log"
    return int(found[0]) / 1000
