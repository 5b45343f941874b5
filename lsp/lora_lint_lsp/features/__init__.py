"""What an editor can ask of the server, one module a request."""

from lora_lint_lsp.analyst import Analyst
from lora_lint_lsp.features import (
    actions,
    diagnostics,
    hints,
    hover,
    inside,
    lenses,
    life_view,
    pages,
    settings,
    symbols,
    sync,
    verify,
    watching,
)
from lora_lint_lsp.server import LoraLintServer

REGISTER = (
    sync.register,
    settings.register,
    inside.register,
    watching.register,
    diagnostics.register,
    actions.register,
    hover.register,
    hints.register,
    lenses.register,
    symbols.register,
    life_view.register,
    pages.register,
    verify.register,
)


def make_server(analyst: Analyst) -> LoraLintServer:
    """A server with all features."""
    server = LoraLintServer(analyst)
    for register in REGISTER:
        register(server)
    return server
