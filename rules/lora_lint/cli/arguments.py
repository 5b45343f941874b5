"""A command line, read: without argparse where paths and switches are all there is."""

from __future__ import annotations

from collections.abc import Sequence

from lora_lint.cli.options import ON, OPTIONS, Option, Options


def parse(argv: Sequence[str]) -> Options:
    """The options of a command line. Raises UsageError; --help and --version end the program."""
    end = argv.index("--") if "--" in argv else len(argv)
    own, paths = argv[:end], argv[end + 1 :]  # behind `--` there are paths only, whatever they begin with
    found = _plain(own)
    if found is None:
        from lora_lint.cli.parser import parser

        found = parser().parse_intermixed_args(own, namespace=Options())
    found.paths = [*found.paths, *paths]
    return found


def _plain(argv: Sequence[str]) -> Options | None:
    """A command line of paths and switches, read without argparse, which takes longer to import than all else here."""
    switches = {flag: option for option in OPTIONS if option.more is ON for flag in option.flags}
    options = Options(paths=[], **{_name(option): False if option.more is ON else None for option in OPTIONS})
    for argument in argv:
        if argument == "-" or not argument.startswith("-"):
            options.paths.append(argument)
        elif argument in switches:
            setattr(options, _name(switches[argument]), True)
        else:
            return None
    return options


def _name(option: Option) -> str:
    return option.flags[0].lstrip("-").replace("-", "_")
