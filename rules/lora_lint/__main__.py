"""`lora-lint`, also as `python -m lora_lint`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Runs the command line. Gives the exit code: 0 clean, 1 findings, 2 usage or internal error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    gc.set_threshold(100_000, 50, 50)  # a short life that begins with imports: little of it is garbage
    try:
        from lora_lint.cli.command import main as command

        code = command(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main())
