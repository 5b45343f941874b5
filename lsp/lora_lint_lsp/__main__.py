"""The command `lora-lint-server`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from lora_lint import __version__
from lora_lint_lsp.logs import FORM

if TYPE_CHECKING:
    from lora_lint_lsp.server import LoraLintServer

MISSING = """lora-lint-server needs {name}, which is not installed here.
Install the language server with its parts: pip install "lora-lint[lsp]\""""


def main(argv: list[str] | None = None) -> int:
    """Serves one editor until it leaves. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="lora-lint-server", description="The language server of lora-lint.")
    parser.add_argument("--stdio", action="store_true", help="talk over standard input and output (the default)")
    parser.add_argument("--tcp", action="store_true", help="wait for one client on a TCP port instead")
    parser.add_argument("--host", default="127.0.0.1", help="address for --tcp (default: %(default)s)")
    parser.add_argument("--port", type=int, default=2087, help="port for --tcp (default: %(default)s)")
    parser.add_argument("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    parser.add_argument("--version", action="version", version=f"lora-lint-server {__version__}")
    arguments = parser.parse_args(argv)
    level = getattr(logging, arguments.log_level.upper())
    logging.basicConfig(stream=sys.stderr, level=level, format=FORM)
    if level > logging.DEBUG:
        logging.getLogger("pygls").setLevel(logging.ERROR)
        logging.getLogger("pygls.server").setLevel(logging.INFO if arguments.tcp else logging.ERROR)  # says the port

    from lora_lint_lsp.analyst import Analyst

    analyst = Analyst()
    analyst.start()  # it loads the parser while this process loads the protocol
    try:
        from lora_lint_lsp.features import make_server

        server = make_server(analyst)
        signal.signal(signal.SIGTERM, lambda *_: _end_at_once(server))
        try:
            if arguments.tcp:
                server.start_tcp(arguments.host, arguments.port)
            else:
                server.start_io()
        finally:
            server.leave()
        return server.status
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs"):
            raise
        print(MISSING.format(name=error.name), file=sys.stderr)
        return 2
    except OSError as error:
        print(f"cannot listen on {arguments.host}:{arguments.port}: {error.strerror}", file=sys.stderr)
        return 2
    finally:
        analyst.stop()


def _end_at_once(server: LoraLintServer) -> NoReturn:
    """Without a word to the client, whose input a thread may be reading for ever."""
    server.leave()
    os._exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
