"""Where the extension's server comes from: fresh VS Codes, with nothing installed but the extension."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")

from places import EXTENSION, REPOSITORY
from scripts import LOST, SAVE
from window import LONG, Window, expect

if TYPE_CHECKING:
    from code_server import CodeServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
INSTALLED = 480_000

Serve = Callable[..., "CodeServer"]
Opened = Callable[["CodeServer"], Window]


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has nothing: an environment made without pip."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python"


def open_script(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")


def what_runs(window: Window, source: str) -> None:
    window.palette("Show What Runs")
    window.line(f"server from: {source}").wait_for()


def test_the_package_is_small(vsix: Path) -> None:
    assert vsix.stat().st_size < 5_000_000


def test_a_python_without_lora_lint_is_enough(serve: Serve, window_on: Opened, vsix: Path, bare_python: Path) -> None:
    """The extension asks, makes a private environment from the package index, and lints."""
    window = window_on(serve(vsix, {"loraLint.interpreter": [str(bare_python)]}))
    open_script(window)
    question = window.toast("needs its parser (LibCST)")
    question.wait_for(timeout=LONG)
    window.shot("10-first-start")
    question.get_by_role("button", name="Install").click()
    window.squiggles.first.wait_for(timeout=INSTALLED)
    window.mark("installed, first squiggle")
    what_runs(window, "bundled, in a private environment")
    assert "[error]" not in window.server.log()


def test_a_platform_build_asks_and_fetches_nothing(
    serve: Serve, window_on: Opened, packaged: Callable[..., Path], bare_python: Path
) -> None:
    vsix = packaged("linux-x64")
    settings = {"loraLint.interpreter": [str(bare_python)], "loraLint.privateEnvironment": "never"}
    window = window_on(serve(vsix, settings))
    open_script(window)
    window.squiggles.first.wait_for(timeout=LONG)
    window.mark("first squiggle")
    what_runs(window, "bundled")
    assert not list((window.server.user / "User" / "globalStorage" / "lora-lint.lora-lint").glob("python-*"))


def test_the_lora_lint_of_the_environment_is_used(serve: Serve, window_on: Opened, vsix: Path, tmp_path: Path) -> None:
    """Installed from the wheel, as a user's project has it."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(REPOSITORY)], check=True
    )
    (wheel,) = tmp_path.glob("lora_lint-*.whl")
    environment = tmp_path / "fine-tuning" / ".venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    subprocess.run([str(environment / "bin" / "pip"), "install", "-q", f"{wheel}[lsp]"], check=True)
    window = window_on(serve(vsix, {"loraLint.privateEnvironment": "never"}))
    open_script(window)
    window.squiggles.first.wait_for(timeout=LONG)
    what_runs(window, "lora-lint 0.")
    window.line("of the environment").wait_for()
    window.line("interpreter chosen by: .venv of the workspace").wait_for()


def test_without_a_python_there_is_a_message_with_a_button(
    serve: Serve, window_on: Opened, vsix: Path, tmp_path: Path
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "env", "node", "git", "cat", "sed", "ps", "which"):
        if (found := shutil.which(name)) is not None:
            (programs / name).symlink_to(found)
    window = window_on(serve(vsix, {}, path=str(programs)))
    open_script(window)
    toast = window.toast("lora-lint needs Python 3.10 or later, and found none.")
    toast.wait_for(timeout=LONG)
    window.shot("11-no-python")
    toast.get_by_role("button", name="Choose an Interpreter").click()
    window.page.locator(".settings-editor", has_text="Lora Lint").wait_for(timeout=LONG)


def test_an_untrusted_workspace_is_linted_and_nothing_of_it_is_started(
    serve: Serve, window_on: Opened, packaged: Callable[..., Path], tmp_path: Path
) -> None:
    trap = tmp_path / "trapped"
    server = serve(EXTENSION / "lora-lint-linux-x64.vsix", {}, trust_everything=False)
    window = window_on(server)
    evil = f'#!/bin/sh\ntouch {trap}\nexec {sys.executable} "$@"\n'
    for name in (".venv/bin/python", "bin/python3"):
        window.write(name, evil).chmod(0o755)
    settings = '{"loraLint.path": ["./bin/python3"], "loraLint.interpreter": ["./bin/python3"]}'
    window.write(".vscode/settings.json", settings)
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=LONG)
    window.shot("12-untrusted")
    window.lens("Verify adapter files").last.click()
    window.toast("this workspace is not trusted").wait_for()
    assert not trap.exists()

    window.put_cursor(SAVE)
    expect(window.problem("LL101")).to_have_count(1)
