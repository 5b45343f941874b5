"""What a child process does: run one script, or keep the libraries warm for many."""

from __future__ import annotations

import os
import sys

from .spec import read


def main(argv: list[str]) -> int:
    """Returns the exit code; a run ends its process by itself, so that no thread of the script can hold it."""
    verb = argv[0] if argv else ""
    if verb == "run" and len(argv) >= 2:
        from .run import perform

        code = perform(read(argv[1]))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if 0 <= code < 256 else 1)
    if verb == "serve" and len(argv) >= 2:
        from .server import serve

        return serve(argv[1])
    print("usage: child run SPEC.json | serve SOCKET", file=sys.stderr)
    return 2
