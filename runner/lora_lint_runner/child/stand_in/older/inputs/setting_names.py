"""Settings of a file, or of a dict, under the names of older releases, which HfArgumentParser of transformers refuses:
at the end, when the classes of arguments may have refused the others for want of these (read in 5.23)."""

from __future__ import annotations

import dataclasses
import traceback
from typing import Any

from ....context import Run
from ..arguments import NEW_NAMES
from ..known import RELEASES, certain

KIND = "keys"
HOME = "transformers.hf_argparser"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """The settings that no class of arguments takes any more, where all that none takes are such."""
    held = [
        frame.f_locals for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name == "parse_dict"
    ]
    reads = next(
        (h for h in held if hasattr(h.get("self"), "dataclass_types") and isinstance(h.get("args"), dict)), None
    )
    names = sorted(map(str, reads["args"].keys() - _fields(reads["self"]))) if reads is not None else []
    entry = {"kind": KIND, "home": HOME, "name": " ".join(names)}
    return entry if certain(entry) else None


def _fields(parser: Any) -> set[str]:
    return {field.name for kind in parser.dataclass_types for field in dataclasses.fields(kind) if field.init}


def said(entry: dict[str, str], release: str | None) -> str:
    names = [(name, RELEASES["arguments"].get(name)) for name in entry["name"].split()]
    told = ", ".join(f"{name} (now {now})" if now else name for name, now in names)
    return f"the arguments of transformers {release} and its kin have no {told}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """They are taken under the names that they have now, or left out."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.HfArgumentParser, "parse_dict", _renaming)


def _renaming(real: Any) -> Any:
    def parse_dict(self: Any, args: dict[str, Any], *more: Any, **options: Any) -> Any:
        known = _fields(self)
        now = {NEW_NAMES[name]: value for name, value in args.items() if name in NEW_NAMES and name not in known}
        taken = {name: value for name, value in {**now, **args}.items() if name in known}
        return real(self, taken, *more, **options)

    return parse_dict
