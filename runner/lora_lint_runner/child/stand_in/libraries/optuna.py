"""optuna without optuna: a study of one trial, which suggests the first or the lowest value."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ...context import Run
from ..anything import Anything


class Trial(Anything):
    """One trial."""

    def __init__(self) -> None:
        super().__init__("optuna.trial")
        self.__dict__.update(number=0, params={}, user_attrs={}, value=None)

    def _chosen(self, name: str, value: Any) -> Any:
        self.params[name] = value
        return value

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        return self._chosen(name, next(iter(choices)))

    def suggest_float(self, name: str, low: float, high: float, *args: Any, **options: Any) -> float:
        return float(self._chosen(name, low))

    def suggest_int(self, name: str, low: int, high: int, *args: Any, **options: Any) -> int:
        return int(self._chosen(name, low))

    suggest_loguniform = suggest_uniform = suggest_discrete_uniform = suggest_float

    def should_prune(self) -> bool:
        return False

    def set_user_attr(self, key: str, value: Any) -> None:
        self.user_attrs[key] = value


class Study(Anything):
    """A study: its best trial is its only one, else that of an `earlier` run, which its storage would have."""

    def __init__(self, earlier: Callable[[], Trial]) -> None:
        super().__init__("optuna.study")
        self.__dict__.update(trials=[], earlier=earlier)

    def optimize(self, objective: Any, *args: Any, **options: Any) -> None:
        trial = Trial()
        trial.value = objective(trial)
        self.__dict__.update(trials=[trial])

    @property
    def best_trial(self) -> Trial:
        trials: list[Trial] = self.__dict__["trials"]
        return trials[0] if trials else self.__dict__["earlier"]()

    @property
    def best_params(self) -> dict[str, Any]:
        params: dict[str, Any] = self.best_trial.params
        return params

    @property
    def best_value(self) -> Any:
        return self.best_trial.value if self.__dict__["trials"] else 0.0


def fill(module: ModuleType, run: Run) -> None:
    """Fills `optuna`."""

    def create_study(*args: Any, **options: Any) -> Study:
        run.neutral("optuna study: one trial, with the lowest values")
        return Study(lambda: _earlier(run))

    pruned = type("TrialPruned", (Exception,), {})
    module.__dict__.update(create_study=create_study, load_study=create_study, Trial=Trial, Study=Study)
    module.__dict__.update(TrialPruned=pruned)


def _earlier(run: Run) -> Trial:
    """A trial with all that the script suggests anywhere: as far as it is known where the study is asked."""
    trial, frame = Trial(), next(iter(run.code.frames()), None)
    known = {**frame.f_globals, **frame.f_locals} if frame is not None else {}
    with contextlib.suppress(OSError, SyntaxError, ValueError):
        with open(run.spec.script, "rb") as file:
            tree = ast.parse(file.read())
        for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
            name = getattr(call.func, "attr", "")
            if name.startswith("suggest_") and hasattr(Trial, name):
                with contextlib.suppress(Exception):  # of what is not known yet
                    getattr(trial, name)(*(eval(ast.unparse(part), known) for part in call.args))
    return trial
