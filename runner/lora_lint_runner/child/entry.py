"""What a child process does: run one script, keep the libraries warm for many, or look at saved files with torch."""

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
    if verb in ("inspect", "merged", "rescue") and len(argv) >= 3:
        from .looking import answer

        answer(verb, argv[1], argv[2])
        return 0
    print("usage: child run SPEC.json | serve HOME | inspect|merged|rescue QUESTION.json ANSWER.json", file=sys.stderr)
    return 2
