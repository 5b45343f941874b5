"""Arguments that a script requires and nobody gave: sensible values by name, type and choices, and said.

argparse (and with it HfArgumentParser), click, typer, fire, environment variables. What was given after `--` is kept.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import sys
from typing import Any

from ..context import Run
from . import rows

MODEL = re.compile(r"model|base|checkpoint|ckpt|pretrained|backbone|tokenizer|llm", re.I)
OUT = re.compile(r"out|save|dest|target_dir|log|result|export|merged", re.I)
INPUT = re.compile(r"data|train|valid|eval|test|file|path|csv|json|corpus|input|prompts?$", re.I)
SECRET = re.compile(r"token|key|secret|passw|credential", re.I)
RANKS = {
    "LOCAL_RANK": "0",
    "RANK": "0",
    "WORLD_SIZE": "1",
    "LOCAL_WORLD_SIZE": "1",
    "MASTER_ADDR": "127.0.0.1",
    "MASTER_PORT": "29500",
}
MODEL_NAME = "lora-lint/stand-in-model"


class Filler:
    """Makes up values of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def value(self, name: str, kind: Any = None, choices: Any = None) -> Any:
        """A value for a required argument, as text unless `kind` is bool."""
        if choices:
            return str(next(iter(choices)))
        if kind is bool:
            return True
        if kind is int:
            return "2"
        if kind is float:
            return "0.001"
        words = name.strip("-").replace("-", "_")
        if re.search(r"dataset_name|dataset_id|hub_dataset", words, re.I):
            return "lora-lint/stand-in-data"
        if re.search(r"(^|_)(name|id|tag|project|run)$", words, re.I) and not MODEL.search(words):
            return "stand-in"
        if re.search(r"adapter|lora_(path|dir|weights|model)|peft", words, re.I) and not OUT.search(words):
            return "lora-lint/stand-in-adapter"
        if OUT.search(words):
            return os.path.join("lora-lint-run", re.sub(r"\W", "-", words))
        if MODEL.search(words) and not INPUT.search(words.replace("path", "")):
            return MODEL_NAME
        if INPUT.search(words):
            return self.data(words)
        if re.search(r"lr|rate|alpha|dropout|decay|ratio|weight|threshold|temperature", words, re.I):
            return "0.001"
        if re.search(r"num|steps|epochs?|size|length|rank|seed|count|(^|_)(n|r|k)$", words, re.I):
            return "2"
        return "stand-in"

    def data(self, name: str) -> str:
        """A file with made-up rows in the box, in the form that the name or the script's reading suggests."""
        folder = self.run.box("made-up")
        text = " ".join(self.run.hints.strings)
        suffix = (
            "csv"
            if re.search(r"csv", name, re.I) or ("csv" in text and "json" not in text)
            else "txt"
            if "txt" in name
            else "jsonl"
        )
        if suffix == "jsonl" and "json" not in self.run.hints.strings and self._whole_json():
            suffix = "json"
        path = os.path.join(folder, f"{name}.{suffix}")
        write(path, table(self.run), suffix)
        return path

    def _whole_json(self) -> bool:
        """Does the script read its JSON as one value?"""
        try:
            with open(self.run.spec.script, encoding="utf-8", errors="replace") as file:
                source = file.read()
        except OSError:
            return False
        return "json.load(" in source and "json.loads(" not in source

    def said(self, name: str, value: Any) -> None:
        self.run.neutral(f"argument {name} is required and was not given: {value}")


def table(run: Run, count: int = 64) -> list[dict[str, Any]]:
    """Rows with the columns that the script asks for."""
    hints = run.hints
    columns: dict[str, str | None] = dict.fromkeys([*hints.columns, *run.spec.learned.get("columns", ())])
    if hints.text_field:
        columns.setdefault(hints.text_field, "text")
    if not columns:
        columns = dict(rows.needed(hints.trainers) or {"text": "text"})
    found = []
    for index in range(count):
        row = {n: rows.value(n, index, k, hints.columns.get(n)) for n, k in columns.items()}
        found.append({n: v for n, v in row.items() if type(v).__module__ == "builtins"})
    return found


def write(path: str, found: list[dict[str, Any]], suffix: str) -> None:
    """Writes rows as jsonl, json, csv or text."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        if suffix == "json":
            json.dump(found, file)
        elif suffix == "csv":
            import csv

            writer = csv.DictWriter(file, list(found[0]))
            writer.writeheader()
            writer.writerows(found)
        elif suffix == "txt":
            file.writelines(" ".join(str(v) for v in row.values()) + "\n" for row in found)
        else:
            file.writelines(json.dumps(row) + "\n" for row in found)


# -- patches -----------------------------------------------------------------------------------------------------------


def install(run: Run) -> None:
    """Fills in what is required, wherever the script's arguments are read."""
    filler = Filler(run)
    run.parts["filler"] = filler
    patches = run.patches

    @patches.after("argparse")
    def argparse_(module: Any) -> None:
        patches.replace(module.ArgumentParser, "parse_known_args", lambda real: _parsing(filler, real))

    @patches.after("click.core")
    def click(module: Any) -> None:
        patches.replace(module.Parameter, "full_process_value", lambda real: _clicking(filler, real))
        for name in ("process_value",):
            if "full_process_value" not in vars(module.Parameter):
                patches.replace(module.Parameter, name, lambda real: _clicking(filler, real))

    @patches.after("typer.core")
    def typer(module: Any) -> None:
        for cls in ("TyperOption", "TyperArgument"):
            held = getattr(module, cls, None)
            if held is not None and "process_value" in vars(held):
                patches.replace(held, "process_value", lambda real: _clicking(filler, real))

    @patches.after("fire.core")
    def fire(module: Any) -> None:
        patches.replace(module, "Fire", lambda real: _firing(filler, real))

    @patches.after("os")
    def environment(module: Any) -> None:
        patches.replace(type(module.environ), "__getitem__", lambda real: _variable(run, real))

    if "argparse" not in sys.modules:
        import argparse  # noqa: F401


def _parsing(filler: Filler, real: Any) -> Any:
    def parse_known_args(self: Any, args: Any = None, namespace: Any = None, *more: Any, **options: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        if args is None and not any(a in given for a in ("-h", "--help")):
            given = _completed(filler, self, given)
        return real(self, given, namespace, *more, **options)

    return parse_known_args


def _completed(filler: Filler, parser: Any, given: list[str]) -> list[str]:
    """The command line with the required arguments that it lacks."""
    extra: list[str] = []
    here = {g.split("=")[0] for g in given}
    free = [g for g in given if not g.startswith("-")]
    positional: list[str] = []
    for action in parser._actions:
        counts = action.nargs
        if not action.option_strings:
            needed = counts is None or counts == "+" or isinstance(counts, int)
            if needed and not free and type(action).__name__ != "_SubParsersAction":
                value = filler.value(action.dest, action.type, action.choices)
                positional += [str(value)] * (counts if isinstance(counts, int) else 1)
                filler.said(action.dest, value)
            elif needed and free:
                free = free[1:]
            continue
        if not action.required or here & set(action.option_strings):
            continue
        name = max(action.option_strings, key=len)
        if counts == 0:
            extra.append(name)
            continue
        value = filler.value(name, action.type, action.choices)
        extra += [name, *([str(value)] * (counts if isinstance(counts, int) else 1))]
        filler.said(name, value)
    for group in getattr(parser, "_mutually_exclusive_groups", ()):
        if group.required and not any(here & set(a.option_strings) for a in group._group_actions):
            action = group._group_actions[0]
            name = max(action.option_strings, key=len)
            extra += [name] if action.nargs == 0 else [name, str(filler.value(name, action.type, action.choices))]
    return [*given, *positional, *extra] if positional else [*given, *extra]


def _clicking(filler: Filler, real: Any) -> Any:
    def process(self: Any, context: Any, value: Any) -> Any:
        if self.required and self.value_is_missing(value) and not context.resilient_parsing:
            names = {"integer": int, "float": float, "boolean": bool}
            kind = names.get(getattr(self.type, "name", ""))
            made = filler.value(self.name or "", kind, getattr(self.type, "choices", None))
            value = (made,) if getattr(self, "multiple", False) or self.nargs == -1 else made
            filler.said(self.name, made)
        return real(self, context, value)

    return process


def _firing(filler: Filler, real: Any) -> Any:
    def fire(component: Any = None, command: Any = None, *args: Any, **options: Any) -> Any:
        given = list(sys.argv[1:]) if command is None else command
        if isinstance(given, list) and inspect.isfunction(component):
            named = {g.split("=")[0].lstrip("-").replace("-", "_") for g in given if g.startswith("-")}
            free = sum(1 for g in given if not g.startswith("-")) if not named else 0
            for place, parameter in enumerate(inspect.signature(component).parameters.values()):
                missing = parameter.default is inspect.Parameter.empty and parameter.name not in named and place >= free
                if missing and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
                    kind = parameter.annotation if isinstance(parameter.annotation, type) else None
                    value = filler.value(parameter.name, kind)
                    given.append(f"--{parameter.name}={value}")
                    filler.said(parameter.name, value)
            command = given
        return real(component, command, *args, **options)

    return fire


def _variable(run: Run, real: Any) -> Any:
    """An environment variable that the script cannot do without."""

    def get(self: Any, key: Any) -> Any:
        try:
            return real(self, key)
        except KeyError:
            if not isinstance(key, str) or not run.code.asks():
                raise
        if key in RANKS:
            value = RANKS[key]
        elif SECRET.search(key):
            value = "hf_stand_in"
        else:
            value = str(run.parts["filler"].value(key.lower()))
        run.neutral(f"environment variable {key} is not set: {value}")
        return value

    return get
