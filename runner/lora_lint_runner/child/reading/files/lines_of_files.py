"""How the lines of each text are taken apart, where a script reads several: films, users, and who has seen what."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from .lines import Lines, Reading
from .origins import Origins


def lines_of_files(origins: Origins, trees: Iterable[ast.Module]) -> dict[str, Lines]:
    """By the names of files or patterns of them. A text that is gone through as it is has lines of one part."""
    whole: dict[str, Lines] = {}
    apart: dict[str, Lines] = {}
    for tree in trees:
        reading = Reading(tree)
        for line, lines in reading.splits():
            apart.update(dict.fromkeys(origins.read_at(line), lines))
        for path, lines in reading.by_functions():
            apart.update(dict.fromkeys(origins.names.of(path), lines))
        for line in reading.kept():
            for name in origins.read_at(line):  # it may be asked whether there is anything in it before it is a number
                whole[name] = held if (held := whole.get(name, Lines())).numbers else reading.whole(line)
    return {**whole, **apart}
