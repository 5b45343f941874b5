"""A JSON file that others wrote: the object in it, or what is there instead."""

from __future__ import annotations

import json
from typing import Any


class NoObject(ValueError):
    """There is no JSON object in a file; the text says what there is."""


def read_object(path: str) -> dict[str, Any]:
    """The object in a JSON file. Raises NoObject, also where the file cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return an_object(file.read())
    except OSError as error:
        raise NoObject(f"can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise NoObject("is no JSON: it is not encoded as UTF-8") from None


def an_object(text: str | bytes) -> dict[str, Any]:
    """The object in a JSON text. Raises NoObject."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise NoObject(f"is no JSON: {error}") from None
    except RecursionError:
        raise NoObject("is no JSON of use: it is nested too deeply") from None
    if not isinstance(found, dict):
        raise NoObject(f"holds no object, but a {type(found).__name__}")
    if not found:
        raise NoObject("is empty")
    return found
