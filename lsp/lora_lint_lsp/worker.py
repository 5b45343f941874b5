"""The analysis process: reads calls from its standard input, answers on its standard output, ends when the server does.

A frame is four bytes of length and a pickle: a call is (method of `Analyses`, arguments), an answer (value, error).
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
import traceback
from typing import IO, Any

HEAD = struct.Struct(">I")


def write_frame(stream: IO[bytes], item: object) -> None:
    body = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
    stream.write(HEAD.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Any:
    """The next item. Raises EOFError where the other side has gone."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError
    (length,) = HEAD.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)


def main() -> None:
    """Serves until the standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print anywhere must not land among the answers
    calls = sys.stdin.buffer
    sys.setrecursionlimit(10_000)

    from lora_lint_lsp.analysis import Analyses

    analyses = Analyses()
    _warm_up()
    while True:
        try:
            method, arguments = read_frame(calls)
        except (EOFError, KeyboardInterrupt):
            return
        answer: tuple[Any, str | None]
        try:
            answer = (getattr(analyses, method)(*arguments), None)
        except Exception:
            answer = (None, traceback.format_exc(limit=-4))
        try:
            write_frame(answers, answer)
        except (BrokenPipeError, KeyboardInterrupt):
            return


def _warm_up() -> None:
    """Loads the parser and the rules before the first file is opened."""
    import lora_lint

    lora_lint.rules()
    lora_lint.check_source("from peft import get_peft_model\nmodel = get_peft_model(base, config)\n")


if __name__ == "__main__":
    main()
