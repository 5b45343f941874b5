"""A process that has loaded the server, and forks one for each test: what loading costs is paid once.

`python warm.py serve SOCKET` is that process; it goes when its standard input ends. `python warm.py ask SOCKET` is a
server to whoever starts it: its working directory, environment and standard streams are those of a fork. Only the
first analysis process of a fork is one as well; what has to be started anew is started as it always is.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress


def ask(address: str) -> int:
    """Has a server forked that speaks on the streams of this process. Gives its exit status."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        told = b"\0".join([os.fsencode(os.getcwd()), *(name + b"=" + value for name, value in os.environb.items())])
        socket.send_fds(connection, [len(told).to_bytes(4, "big")], [0, 1, 2])
        connection.sendall(told)
        status = connection.recv(1)
    return status[0] if status else 1


def serve(address: str) -> None:
    """Forks servers until the standard input ends."""
    import selectors

    import lora_lint_lsp.features  # noqa: F401
    from lora_lint_lsp.analysis import process, worker

    worker._warm_up()
    begun = process.begun

    def forked() -> Forked:
        process.begun = begun
        return Forked(worker.main)

    with socket.socket(socket.AF_UNIX) as listening, selectors.DefaultSelector() as waiting:
        listening.bind(address)
        listening.listen()
        waiting.register(listening, selectors.EVENT_READ)
        waiting.register(0, selectors.EVENT_READ)
        while all(key.fileobj is listening for key, _ in waiting.select()):
            connection = listening.accept()[0]
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            if os.fork() == 0:
                waiting.close()
                listening.close()
                process.begun = forked  # type: ignore[assignment]
                _be_server(connection)
            connection.close()


def _be_server(connection: socket.socket) -> None:
    from lora_lint_lsp.__main__ import main

    status = 1
    try:
        length, streams, _, _ = socket.recv_fds(connection, 4, 3)
        for stream, descriptor in enumerate(streams):
            os.dup2(descriptor, stream)
            os.close(descriptor)
        told = b""
        while len(told) < int.from_bytes(length, "big"):
            told += connection.recv(1 << 16)
        folder, *variables = told.split(b"\0")
        os.chdir(folder)
        os.environb.clear()
        for name, _, value in (variable.partition(b"=") for variable in variables):
            os.environb[name] = value
        status = main([])
        connection.sendall(bytes([status]))
    finally:
        os._exit(status)


class Forked:
    """What `subprocess.Popen` is for a command, for a function of this process."""

    def __init__(self, main: object) -> None:
        theirs, ours = os.pipe()
        mine, its = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.dup2(theirs, 0)
            os.dup2(its, 1)
            os.closerange(3, 256)
            try:
                main()  # type: ignore[operator]
            finally:
                os._exit(0)
        os.close(theirs)
        os.close(its)
        self.stdin, self.stdout = open(ours, "wb"), open(mine, "rb")  # noqa: SIM115

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self) -> None:
        os.waitpid(self.pid, 0)


if __name__ == "__main__":
    mode, where = sys.argv[1:]
    if mode == "ask":
        sys.exit(ask(where))
    serve(where)
