"""The extension in a real VS Code, one step of the user's way after the other."""

from __future__ import annotations

import json

from scripts import LOST
from window import LONG, Window, expect

SAVE = 'merged.save_pretrained("out")'
FIX = 'model.save_pretrained("out-adapter")'


def test_a_finding_is_underlined_and_corrected_from_the_light_bulb(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=90_000)
    window.mark("first squiggle")
    rows = window.problems()
    assert any("LL101" in row and "the trained adapter is saved nowhere" in row for row in rows), rows
    window.shot("1-squiggle-and-problems", "finding")

    window.put_cursor(SAVE)
    menu = window.light_bulb()
    window.shot("2-light-bulb")
    menu.filter(has_text='Save the adapter to "out-adapter"').first.click()
    window.line(FIX).wait_for()
    window.mark("fix applied")

    text = window.save("train.py", lambda text: "out-adapter" in text)
    assert text == LOST.replace("merged = model.merge", f"{FIX}\nmerged = model.merge")
    expect(window.squiggles).to_have_count(0, timeout=20_000)
    window.mark("squiggle gone")
    window.shot("3-fixed")
    assert "[error]" not in window.server.log()


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


def test_hover_hints_and_lens_show_the_state_of_the_model(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    text = window.hover("merged = model.merge_and_unload()", "model")
    assert 'PeftModel · adapter "default": trained, not saved' in text
    assert "The next save, in line 15, writes" in text
    window.shot("4-hover", "hover")
    hints = window.page.locator(".view-line span[class*=dyn-rule]", has_text="adapter")
    hints.first.wait_for()
    assert window.lens("Verify adapter files").count() == 2


def test_all_safe_fixes_are_made_by_the_command(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.put_cursor("rows = load_dataset")
    window.palette("Fix All That Is Safe to Fix")
    window.line(FIX).wait_for()
    window.save("train.py", lambda text: FIX in text)
    expect(window.squiggles).to_have_count(0, timeout=20_000)


def test_fixes_are_made_on_save_where_that_is_wished(window: Window) -> None:
    window.write(
        ".vscode/settings.json", json.dumps({"editor.codeActionsOnSave": {"source.fixAll.loraLint": "explicit"}})
    )
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.put_cursor("rows = load_dataset")
    window.page.keyboard.type("# ")
    window.page.keyboard.press("Control+Z")
    window.page.keyboard.press("End")
    window.page.keyboard.type(" ")
    window.save("train.py", lambda text: FIX in text)


def test_a_change_on_disk_and_a_change_of_the_config_are_followed(window: Window) -> None:
    window.write("pyproject.toml", "[tool.lora-lint]\n")
    window.write("train.py", LOST.replace("merged = model", f"{FIX}\nmerged = model"))
    window.open("train.py")
    window.lens("Verify").first.wait_for(timeout=LONG)
    expect(window.squiggles).to_have_count(0)
    window.write("train.py", LOST)
    window.squiggles.first.wait_for(timeout=LONG)
    window.write("pyproject.toml", '[tool.lora-lint]\nignore = ["save-after-merge"]\n')
    expect(window.squiggles).to_have_count(0, timeout=20_000)
    window.write("pyproject.toml", '[tool.lora-lint]\nselct = ["LL1"]\n')
    window.squiggles.first.wait_for(timeout=LONG)
    rows = window.problems()
    assert any("unknown setting `selct`; did you mean `select`?" in row for row in rows), rows
    window.shot("5-broken-config")


def test_notebook_cells_are_one_script(window: Window) -> None:
    head, tail = LOST.split("\nmerged = ")
    cells = [head, "merged = " + tail]
    made = [
        {"cell_type": "code", "id": f"c{n}", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for n, source in enumerate(cells)
    ]
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    metadata["language_info"] = {"name": "python"}
    notebook = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    window.write("train.ipynb", json.dumps(notebook))
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)  # before its extensions run, VS Code opens a notebook as JSON
    window.open_from_explorer("train.ipynb")
    window.page.locator(".notebookOverlay .squiggly-error").first.wait_for(timeout=LONG)
    expect(window.problem("LL101")).to_have_count(2)
    window.shot("6-notebook")


def test_the_life_of_the_model_is_drawn_and_follows_the_typing(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.put_cursor(SAVE)
    window.palette("Show the Model's Life")
    steps = window.life.locator("button.what")
    expect(steps.filter(has_text="merged")).to_have_count(1, timeout=LONG)
    assert [word for word in steps.locator(".word").all_inner_texts() if "trainer" not in word] == [
        "created", "wrapped", "trained", "merged", "saved",
    ]  # fmt: skip
    expect(window.life.locator(".directory", has_text="out/")).to_contain_text("model.safetensors")
    expect(window.life.locator(".finding")).to_contain_text("LL101")
    window.shot("7-life", "life")

    steps.filter(has_text="wrapped").click()
    expect(window.page.locator(".statusbar-item", has_text="Ln 8, Col")).to_have_count(1)
    steps.filter(has_text="wrapped").focus()
    window.page.keyboard.press("ArrowDown")
    expect(window.life.locator("button.what:focus")).not_to_contain_text("wrapped")

    window.put_cursor(SAVE)
    window.page.keyboard.press("Home")
    window.page.keyboard.type(FIX.replace("model", "merged") + "  # here\n")
    expect(window.life.locator(".directory")).to_have_count(2, timeout=20_000)


def test_what_runs_can_be_seen_and_the_server_restarted(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.palette("Restart the Server")
    window.page.wait_for_timeout(1500)
    window.squiggles.first.wait_for(timeout=LONG)
    window.palette("Show What Runs")
    window.line("server from: bundled").wait_for()
    window.line("diagnostics: pulled").wait_for()


def test_a_config_file_is_made(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.palette("Create a Config File")
    window.line("How lora-lint looks at this project").wait_for()
    assert 'select = ["LL"]' in (window.folder / "lora-lint.toml").read_text()
    assert not [row for row in window.problems() if "lora-lint.toml" in row]


def test_the_page_of_a_rule_is_shown(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.palette("Explain a Rule")
    window.page.locator(".quick-input-list .monaco-list-row", has_text="save-after-merge").first.click()
    preview = window.page.frame_locator("iframe.webview.ready").frame_locator("#active-frame")
    preview.get_by_text("save-after-merge").first.wait_for(timeout=LONG)
