"""optuna without optuna: a study of one trial, which suggests the first or the lowest value."""

from __future__ import annotations

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
    """A study: its best trial is its only one."""

    def __init__(self) -> None:
        super().__init__("optuna.study")
        self.__dict__.update(trials=[], best_trial=Trial(), best_params={}, best_value=0.0)

    def optimize(self, objective: Any, *args: Any, **options: Any) -> None:
        trial = Trial()
        trial.value = objective(trial)
        self.__dict__.update(trials=[trial], best_trial=trial, best_params=trial.params, best_value=trial.value)


def fill(module: ModuleType, run: Run) -> None:
    """Fills `optuna`."""

    def create_study(*args: Any, **options: Any) -> Study:
        run.neutral("optuna study: one trial, with the lowest values")
        return Study()

    pruned = type("TrialPruned", (Exception,), {})
    module.__dict__.update(create_study=create_study, load_study=create_study, Trial=Trial, Study=Study)
    module.__dict__.update(TrialPruned=pruned)
