"""The options of the command line, as a table; the parser, the completion scripts and the usage page follow it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

from lora_lint.report import FORMATS

SHELLS = ("bash", "zsh", "tcsh")


class UsageError(Exception):
    """A command line that asks for what cannot be done; the message says what to write instead."""


class Option(NamedTuple):
    """One option: its group in the help, its flags, what it does, and what argparse has to know besides."""

    group: str
    flags: tuple[str, ...]
    help: str
    more: dict[str, Any] = {}


ON = {"action": "store_true"}
FILE = {"metavar": "FILE"}
RULES = {"metavar": "RULES", "action": "append"}
PATTERNS = {"metavar": "PATTERNS", "action": "append"}
SETTING = {"metavar": "FILE|SETTING", "action": "append"}

FIXING, RULE, OUTPUT = "fixing", "rules", "output"
KNOWN, FILES, SETTINGS, OTHER = "known findings", "files", "settings", "other ways to run"

OPTIONS = (
    Option(FIXING, ("--fix",), "make the safe fixes", ON),
    Option(FIXING, ("--unsafe-fixes",), "let --fix and --diff also make fixes that change what a script does", ON),
    Option(FIXING, ("--diff",), "show what --fix would change, and change nothing", ON),
    Option(FIXING, ("--exit-non-zero-on-fix",), "exit 1 where --fix changed a file, also when nothing is left", ON),
    Option(RULE, ("--select",), "rules that are on: codes, beginnings of codes, names, ALL; with commas", RULES),
    Option(RULE, ("--ignore",), "rules that are off", RULES),
    Option(RULE, ("--extend-select",), "rules that are on besides the selected ones", RULES),
    Option(RULE, ("--preview",), "turn preview rules on", ON),
    Option(RULE, ("--explain",), "print the page of a rule and exit", {"metavar": "RULE"}),
    Option(RULE, ("--rules",), "list all rules and exit", ON),
    Option(OUTPUT, ("--output-format",), "how findings are printed", {"choices": FORMATS}),
    Option(OUTPUT, ("--output-file", "-o"), "write the findings to a file", FILE),
    Option(OUTPUT, ("--statistics",), "print how many findings each rule has", ON),
    Option(OUTPUT, ("--exit-zero",), "exit 0 also with findings, or where some files cannot be linted", ON),
    Option(OUTPUT, ("--quiet", "-q"), "print findings only: no counts, no notes, no progress", ON),
    Option(KNOWN, ("--add-noqa",), "add a `# noqa` comment for every finding", ON),
    Option(KNOWN, ("--write-baseline",), "write all findings to a file that --baseline reads", FILE),
    Option(KNOWN, ("--baseline",), "leave the findings of a baseline out", FILE),
    Option(FILES, ("--stdin-filename",), "the name of what `-` reads from standard input", FILE),
    Option(FILES, ("--markdown",), "lint the fenced Python blocks of Markdown files, too", ON),
    Option(FILES, ("--exclude",), "patterns to skip besides those of the config; with commas", PATTERNS),
    Option(FILES, ("--force-exclude",), "skip excluded files also where they are named, as pre-commit does", ON),
    Option(FILES, ("--no-respect-gitignore",), "lint what .gitignore files ignore, too", ON),
    Option(FILES, ("--show-files",), "list the files that would be linted and exit", ON),
    Option(SETTINGS, ("--config",), "a config file, or one setting as in 'preview = true'", SETTING),
    Option(SETTINGS, ("--isolated",), "ignore all config files", ON),
    Option(SETTINGS, ("--show-settings",), "print the settings for each path and exit", ON),
    Option(SETTINGS, ("--no-cache",), "neither read nor write .lora-lint_cache", ON),
    Option(OTHER, ("--trace",), "print the life of the models in a script, as JSON", ON),
    Option(OTHER, ("--watch",), "lint again whenever a file changes", ON),
    Option(OTHER, ("--run",), "run a script and its correction; confirm the adapter files", {"metavar": "SCRIPT"}),
    Option(OTHER, ("--inspect",), "say what a directory of saved files holds", {"metavar": "DIR"}),
    Option(OTHER, ("--completion",), "print a completion script for a shell", {"choices": SHELLS}),
)

EPILOG = """exit codes: 0 no findings (hints do not count), 1 findings, 2 a file that could not be linted,
wrong usage or an internal error"""


class Options(SimpleNamespace):
    """The options of one command line, each under the name of its first flag, and the `paths`."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no option {name}")
