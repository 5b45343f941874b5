"""What the server and its analysis process say to each other: four bytes of length, and a pickle.

A call is (method of `Analyses`, arguments), an answer (value, error).
"""

from __future__ import annotations

import pickle
import struct
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
