"""What the cells of a notebook install: it runs with that, whatever the project asks for."""

from __future__ import annotations

import re

from lora_lint.source.magics import commands
from lora_lint.source.requirements import Requirement, requirement_of

INSTALLS = r"[!%]?[ \t]*(?:\S+[ \t]+-m[ \t]+|uv[ \t]+)?pip3?[ \t]+install[ \t](?P<what>.*)"
VALUED = frozenset(  # options whose value follows
    "-r -c -e -f -i -t --requirement --constraint --editable --find-links --index-url --extra-index-url --target "
    "--python --platform --python-version --only-binary".split()
)


def installed(text: str) -> list[Requirement]:
    """What the cells of a notebook install: `!pip install "trl<0.9" peft==0.10.0`."""
    found = []
    for row, command in commands(text):
        match = re.match(INSTALLS, command)
        for word in _words(match["what"]) if match is not None else ():
            requirement = requirement_of(word)
            if requirement is not None:
                found.append(requirement._replace(row=row))
    return found


def _words(line: str) -> list[str]:
    """The requirements of a command, without its options and their values."""
    import shlex

    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return []
    behind = [None, *words]
    return [word for word, before in zip(words, behind) if not word.startswith("-") and before not in VALUED]
