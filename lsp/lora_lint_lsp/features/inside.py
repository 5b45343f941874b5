"""What the server is and holds, for bug reports and tests."""

from __future__ import annotations

import sys
from typing import Any

import lora_lint
from lora_lint_lsp.documents import path_of
from lora_lint_lsp.server import LoraLintServer


def register(server: LoraLintServer) -> None:
    server.feature("loraLint/info")(info)
    server.feature("loraLint/text")(text)


def info(ls: LoraLintServer, params: object) -> dict[str, Any]:
    """What runs here."""
    return {
        "server": f"lora-lint-server {lora_lint.__version__}",
        "python": sys.version.split()[0],
        "interpreter": sys.executable,
        "diagnostics": "pulled" if ls.can("text_document", "diagnostic") else "pushed",
        "positionEncoding": ls.documents.encoding.kind.value,
        "folders": [path_of(uri) or uri for uri in ls.documents.folders],
        "open": [script.uri for script in ls.documents.each()],
    }


def text(ls: LoraLintServer, params: Any) -> str | None:
    """The text of an open document as the server has it."""
    document = ls.documents.opened(str(getattr(params, "uri", "")))
    return document.source if document is not None else None
