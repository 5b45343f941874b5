"""What the analysis process does: the one place that asks the linter. Everything else of the server talks to this.

Runs in a process of its own (see `worker`), since parsing holds the interpreter's lock: a file of 20 000 lines would
stop the server for seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import lora_lint
from lora_lint import Finding
from lora_lint_lsp.analysis.rooms import AS_SET, Kind, Room, Rooms, trouble_of
from lora_lint_lsp.target import Checked, ConfigTrouble, Target, Trace, Trouble

Value = TypeVar("Value")


@dataclass(frozen=True)
class Answer(Generic[Value]):
    """What was asked for, or why there is none."""

    value: Value | None
    trouble: Trouble | None = None
    config_trouble: ConfigTrouble | None = None


class Analyses:
    """All open texts and what the linter knows of them."""

    def __init__(self) -> None:
        self._rooms = Rooms()

    # -- what the editor says --------------------------------------------------------------------------------------

    def configure(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        """The editor's settings by folder ("" for files outside of all folders), in the keys of a config file."""
        self._rooms.configure(tables)

    def set_text(self, name: str, text: str | None) -> None:
        """A file as the editor has it; None where it counts as on disk again."""
        self._rooms.set_text(name, text)

    def changed(self, names: Iterable[str]) -> None:
        """Files, configs or folders changed on disk."""
        self._rooms.changed(names)

    def interrupted(self) -> None:
        """A call was ended in the middle."""
        self._rooms.interrupted()

    # -- what the editor asks --------------------------------------------------------------------------------------

    def check(self, target: Target) -> Checked:
        """Lints a text. Never raises: what went wrong is in the answer."""
        self._hold(target)
        answer = self._ask(target.name, lambda room: room.check(target))
        return Checked(tuple(answer.value or ()), answer.trouble, answer.config_trouble)

    def trace(self, target: Target) -> Trace | None:
        """The life of every model in a text; None where it cannot be read."""
        self._hold(target)
        return self._ask(target.name, lambda room: room.trace(target)).value

    def dependents(self, name: str, among: list[str]) -> list[str]:
        """The files among these whose findings may change when that one does."""
        answer = self._ask(name, lambda room: room.workspace.dependents(name, among))
        return [str(path) for path in answer.value or ()]

    def fixed(self, target: Target, codes: frozenset[str] | None, unsafe: bool) -> Target | None:
        """The script with its findings corrected (those of `codes` only, where given); None where nothing can be."""
        self._hold(target)
        made = self._ask(target.name, lambda room: room.fixed(target, codes, unsafe)).value
        return made if made != target else None

    def other_layout(self, target: Target) -> tuple[Finding, ...]:
        """The findings with the fixes that the other adapter layout would make."""
        self._hold(target)
        answer = self._ask(target.name, lambda room: room.check(target), Kind(other_layout=True))
        return tuple(answer.value or ())

    # -- how it is asked -------------------------------------------------------------------------------------------

    def _hold(self, target: Target) -> None:
        """The other files of the project see this one as the editor has it."""
        text = target.as_file() if target.on_disk else None
        if text is not None:
            self._rooms.set_text(target.name, text)

    def _ask(self, name: str, ask: Callable[[Room], Value], kind: Kind = AS_SET) -> Answer[Value]:
        """Asks in the room of a file; where its config file is broken, in one with the default settings."""
        room = self._rooms.of(name, kind)
        try:
            return Answer(ask(room), None, room.trouble)
        except lora_lint.ParseError as error:
            trouble = Trouble(str(error), error.row)
        except lora_lint.Unreadable as error:
            trouble = Trouble(str(error))
        except OSError as error:
            trouble = Trouble(f"cannot be read: {error.strerror}")
        except lora_lint.ConfigError as error:
            answer = self._ask(name, ask, kind._replace(defaults=True))
            return replace(answer, config_trouble=trouble_of(error))
        return Answer(None, trouble)
