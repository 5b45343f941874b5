"""The protocol of pygls without two faults of 2.1.

It keeps the future of every notification for ever, and it stumbles at the shutdown over requests that are under way:
they leave the list while it is walked.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

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
