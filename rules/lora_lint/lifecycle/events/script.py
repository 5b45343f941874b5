"""How the script treats the models that it holds."""

from __future__ import annotations

from typing import NamedTuple

from lora_lint.lifecycle.events.kind import View, kind


@kind("checked", "checked", silent=True)
class Checked(NamedTuple):
    """The type of a model is asked for: `test` is "isinstance", "hasattr", "getattr" or "type", of these `names`.

    "other" is a test that is made of the model in a way that is not followed.
    """

    test: str
    names: list[str]
    answer: bool | None
    view: View = None


@kind("accessed", "accessed", silent=True)
class Accessed(NamedTuple):
    """An attribute is read that only some kinds of models have; `ok`: this one has it.

    Where none has it, `instead` is what exists in its place, for people; `renamed` is the same under another name, and
    how many arguments that takes. `undone`: this one has it, and it does nothing but raise NotImplementedError.
    """

    name: str
    ok: bool
    instead: str = ""
    renamed: tuple[str, int] | None = None
    view: View = None
    config: str = ""  # the class of the adapter's config, where it is that with which there is no such method
    undone: bool = False


@kind("taken", "taken for a PeftModel", silent=True)
class Taken(NamedTuple):
    """An attribute that only a PeftModel has is read of something of which nothing is known."""

    name: str


@kind("handed", "handed over", silent=True)
class Handed:
    """Code that is not seen gets the model."""


@kind("discarded", "result dropped", silent=True)
class Discarded:
    """A result that matters is not kept."""


@kind("recorded", "results recorded", silent=True)
class Recorded:
    """Results are written to a file, or sent to where runs are recorded."""


@kind("bounded", "compared with a bound", silent=True)
class Bounded(NamedTuple):
    """A loss, score or count is compared with a `bound` that none passes: the test `holds` always, or never does."""

    holds: bool
    bound: float


@kind("context", "context made", silent=True)
class ContextMade:
    """A context manager is made."""


@kind("context_dropped", "context dropped", silent=True)
class ContextDropped(NamedTuple):
    """A context manager is made and never entered."""

    view: View


@kind("requires", "requires a release", silent=True)
class Requires(NamedTuple):
    """A name or argument of peft is used that releases before `since`, and from `until` on, lack, which raise `error`.

    `others` are the releases of other libraries that have to be there for it (library, specifier), `instead` is the
    name that newer releases have for it. `result`: it is what a call gives that is gone, and not the call.
    """

    what: str
    since: str
    error: str
    others: tuple[tuple[str, str], ...] = ()
    until: str = ""
    instead: str = ""
    result: bool = False


@kind("failed", "fails")
class Failed(NamedTuple):
    """A call that certainly raises; `caught`: something in the script handles that."""

    caught: bool
