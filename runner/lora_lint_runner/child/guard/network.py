"""No network but the machine itself: sockets and names of other machines are refused, with a clear word."""

from __future__ import annotations

import socket
from typing import Any

from ..context import Run

LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "", None)


class NetworkClosed(ConnectionError):
    """The script asked for another machine; `--network` opens the way."""


def install(run: Run) -> None:
    """Closes the network of this process."""
    own = {socket.gethostname(), *LOCAL}

    def refuse(address: Any) -> None:
        host = address[0] if isinstance(address, tuple) and address else address
        host = host.decode(errors="replace") if isinstance(host, bytes) else host
        if isinstance(host, str) and (host.startswith(("127.", "/")) or host in own):
            return
        if host in own or not isinstance(address, (tuple, str, bytes)):
            return
        run.met.refused_hosts.add(str(host))
        run.neutral(f"network: {host} was asked for and refused")
        raise NetworkClosed(f"lora-lint --run keeps the network closed: {host} was asked for (--network opens it)")

    def connecting(real: Any) -> Any:
        def connect(self: Any, address: Any) -> Any:
            if self.family != getattr(socket, "AF_UNIX", None):
                refuse(address)
            return real(self, address)

        return connect

    def looking_up(real: Any) -> Any:
        def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
            refuse((host,))
            return real(host, *args, **options)

        return getaddrinfo

    def sending(real: Any) -> Any:
        def sendto(self: Any, data: Any, *flags_and_address: Any) -> Any:
            if self.family != getattr(socket, "AF_UNIX", None):
                refuse(flags_and_address[-1])
            return real(self, data, *flags_and_address)

        return sendto

    run.patches.replace(socket.socket, "sendto", sending)
    run.patches.replace(socket.socket, "connect", connecting)
    run.patches.replace(socket.socket, "connect_ex", connecting)
    socket.getaddrinfo = looking_up(socket.getaddrinfo)
    socket.gethostbyname = looking_up(socket.gethostbyname)
    socket.gethostbyname_ex = looking_up(socket.gethostbyname_ex)
    socket.gethostbyaddr = looking_up(socket.gethostbyaddr)
