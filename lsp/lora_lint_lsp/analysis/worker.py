"""The analysis process: reads calls from its standard input, answers on its standard output, ends when the server does.

An interrupt (SIGINT) ends the call that is under way, whose answer is then nothing.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import Any

from lora_lint_lsp.analysis.frames import read_frame, write_frame
from lora_lint_lsp.logs import FORM, Once, one_line


class Superseded(BaseException):
    """Nobody waits for this call any more. No Exception: nothing on its way up may take it for a fault."""


class Calls:
    """Makes the calls; `stop` is what an interrupt does, which between two calls is nothing."""

    def __init__(self, analyses: Any) -> None:
        self._analyses = analyses
        self._busy = False

    def stop(self, *_: object) -> None:
        if self._busy:
            raise Superseded

    def answer(self, method: str, arguments: tuple[Any, ...]) -> tuple[Any, str | None]:
        """The value of a call, or the error that kept it from having one."""
        try:
            try:
                self._busy = True
                return getattr(self._analyses, method)(*arguments), None
            finally:
                self._busy = False
        except Superseded:
            self._analyses.interrupted()
            return None, None
        except Exception as error:
            return None, one_line(error)


def main() -> None:
    """Serves until the standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print anywhere must not land among the answers
    requests = sys.stdin.buffer
    sys.setrecursionlimit(10_000)
    logging.basicConfig(stream=sys.stderr, format=FORM)
    logging.getLogger("lora_lint").addFilter(Once())

    from lora_lint_lsp.analysis.analyses import Analyses

    calls = Calls(Analyses())
    signal.signal(signal.SIGINT, calls.stop)
    _warm_up()
    while True:
        try:
            answer = calls.answer(*read_frame(requests))
            write_frame(answers, answer)
        except (EOFError, BrokenPipeError):
            return


def _warm_up() -> None:
    """Loads the parser and the rules before the first file is opened."""
    import lora_lint

    lora_lint.rules()
    lora_lint.check_source("from peft import get_peft_model\nmodel = get_peft_model(base, config)\n")


if __name__ == "__main__":
    main()
