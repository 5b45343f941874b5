"""Real editors. What is not installed is skipped with the command that installs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from code_server import CodeServer
from places import ARTIFACTS, CODE_SERVER, EXTENSION, NODE, REPOSITORY, TOOLS
from window import Window

INSTALL = "run tests/e2e/install.sh"


@pytest.fixture(scope="session")
def vsix() -> Path:
    """The extension, packaged from the sources as they are."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    if not (EXTENSION / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=EXTENSION, check=True, timeout=300)
    subprocess.run(["npm", "run", "package"], cwd=EXTENSION, check=True, timeout=300, capture_output=True)
    return EXTENSION / "lora-lint.vsix"


def server_settings() -> dict[str, Any]:
    """The bundled server, in a private environment that is kept from run to run; scripts run with this Python."""
    return {
        "loraLint.importStrategy": "useBundled",
        "loraLint.privateEnvironment": "always",
        "loraLint.interpreter": [sys.executable],
        "loraLint.run.interpreter": sys.executable,
    }


def made_server(name: str, vsix: Path, *, trust_everything: bool) -> CodeServer:
    if not CODE_SERVER.exists() or not NODE.exists():
        pytest.skip(f"code-server is not installed: {INSTALL}")
    home = TOOLS / "home" / name
    for forgotten in ("logs", "User/workspaceStorage", "Backups"):
        shutil.rmtree(home / "user" / forgotten, ignore_errors=True)
    server = CodeServer(home / "user", home / "extensions", server_settings(), trust_everything=trust_everything)
    server.install(vsix)
    server.start()
    return server


@pytest.fixture(scope="session")
def code_server(vsix: Path) -> Iterator[CodeServer]:
    """VS Code in which every workspace is trusted."""
    server = made_server("trusting", vsix, trust_everything=True)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip(f"Chromium is not installed: {INSTALL}")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, headless=True, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def window(code_server: CodeServer, browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Window]:
    """A window on a fresh folder; a test that fails leaves its last picture behind."""
    yield from opened_window(code_server, browser, tmp_path, request)


def opened_window(server: CodeServer, browser: Any, folder: Path, request: pytest.FixtureRequest) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(30_000)
    made = Window(page, server, folder)
    yield made
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    made.shot(f"{request.node.name}-end")
    with (ARTIFACTS / "times.jsonl").open("a") as file:
        file.write(json.dumps({"test": request.node.name, **made.times}) + "\n")
    context.close()


@pytest.fixture
def server_environment() -> dict[str, str]:
    """The environment in which `python -m lora_lint_lsp` finds the packages of this repository."""
    roots = [str(REPOSITORY / root) for root in ("rules", "lsp", "runner")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(roots)}
