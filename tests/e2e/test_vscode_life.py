"""The model's life as a picture, in a real VS Code."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")

from scripts import FIX, LOST, SAVE
from window import LONG, Window, expect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
THEMES = {  # a name for the picture: the theme, and the class that VS Code gives the page
    "dark": ("Default Dark Modern", "vscode-dark"),
    "light": ("Default Light Modern", "vscode-light"),
    "contrast": ("Default High Contrast", "vscode-high-contrast"),
    "light-contrast": ("Default High Contrast Light", "vscode-high-contrast-light"),
}
KEEP = "if input('keep it? ') == 'yes':\n    model.save_pretrained('adapter')\n"
TWO_PATHS = LOST.replace("merged = ", f"{KEEP}merged = ", 1)


@pytest.fixture
def life(window: Window) -> Window:
    """A window with a script and the picture of its model's life beside it."""
    return with_life(window)


def with_life(window: Window) -> Window:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.put_cursor(SAVE)
    window.palette("Show the Model's Life")
    expect(window.webview.locator(".step")).to_have_count(5, timeout=LONG)
    return window


def test_each_step_is_drawn_with_its_files_and_findings(life: Window) -> None:
    page = life.webview
    assert page.locator(".word").all_inner_texts() == ["created", "wrapped", "trained", "merged", "saved"]
    expect(page.locator(".directory", has_text="out/")).to_contain_text("model.safetensors")
    expect(page.locator(".finding")).to_contain_text("LL101")
    expect(page.locator(".finding")).to_contain_text("missing: adapter_config.json, adapter_model.safetensors")
    expect(page.locator("[aria-current]")).to_contain_text("saved")


def test_a_click_jumps_and_the_keyboard_moves(life: Window) -> None:
    steps = life.webview.locator("button.what")
    steps.filter(has_text="wrapped").click()
    expect(life.page.locator(".statusbar-item", has_text="Ln 8, Col")).to_have_count(1)
    expect(life.webview.locator("[aria-current]")).to_contain_text("wrapped")

    focused = life.webview.locator("button.what:focus")
    steps.filter(has_text="wrapped").focus()
    life.page.keyboard.press("ArrowDown")
    expect(focused).to_contain_text("trained")
    life.page.keyboard.press("End")
    expect(focused).to_contain_text("saved")
    life.page.keyboard.press("Home")
    expect(focused).to_contain_text("created")
    life.page.keyboard.press("Enter")
    expect(life.page.locator(".statusbar-item", has_text="Ln 7, Col")).to_have_count(1)


def test_it_follows_the_typing(life: Window) -> None:
    life.put_cursor("merged = model")
    life.page.keyboard.type(f"{FIX}\n")
    expect(life.webview.locator(".directory.adapter")).to_contain_text("adapter_model.safetensors", timeout=LONG)
    expect(life.webview.locator(".finding")).to_have_count(0)
    expect(life.webview.locator(".word")).to_have_text(["created", "wrapped", "trained", "saved", "merged", "saved"])
    life.put_cursor(FIX)
    life.page.keyboard.type("(((")
    expect(life.webview.locator(".note")).to_contain_text("not valid Python", timeout=LONG)


@pytest.mark.parametrize("theme", THEMES)
def test_it_wears_the_theme(window: Window, theme: str) -> None:
    name, kind = THEMES[theme]
    window.write(".vscode/settings.json", json.dumps({"workbench.colorTheme": name}))
    life = with_life(window)
    life.webview.locator(f"body.{kind}").wait_for(timeout=LONG)
    life.page.wait_for_timeout(500)
    life.shot(f"7-life-{theme}", "life" if theme == "light" else None)


def test_paths_are_told_apart(life: Window) -> None:
    life.write("train.py", TWO_PATHS)
    expect(life.webview.locator(".condition").first).to_contain_text("input('keep it? ') == 'yes'", timeout=LONG)
    life.shot("7-life-paths")
