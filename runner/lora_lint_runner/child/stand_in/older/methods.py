"""Methods that many classes of a library have in a form of their own: each is wrapped once one of its kind is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...context import Run

WRAPPED = "wrapped_for_older"


def wrap(run: Run, base: Any, named: Callable[[str], object], wrapper: Callable[[Any], Any]) -> None:
    """From now on the methods of these names are wrapped, of `base` and of whatever is built on it."""

    def making(real: Any) -> Any:
        def init(self: Any, *args: Any, **options: Any) -> None:
            for owner in type(self).__mro__:
                for name in [n for n, held in vars(owner).items() if named(n) and not hasattr(held, WRAPPED)]:
                    run.patches.replace(owner, name, _marked(wrapper))
            real(self, *args, **options)

        return init

    run.patches.replace(base, "__init__", making)


def _marked(wrapper: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def wrapping(real: Any) -> Any:
        found = wrapper(real)
        setattr(found, WRAPPED, True)
        return found

    return wrapping
