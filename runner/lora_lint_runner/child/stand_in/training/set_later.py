"""Training arguments that a script sets after it has made them: they are made lighter before a trainer takes them."""

from __future__ import annotations

from typing import Any

from ...context import Run
from .trainers import lighten, steps_of


def install(run: Run) -> None:
    """Watches what is set."""
    later = Later(run)

    @run.patches.after("transformers.training_args")
    def arguments(module: Any) -> None:
        run.patches.replace(module.TrainingArguments, "__setattr__", lambda real: _noting(later, real))

    @run.patches.after("transformers.trainer")
    def trainer(module: Any) -> None:
        run.patches.replace(module.Trainer, "__init__", lambda real: _set_later(run, real, later))


class Later:
    """What the script itself has set, of which arguments: `args.optim = "paged_adamw_8bit"`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._set: list[tuple[Any, set[str]]] = []

    def note(self, arguments: Any, name: str) -> None:
        """Something sets one of them."""
        if self.run.code.asks():
            known = self.of(arguments)
            if known is None:
                self._set.append((arguments, {name}))
            else:
                known.add(name)

    def of(self, arguments: Any) -> set[str] | None:
        """The names of those that the script has set."""
        return next((names for known, names in self._set if known is arguments), None)


def _noting(later: Later, real: Any) -> Any:
    def setattr_(self: Any, name: str, value: Any) -> None:
        real(self, name, value)
        later.note(self, name)

    return setattr_


def _set_later(run: Run, real: Any, later: Later) -> Any:
    """Before a trainer takes them."""

    def init(self: Any, model: Any = None, args: Any = None, *others: Any, **options: Any) -> Any:
        names = later.of(args)
        if names:
            checked = {name: value for name, value in vars(args).items() if name not in names}
            lighten(run, args, steps_of(run))
            vars(args).update(checked)
        return real(self, model, args, *others, **options)

    return init
