"""The words of a command line as fire reads them: each as Python, else as text."""

from __future__ import annotations

import ast
import re
from typing import Any


def parsed(words: list[str]) -> tuple[list[Any], dict[str, Any]]:
    """Those that have no name, and those that have one."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if not word.startswith("-"):
            positional.append(_value(word))
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if not equals and waiting and not waiting[0].startswith("--"):
            value, equals = waiting.pop(0), "="
        if not equals and name.startswith("no") and len(name) > 2:
            named[name[2:].replace("-", "_")] = False
        else:
            named[name.replace("-", "_")] = _value(value) if equals else True
    return positional, named


def _value(text: str) -> Any:
    """A word as Python reads it, else as text."""
    try:
        return ast.literal_eval(_quoted(text))
    except (ValueError, SyntaxError):
        return text


def _quoted(text: str) -> str:
    """`[q_proj,v_proj]` as `['q_proj','v_proj']`."""
    if not text.startswith(("[", "(", "{")):
        return text
    return re.sub(r"(?<=[\[({,:])\s*([A-Za-z_][\w./-]*)\s*(?=[\])},:])", _word, text)


def _word(found: re.Match[str]) -> str:
    word = found.group(1)
    return word if word in ("True", "False", "None") else repr(word)
