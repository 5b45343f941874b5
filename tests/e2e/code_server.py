"""VS Code itself, served by code-server, with the extension installed from its .vsix."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from places import CODE_SERVER, NODE

# Nothing may ask, suggest, update or restore while a test looks.
QUIET = {
    "workbench.startupEditor": "none",
    "workbench.welcomePage.walkthroughs.openOnInstall": False,
    "workbench.tips.enabled": False,
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.colorTheme": "Default Dark Modern",
    "telemetry.telemetryLevel": "off",
    "extensions.ignoreRecommendations": True,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": "off",
    "update.mode": "none",
    "chat.disableAIFeatures": True,
    "chat.commandCenter.enabled": False,
    "files.autoSave": "off",
    "files.hotExit": "off",
    "git.enabled": False,
    "editor.accessibilitySupport": "off",
    "editor.minimap.enabled": False,
    "window.menuBarVisibility": "classic",
}


class CodeServer:
    """A running server. `user` holds its settings, logs and the extension's storage."""

    def __init__(
        self, user: Path, extensions: Path, settings: Mapping[str, Any], *, trust_everything: bool, path: str = ""
    ) -> None:
        self.user, self.extensions = user, extensions
        self.settings = dict(settings)
        self._path = path or os.environ["PATH"]
        self.port = _free_port()
        self.host = f"127.0.0.1:{self.port}"
        self._trust_everything = trust_everything
        self._write_settings()
        self._process: subprocess.Popen[bytes] | None = None

    def _write_settings(self) -> None:
        """The user's settings, and those of the machine that the extensions run on: interpreters are among these."""
        trust = {"security.workspace.trust.enabled": not self._trust_everything}
        for place in ("User", "Machine"):
            file = self.user / place / "settings.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({**QUIET, **trust, **self.settings}, indent=1))

    def install(self, vsix: Path) -> None:
        subprocess.run(
            [*self._command(), "--install-extension", str(vsix), "--force"],
            check=True,
            timeout=300,
            capture_output=True,
        )

    def start(self) -> None:
        options = ["--auth", "none", "--bind-addr", self.host, "--disable-telemetry", "--disable-update-check"]
        options += ["--disable-getting-started-override", "--disable-proxy"]
        options += ["--disable-workspace-trust"] if self._trust_everything else []
        log = (self.user / "code-server.log").open("wb")
        self._process = subprocess.Popen(
            [*self._command(), *options],
            stdout=log,
            stderr=log,
            start_new_session=True,
            # as started from a terminal: else VS Code asks a login shell for its PATH
            env={**os.environ, "PATH": self._path, "VSCODE_CLI": "1"},
        )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://{self.host}/healthz", timeout=1)
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"code-server did not start; see {self.user / 'code-server.log'}")

    def stop(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, 15)
            self._process.wait(20)

    def log(self) -> str:
        """All that the extension wrote into its output channel since the server was first started."""
        files = sorted(self.user.glob("logs/*/exthost*/*lora-lint*/*.log"))
        return "\n".join(file.read_text(errors="replace") for file in files)

    def _command(self) -> list[str]:
        config = self.user / "code-server.yaml"
        config.touch()
        places = ["--user-data-dir", str(self.user), "--extensions-dir", str(self.extensions), "--config", str(config)]
        return [str(NODE), str(CODE_SERVER), *places]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
