"""The protocol of pygls without three faults of 2.1.

It keeps the future of every notification for ever; it stumbles at the shutdown over requests that are under way, which
leave the list while it is walked; and it never answers a request whose parameters are not those of its method.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol


class UnderWay(dict[Any, Any]):
    """Futures by message, which may leave while they are walked."""

    def items(self) -> Any:
        return list(super().items())


class Protocol(LanguageServerProtocol):
    """Forgets what it was waiting for once it is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request_futures = UnderWay()

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException:
            if "method" in data and isinstance(data.get("id"), (int, str)):
                wrong = JsonRpcInvalidParams(f"these are no parameters of {data['method']}")
                self._send_response(data["id"], error=wrong.to_response_error())
            raise

    def _execute_handler(
        self,
        msg_id: str | int,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def done(future: Future[Any]) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)
