"""The blocks of a compound statement."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst


def blocks_of(statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The blocks of a compound statement. A loop, since each `elif` lies inside the one before."""
    left = [statement]
    while left:
        part = left.pop()
        block = getattr(part, "body", None)
        if block is not None:
            yield block
        inner = [
            *getattr(part, "handlers", ()),
            *getattr(part, "cases", ()),
            getattr(part, "orelse", None),
            getattr(part, "finalbody", None),
        ]
        left += [other for other in reversed(inner) if other is not None]
