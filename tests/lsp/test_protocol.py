"""What JSON-RPC and the protocol ask for, spoken without a client in between."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from starting import ENVIRONMENT, SERVER

URI = "file:///nowhere/train.py"


class Wire:
    """A server, and what goes to it and comes back as it stands."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(SERVER, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(self, method: str, params: Any = None, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(message if number is None else {**message, "id": number}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def ask(self, method: str, params: Any, number: int) -> dict[str, Any]:
        """The answer to a request; what else the server says is passed over."""
        self.say(method, params, number)
        assert self.process.stdout is not None
        while True:
            length = 0
            while line := self.process.stdout.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            answer: dict[str, Any] = json.loads(self.process.stdout.read(length))
            if answer.get("id") == number and "method" not in answer:
                return answer


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    made.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, 1)
    made.say("initialized", {})
    try:
        yield made
    finally:
        made.process.kill()
        made.process.communicate()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}}),
        ("textDocument/hover", {"foo": 1}),
        ("textDocument/codeAction", None),
    ],
    ids=["before the first line", "of another kind", "none"],
)
def test_a_request_with_invalid_parameters_is_answered(wire: Wire, method: str, params: Any) -> None:
    assert wire.ask(method, params, 2)["error"]["code"] == -32602
    assert "result" in wire.ask("loraLint/info", None, 3)  # and the server goes on


def test_an_exit_after_a_shutdown_is_a_success(wire: Wire) -> None:
    wire.ask("shutdown", None, 2)
    wire.say("exit")
    assert wire.process.wait(20) == 0


def test_an_exit_without_a_shutdown_is_a_failure(wire: Wire) -> None:
    wire.say("exit")
    assert wire.process.wait(20) == 1
