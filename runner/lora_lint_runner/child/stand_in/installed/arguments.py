"""Arguments that are required and were not given, of parsers that hold types rather than words: absl's flags, tyro."""

from __future__ import annotations

import sys
from typing import Any

from ...context import Run
from ..libraries.typed import lacking

KINDS = {"int": int, "float": float, "bool": bool}


def install(run: Run) -> None:
    """From now on nothing that is required is missing there either."""
    required: set[str] = set()

    @run.patches.after("absl.flags._validators")
    def absl_required(module: Any) -> None:
        run.patches.replace(module, "mark_flag_as_required", lambda real: _requiring(required, real))

    @run.patches.after("absl.flags._flagvalues")
    def absl_read(module: Any) -> None:
        run.patches.replace(module.FlagValues, "__call__", lambda real: _reading(run, required, real))

    @run.patches.after("tyro._cli")
    def tyro(module: Any) -> None:
        run.patches.replace(module, "cli", lambda real: _tyro(run, real))


def _requiring(required: set[str], real: Any) -> Any:
    def mark_flag_as_required(flag_name: Any, *more: Any, **options: Any) -> Any:
        required.add(getattr(flag_name, "name", flag_name))
        return real(flag_name, *more, **options)

    return mark_flag_as_required


def _reading(run: Run, required: set[str], real: Any) -> Any:
    """absl's own reading of a command line, with a word more for each flag that has no value and needs one."""

    def read(self: Any, argv: Any, *more: Any, **options: Any) -> Any:
        filler = run.filler
        assert filler is not None
        given = {word.lstrip("-").partition("=")[0] for word in argv[1:] if word.startswith("-")}
        words = []
        for name in self:
            flag = self[name]
            if flag.value is not None or name in given or not (name in required or filler.wants(name)):
                continue
            kind = KINDS.get(flag.flag_type())
            made = filler.value(name, kind, getattr(flag.parser, "enum_values", None))
            if made is not None:
                filler.said(f"--{name}", made)
                words.append(f"--{name}={made}")
        rest = real(self, [argv[0], *words, *argv[1:]], *more, **options)
        filler.options.update({name: self[name].value for name in self})
        return rest

    return read


def _tyro(run: Run, real: Any) -> Any:
    def cli(f: Any, *, args: Any = None, default: Any = None, **options: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        if not {"-h", "--help"} & set(given):
            given += [word for path, made in lacking(run, f, given, default) for word in (f"--{path}", made)]
        return real(f, args=given, **({} if default is None else {"default": default}), **options)

    return cli
