"""What the command line tells without linting: rules, their pages, settings, files, completion."""

from __future__ import annotations

import os
import sys
from typing import Any

import lora_lint
from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.parser import parser
from lora_lint.cli.settings import configs_for, run_config, shown


def run(options: Options) -> int:
    """Prints what was asked for. Raises UsageError and ConfigError."""
    if options.rules:
        sys.stdout.write(_rules(as_json=options.output_format == "json"))
    elif options.explain:
        sys.stdout.write(_page(options.explain, as_json=options.output_format == "json"))
    elif options.completion:
        sys.stdout.write(_completion(options.completion))
    elif options.show_settings:
        sys.stdout.write(_settings(options))
    else:
        return _files(options)
    return 0


def _rules(*, as_json: bool) -> str:
    rules = lora_lint.rules()
    if as_json:
        import json

        return json.dumps([rule._asdict() for rule in rules], indent=2) + "\n"
    widest = max(len(rule.name) for rule in rules)
    lines = [
        f"{rule.code}  {'[*]' if rule.fixable else '   '}  {rule.name:<{widest}}  {rule.summary}"
        f"{' (preview)' if rule.preview else ''}\n"
        for rule in rules
    ]
    return "".join([*lines, "\n[*]: has a fix\n"])


def _page(rule: str, *, as_json: bool) -> str:
    try:
        page = lora_lint.explain(rule)
    except KeyError:
        names = [name for info in lora_lint.rules() for name in (info.code, info.name)]
        hint = lora_lint.nearest(rule, names) or "; lora-lint --rules lists them"
        raise UsageError(f"there is no rule `{rule}`{hint}") from None
    if as_json:
        import json

        info = next(i for i in lora_lint.rules() if rule.strip().upper() == i.code or rule.strip().lower() == i.name)
        return json.dumps({**info._asdict(), "explanation": page}, indent=2) + "\n"
    return page if page.endswith("\n") else f"{page}\n"


def _settings(options: Options) -> str:
    """The settings for each path, under its name where there are several."""
    configs = configs_for(options)
    told = []
    for named in options.paths or ["."]:
        path = os.path.abspath(named)
        if not os.path.lexists(path):
            raise UsageError(f"{named}: no such file or folder")
        told.append(shown(configs.of_folder(path) if os.path.isdir(path) else configs.of_file(path)))
    if len(told) == 1:
        return told[0]
    return "\n".join(f"# {named}\n{text}" for named, text in zip(options.paths, told))


def _completion(shell: str) -> str:
    try:
        import shtab
    except ModuleNotFoundError:
        raise UsageError("--completion needs the package shtab: pip install 'lora-lint[completion]'") from None
    made = parser()
    for action in made._actions:
        completed: Any = action  # shtab looks for an attribute that argparse knows nothing of
        if action.dest in ("paths", "config", "baseline", "write_baseline", "output_file", "stdin_filename", "run"):
            completed.complete = shtab.FILE
        elif action.dest == "inspect":
            completed.complete = shtab.DIRECTORY
    return str(shtab.complete(made, shell)) + "\n"


def _files(options: Options) -> int:
    configs = configs_for(options)
    run_config(options, configs)
    found = lora_lint.discover(options.paths or ["."], configs, force=options.force_exclude)
    for path in sorted(found.files):
        print(path)
    for missed in found.missed:
        print(f"lora-lint: {missed.path}: {missed.message}", file=sys.stderr)
    return 2 if found.missed else 0
