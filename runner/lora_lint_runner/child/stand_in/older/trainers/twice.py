"""Arguments that a script's own dataclass has and that TrainingArguments has got since (`use_cache`,
`trust_remote_code`): HfArgumentParser takes none twice."""

from __future__ import annotations

import argparse
import dataclasses
import re
import traceback
from collections import Counter
from typing import Any

from ....context import Run

KIND = "twice"
HOMES = ("transformers.hf_argparser", "trl.scripts._hf_argparser")  # trl 1.16 has one of its own
SAID = re.compile(r"^argument (?:-\w, )?--(\w+).*conflicting option string")
OF_LIBRARIES = ("transformers.", "trl.")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Which argument a class of a library has besides the script's own one."""
    found = SAID.search(str(error)) if isinstance(error, argparse.ArgumentError) else None
    parsers: list[Any] = [f.f_locals.get("self") for f, _ in traceback.walk_tb(error.__traceback__)]
    classes = next((p.dataclass_types for p in parsers if hasattr(p, "dataclass_types")), ())
    if found is None:
        return None
    owners = [cls for cls in classes if found.group(1) in _names(cls)]
    theirs = [cls for cls in owners if _owner(cls, found.group(1)).__module__.startswith(OF_LIBRARIES)]
    if not theirs or len(owners) == len(theirs):
        return None
    declared = _owner(theirs[0], found.group(1))
    home = declared.__module__.split(".")[0]
    return {"kind": KIND, "home": home, "owner": declared.__name__, "name": found.group(1)}


def _names(cls: type) -> set[str]:
    return {field.name for field in dataclasses.fields(cls) if field.init}


def _owner(cls: type, name: str) -> type:
    """The class in which a field is declared."""
    return next((kin for kin in cls.__mro__ if name in vars(kin).get("__annotations__", ())), cls)


def said(entry: dict[str, str], release: str | None) -> str:
    return f"{entry['owner']} of {entry['home']} {release} has {entry['name']}, too; give the script's own another name"


def serve(run: Run, entry: dict[str, str]) -> None:
    """What is said once goes to all that have the argument."""

    @run.patches.after(*HOMES)
    def patch(module: Any) -> None:
        run.patches.replace(module.HfArgumentParser, "__init__", _resolving)
        run.patches.replace(module.HfArgumentParser, "parse_known_args", _shared)


def _resolving(real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **{"conflict_handler": "resolve", **options})

    return init


def _shared(real: Any) -> Any:
    def parse_known_args(self: Any, *args: Any, **options: Any) -> Any:
        found, unknown = real(self, *args, **options)
        owners = Counter(name for cls in self.dataclass_types for name in _names(cls))

        class Shared(argparse.Namespace):
            """Each class takes what is its own away; the last one really does."""

            def __delattr__(self, name: str) -> None:
                owners[name] -= 1
                if owners[name] <= 0:
                    super().__delattr__(name)

        return Shared(**vars(found)), unknown

    return parse_known_args
