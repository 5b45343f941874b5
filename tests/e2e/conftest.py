"""Real editors. What is not installed is skipped with the command that installs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from code_server import CodeServer
from places import ARTIFACTS, CODE_SERVER, EXTENSION, NODE, TOOLS

if TYPE_CHECKING:
    from window import Window

INSTALL = "run tests/e2e/install.sh"
# The bundled server, in a private environment that is kept from run to run; scripts run with this Python.
BUNDLED = {
    "loraLint.importStrategy": "useBundled",
    "loraLint.privateEnvironment": "always",
    "loraLint.interpreter": [sys.executable],
    "loraLint.run.interpreter": sys.executable,
}

Packaged = Callable[..., Path]
Opened = Callable[[CodeServer], "Window"]


@pytest.fixture(scope="session")
def packaged() -> Packaged:
    """Packages the extension from the sources as they are, for one platform where it is named."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    if not (EXTENSION / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=EXTENSION, check=True, timeout=300)

    def package(target: str | None = None) -> Path:
        options = ["--", "--target", target] if target is not None else []
        command = ["npm", "run", "package", *options]
        subprocess.run(command, cwd=EXTENSION, check=True, timeout=300, capture_output=True)
        return EXTENSION / (f"lora-lint-{target}.vsix" if target is not None else "lora-lint.vsix")

    return package


@pytest.fixture(scope="session")
def vsix(packaged: Packaged) -> Path:
    return packaged()


@pytest.fixture(scope="session")
def code_server(vsix: Path) -> Iterator[CodeServer]:
    """VS Code in which every workspace is trusted, with the bundled server."""
    home = TOOLS / "home"
    for forgotten in ("logs", "User/workspaceStorage", "Backups"):
        shutil.rmtree(home / "user" / forgotten, ignore_errors=True)
    server = started(home, vsix, BUNDLED, trust_everything=True)
    yield server
    server.stop()


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., CodeServer]]:
    """Starts a VS Code of the test's own: fresh settings, nothing installed but the extension."""
    servers: list[CodeServer] = []

    def serve(vsix: Path, settings: dict[str, Any], *, trust_everything: bool = True, path: str = "") -> CodeServer:
        home = tmp_path_factory.mktemp("vscode")
        servers.append(started(home, vsix, settings, trust_everything=trust_everything, path=path))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


def started(home: Path, vsix: Path, settings: dict[str, Any], *, trust_everything: bool, path: str = "") -> CodeServer:
    if not CODE_SERVER.exists() or not NODE.exists():
        pytest.skip(f"code-server is not installed: {INSTALL}")
    server = CodeServer(home / "user", home / "extensions", settings, trust_everything=trust_everything, path=path)
    server.install(vsix)
    server.start()
    return server


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip(f"Chromium is not installed: {INSTALL}")
    with playwright.sync_playwright() as going:
        browser = going.chromium.launch(
            executable_path=chromium, headless=True, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def window_on(browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Opens a window of a server on a fresh folder; every test leaves its last picture and its times behind."""
    from window import Window

    contexts: list[Any] = []
    windows: list[Window] = []

    def opened(server: CodeServer) -> Window:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}))
        page = contexts[-1].new_page()
        page.set_default_timeout(90_000)
        folder = tmp_path / "fine-tuning"
        folder.mkdir(exist_ok=True)
        windows.append(Window(page, server, folder))
        return windows[-1]

    yield opened
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for window in windows:
        window.shot(f"{request.node.name}-end")
        with (ARTIFACTS / "times.jsonl").open("a") as file:
            file.write(json.dumps({"test": request.node.name, "load": os.getloadavg()[0], **window.times}) + "\n")
    for context in contexts:
        context.close()


@pytest.fixture
def window(code_server: CodeServer, window_on: Opened) -> Window:
    """A window of the common server."""
    return window_on(code_server)
