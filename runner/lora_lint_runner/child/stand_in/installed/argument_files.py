"""Files of arguments that transformers' HfArgumentParser reads. In the place of one that was made up: one of the
project's own that fits its dataclasses, else what these require, of the types that they say. What they leave at its
default, and the script turns out to need, is given as an argument of a command line would be."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

from ...context import Run
from ..libraries.typed import required
from ..made_up.files import forms, settings

READERS = ("parse_json_file", "parse_yaml_file")


def install(run: Run) -> None:
    """From now on none of them is read as a file of rows."""

    @run.patches.after("transformers.hf_argparser")
    def patch(module: Any) -> None:
        for name in READERS:
            run.patches.replace(module.HfArgumentParser, name, lambda real: _reading(run, real))
        run.patches.replace(module.HfArgumentParser, "parse_dict", lambda real: _filling(run, real))


def _reading(run: Run, real: Any) -> Any:
    def parse(self: Any, file: Any = None, *args: Any, **options: Any) -> Any:
        place = file if file is not None else options.pop("json_file", options.pop("yaml_file", ""))
        if not isinstance(place, (str, os.PathLike)) or not forms.is_made_up(place):
            return real(self, place, *args, **options)
        fields = frozenset(f.name for kind in self.dataclass_types for f in dataclasses.fields(kind) if f.init)
        found = settings.own(run, os.path.splitext(place)[1], fields)
        if found is not None:
            run.neutral(f"arguments in {os.path.basename(place)}: {os.path.relpath(found, run.spec.work)} in its place")
            return real(self, found, *args, **options)
        return self.parse_dict({k: v for kind in self.dataclass_types for k, v in required(run, kind).items()})

    return parse


def _filling(run: Run, real: Any) -> Any:
    def parse_dict(self: Any, args: Any, *more: Any, **options: Any) -> Any:
        filler = run.filler
        if filler is None or run.spec.argv is not None:
            return real(self, args, *more, **options)
        fields = {f.name: f.default for kind in self.dataclass_types for f in dataclasses.fields(kind) if f.init}
        known, made = run.spec.learned.get("values", {}), dict[str, Any]()
        for name, default in fields.items():
            held = args.get(name, default)
            if filler.wants(name) and (held is False or held in (None, "") or name in known):
                made[name] = filler.value(name, bool if held is False else None)
                filler.said(name, made[name])
        found = real(self, {**args, **made}, *more, **options)
        for each in found:
            filler.options.update(vars(each))
        return found

    return parse_dict
