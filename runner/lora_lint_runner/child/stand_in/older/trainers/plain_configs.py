"""Arguments that are transformers' own, or a script's class of them, for trainers of trl that took such ones: what the
config of the installed trainer has besides, they lack (DPOTrainer and RewardTrainer, trl 0.8; seen missing in 1.16)."""

from __future__ import annotations

import dataclasses
import sys
import traceback
from typing import Any

from ....context import Run
from ..arguments import HOMES

KIND = "plain config"
TOOK_THEM = ("trl.trainer.dpo_trainer", "trl.trainer.reward_trainer")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did a trainer that is being made look for a field of its config in arguments of another class?"""
    frame = next(iter([frame for frame, _ in traceback.walk_tb(error.__traceback__)][-1:]), None)
    if not isinstance(error, AttributeError) or frame is None:
        return None
    home, given = str(frame.f_globals.get("__name__")), frame.f_locals.get("args")
    if home not in TOOK_THEM or frame.f_code.co_name != "__init__" or not _is_plain(home, given):
        return None
    lacks = getattr(error, "name", None) in {field.name for field in dataclasses.fields(_config(home))} - {*vars(given)}
    return {"kind": KIND, "home": home, "name": type(given).__name__, "owner": HOMES[home]} if lacks else None


def said(entry: dict[str, str], release: str | None) -> str:
    config = entry["owner"].replace("Trainer", "Config")
    given = "one of the script's own" if entry["name"] == config else entry["name"]
    return f"{entry['owner']} of trl {release} takes trl's {config} as its args, not {given}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """They have the fields of the config at their defaults."""

    @run.patches.after(entry["home"])
    def patch(module: Any) -> None:
        run.patches.replace(getattr(module, entry["owner"]), "__init__", lambda real: _completing(entry["home"], real))


def _completing(home: str, real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        given: Any = options.get("args", next((a for a in args if _is_plain(home, a)), None))
        if _is_plain(home, given):
            ready = _config(home)(given.output_dir)  # some get their value once it is made
            for field in dataclasses.fields(ready):
                if not hasattr(given, field.name):
                    setattr(given, field.name, getattr(ready, field.name))
        real(self, *args, **options)

    return init


def _is_plain(home: str, given: Any) -> bool:
    return any(c.__name__ == "TrainingArguments" for c in type(given).__mro__) and not isinstance(given, _config(home))


def _config(home: str) -> Any:
    """The class of the trainer's own arguments."""
    return getattr(sys.modules[home], HOMES[home].replace("Trainer", "Config"))
