"""A window of VS Code as a user works in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from code_server import CodeServer
from places import ARTIFACTS, IMAGES
from playwright.sync_api import FrameLocator, Locator, Page, TimeoutError, expect

LONG = 180_000  # milliseconds: a machine with much else to do takes its time
expect.set_options(timeout=LONG)
# The middle of a word in a drawn line, as the page counts.
WHERE = """(line, word) => {
  const parts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  while (parts.nextNode()) {
    const at = parts.currentNode.data.indexOf(word);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(parts.currentNode, at);
    range.setEnd(parts.currentNode, at + word.length);
    const box = range.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }
}"""
# Seconds from the next key until something that a selector names is drawn: counted in the page, where nothing polls.
WATCH = """(selector) => {
  let pressed;
  window.addEventListener('keydown', () => { pressed = performance.now(); }, { capture: true, once: true });
  window.drawn = new Promise((done) => {
    new MutationObserver((changes, observer) => {
      if (pressed === undefined || document.querySelector(selector) === null) return;
      observer.disconnect();
      done((performance.now() - pressed) / 1000);
    }).observe(document.body, { childList: true, subtree: true, attributes: true });
  });
}"""


class Window:
    """One browser page on one folder."""

    def __init__(self, page: Page, server: CodeServer, folder: Path) -> None:
        self.page, self.server, self.folder = page, server, folder
        self.started = time.monotonic()
        self.times: dict[str, float] = {}

    # -- files -----------------------------------------------------------------------------------------------------

    def write(self, name: str, text: str) -> Path:
        """A file of the folder, written from outside of the editor."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def open(self, name: str) -> None:
        """Opens the folder with one file in front."""
        uri = f"vscode-remote://{self.server.host}{self.folder / name}"
        payload = quote(json.dumps([["openFile", uri]]))
        self.started = time.monotonic()
        self.page.goto(f"http://{self.server.host}/?folder={quote(str(self.folder))}&payload={payload}")
        self.page.locator(".monaco-editor .view-line").first.wait_for(timeout=LONG)
        self.mark("editor")

    def open_from_explorer(self, name: str) -> None:
        self.page.locator(".explorer-folders-view .monaco-list-row", has_text=name).dblclick()

    def save(self, name: str, wanted: Callable[[str], bool]) -> str:
        """Saves and waits until the file on disk is as wanted."""
        self.page.keyboard.press("Control+S")
        for _ in range(1200):
            text = (self.folder / name).read_text()
            if wanted(text):
                return text
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{name} on disk is not as wanted:\n{text}")

    # -- what is seen ----------------------------------------------------------------------------------------------

    @property
    def squiggles(self) -> Locator:
        return self.page.locator(".monaco-editor .squiggly-error, .monaco-editor .squiggly-warning")

    def line(self, text: str) -> Locator:
        return self.page.locator(".monaco-editor .view-line", has_text=_spaces(text)).first

    def lens(self, text: str) -> Locator:
        return self.page.locator(".codelens-decoration a", has_text=text)

    def problem(self, code: str) -> Locator:
        """The entries of a rule in the Problems panel."""
        panel = self.page.locator(".markers-panel")
        if not panel.is_visible():
            self.page.keyboard.press("Control+Shift+M")
            panel.wait_for()
        return panel.locator(".monaco-list-row", has_text=code)

    def problems(self) -> list[str]:
        """The rows of the Problems panel, once it has any."""
        self.problem("").first.wait_for(timeout=LONG)
        panel = self.page.locator(".markers-panel")
        return [re.sub(r"\s+", " ", row) for row in panel.locator(".monaco-list-row").all_inner_texts()]

    def hover(self, line: str, word: str, awaited: str) -> str:
        """The text that the mouse brings up over a word, once `awaited` is in it: its parts come one after the other.

        A lens that comes moves the lines: then it points again.
        """
        box = self.page.locator(".monaco-hover:visible", has_text=awaited).first
        for _ in range(9):
            self.page.mouse.move(5, 5)
            x, y = self.line(line).evaluate(WHERE, word)
            self.page.mouse.move(x, y, steps=4)
            with suppress(TimeoutError):
                box.wait_for(timeout=LONG // 9)
                return box.inner_text()
        raise AssertionError(f"no {awaited!r} comes up over {word!r} in {line!r}")

    @property
    def notifications(self) -> Locator:
        """The list of all notifications, once it was opened."""
        return self.page.locator(".notifications-center .notification-list-item")

    def toast(self, text: str) -> Locator:
        return self.page.locator(".notifications-toasts .notification-list-item", has_text=text)

    # -- what is done ----------------------------------------------------------------------------------------------

    def put_cursor(self, line: str) -> None:
        self.line(line).click(position={"x": 4, "y": 8})  # a line may reach beyond what is seen of it
        self.page.keyboard.press("Home")

    def light_bulb(self) -> Locator:
        """The rows of the menu that Ctrl+. opens at the cursor."""
        rows = self.page.locator(".action-widget .monaco-list-row")
        for _ in range(5):
            self.page.keyboard.press("Control+Period")
            try:
                rows.first.wait_for(timeout=3000)
                return rows
            except Exception:
                self.page.keyboard.press("Escape")
        raise AssertionError("the light bulb has nothing to offer")

    def palette(self, title: str) -> None:
        """Runs a command by its title."""
        self.page.keyboard.press("F1")
        box = self.page.locator(".quick-input-widget input[type=text]")
        box.wait_for()
        box.fill(f">{title}")
        self.page.locator(".quick-input-list .monaco-list-row", has_text=title).first.click()

    def close_toasts(self) -> None:
        self.palette("Notifications: Clear All Notifications")
        expect(self.page.locator(".notifications-toasts .notification-list-item")).to_have_count(0)

    # -- evidence --------------------------------------------------------------------------------------------------

    def mark(self, step: str) -> None:
        """Notes the seconds since the page was opened."""
        self.times[step] = round(time.monotonic() - self.started, 2)

    def from_key_to_squiggle(self, key: str) -> float:
        """Presses a key that brings a finding; the seconds until it is underlined on the screen."""
        expect(self.squiggles).to_have_count(0, timeout=LONG)
        self.page.evaluate(WATCH, ".squiggly-error, .squiggly-warning")
        self.page.keyboard.press(key)
        return float(self.page.evaluate("window.drawn"))

    def shot(self, name: str, image: str | None = None) -> None:
        """A picture among the artefacts; with LORA_LINT_IMAGES set also the one of that name in the README."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"{name}.png")
        if image is not None and os.environ.get("LORA_LINT_IMAGES"):
            shutil.copyfile(ARTIFACTS / f"{name}.png", IMAGES / f"{image}.png")

    @property
    def webview(self) -> FrameLocator:
        """The page of the webview that is open: a frame in a frame."""
        return self.page.frame_locator("iframe.webview.ready").frame_locator("#active-frame")


def _spaces(text: str) -> re.Pattern[str]:
    """VS Code draws spaces as no-break spaces."""
    return re.compile(re.escape(text).replace(r"\ ", r"[\s\u00a0]"))


__all__ = ["LONG", "Window", "expect"]
