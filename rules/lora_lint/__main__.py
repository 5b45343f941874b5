"""`lora-lint`, also as `python -m lora_lint`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Runs the command line. Gives the exit code, of which `cli.options.EPILOG` tells."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # as long as the process lives
    if sys.stdout is None:
        print("lora-lint: standard output is closed", file=sys.stderr)
        return 2
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        os.getcwd()
    except OSError as error:
        print(f"lora-lint: the working folder cannot be used: {error.strerror}; cd to another", file=sys.stderr)
        return 2
    gc.set_threshold(100_000, 50, 50)  # a short life that begins with imports: little of it is garbage
    try:
        from lora_lint.cli.command import main as command

        try:
            code = command(sys.argv[1:])
        finally:  # `--help` leaves by SystemExit
            sys.stdout.flush()
            gc.freeze()  # at its end Python would look all that was imported through for garbage
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is not None:
            return _internal(error)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still to be written goes nowhere
        if not isinstance(error, BrokenPipeError):  # then whoever read the output has seen enough
            print(f"lora-lint: the output cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    except Exception as error:
        return _internal(error)
    return code


def _internal(error: Exception) -> int:
    """The last resort for a fault of lora-lint's own, in whichever command: a line instead of a traceback."""
    if os.environ.get("LORA_LINT_DEBUG"):
        raise error
    from lora_lint.problems import internal

    print(f"lora-lint: {internal(error)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
