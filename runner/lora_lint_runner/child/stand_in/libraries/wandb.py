"""wandb without wandb: a run that logs nothing, a config with the values that the script gave, a sweep of one run."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run
from ..anything import Anything


class Config(dict):  # type: ignore[type-arg]
    """Values by key and by attribute."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name, Anything(f"wandb.config.{name}"))

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def update(self, *args: Any, allow_val_change: bool = True, **values: Any) -> None:
        super().update(*args, **values)


class Tracked(Anything):
    """A run: silent, but with its config, and text where text is asked for."""

    def __init__(self, config: Config) -> None:
        super().__init__("wandb.run")
        self.__dict__.update(config=config, id="stand-in", name="stand-in", project="stand-in", url="", dir=".")


def fill(module: ModuleType, run: Run) -> None:
    """Fills `wandb`."""
    if module.__name__ != "wandb":
        return
    config = Config()
    tracked = Tracked(config)

    sweep = Sweep(run)

    def init(*args: Any, config: Any = None, **options: Any) -> Tracked:
        tracked.config.update(sweep.over(config))
        return tracked

    module.__dict__.update(
        init=init, config=config, run=tracked, sweep=sweep.begin, agent=sweep.agent, login=lambda *a, **k: True
    )


class Sweep:
    """A search for the best values that is one run with the first ones."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.values: dict[str, Any] = {}

    def begin(self, settings: Any = None, *args: Any, **options: Any) -> str:
        """`wandb.sweep`."""
        for name, row in ((settings or {}).get("parameters") or {}).items():
            asked = row if isinstance(row, dict) else {"value": row}
            self.values[name] = asked["values"][0] if asked.get("values") else asked.get("value", asked.get("min"))
        self.run.neutral("wandb sweep: one run, with the first values")
        return "stand-in"

    def agent(self, sweep_id: Any = None, function: Any = None, *args: Any, **options: Any) -> None:
        """`wandb.agent`."""
        if function is not None:
            function()

    def over(self, config: Any) -> dict[str, Any]:
        """The values that a run has where the script gives these."""
        given = vars(config) if hasattr(config, "__dict__") and not isinstance(config, dict) else config
        return {**(given or {}), **{k: v for k, v in self.values.items() if k in (given or {}) or not given}}
