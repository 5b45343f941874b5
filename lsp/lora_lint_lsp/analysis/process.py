"""The analysis process, as the server holds it: started, asked, interrupted, ended, and started anew."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

from lora_lint_lsp.analysis.frames import read_frame, write_frame
from lora_lint_lsp.launch import module_command

Told = tuple[str, tuple[Any, ...]]  # a method of `Analyses`, and its arguments


def begun() -> subprocess.Popen[bytes]:
    """A fresh process."""
    return subprocess.Popen(
        module_command("lora_lint_lsp.analysis.worker"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


class Process:
    """The analysis process. `state` gives the calls that one which starts anew has to be told first."""

    def __init__(self, state: Callable[[], Iterable[Told]]) -> None:
        self.running: subprocess.Popen[bytes] | None = None
        self.stopped = False
        self._state = state
        self._awake = False  # has it answered, so that an interrupt ends a call and not the process?

    def start(self) -> None:
        """Starts it; it loads while the editor and the server greet each other."""
        if self.running is None and not self.stopped:
            self.running = begun()

    def exchange(self, method: str, arguments: tuple[Any, ...]) -> tuple[Any, str | None]:
        """The value of a call, or the error that kept it from having one. Raises EOFError and OSError where the
        process ends over it."""
        fresh = self.running is None
        self.start()
        process = self.running
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        if fresh:
            for told in self._state():
                write_frame(process.stdin, told)
                read_frame(process.stdout)
        write_frame(process.stdin, (method, arguments))
        value, error = read_frame(process.stdout)
        self._awake = True
        return value, error

    def interrupt(self) -> bool:
        """Ends the call that is under way, where the system can do that; else it runs to its end."""
        if sys.platform == "win32" or self.running is None or not self._awake:
            return False
        self.running.send_signal(signal.SIGINT)
        return True

    def end(self) -> None:
        """Ends it; the next call starts another one."""
        process, self.running = self.running, None
        self._awake = False
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def stop(self) -> None:
        """Ends it for good."""
        self.stopped = True
        self.end()
