"""Functions that a model is to call, and its calls, as data sets write them: glaive-function-calling (its release 2 has
what is told before a chat in a column of its own; the arguments of a call are JSON between single quotes) and
xlam-function-calling-60k (texts of JSON)."""

from __future__ import annotations

import json
from typing import Any

END = " <|endoftext|>\n\n\n"
TOLD = "SYSTEM: You are a helpful assistant with access to the following functions. Use them if required -\n"


def told(index: int) -> str:
    """What is told before a chat: the function."""
    query = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
    tool = {"name": _name(index), "description": "Looks something up.", "parameters": query}
    return TOLD + json.dumps(tool, indent=4) + "\n"


def chat(index: int) -> str:
    """A question, a call, what it came to, and the answer."""
    call = f'{{"name": "{_name(index)}", "arguments": \'{json.dumps(_arguments(index))}\'}}'
    return (
        f"USER: Please look up number {index}.\n\n\nASSISTANT: <functioncall> {call}{END}"
        f'FUNCTION RESPONSE: {{"found": "entry {index}"}}\n\n\nASSISTANT: It is entry {index}.{END}'
    )


def calls(index: int) -> str:
    """The calls that answer a question."""
    return json.dumps([{"name": _name(index), "arguments": _arguments(index)}])


def tools(index: int) -> str:
    """The functions that may be called."""
    query = {"description": "What to look up.", "type": "str", "default": ""}
    return json.dumps([{"name": _name(index), "description": "Looks something up.", "parameters": {"query": query}}])


def _name(index: int) -> str:
    return f"look_up_{index}"


def _arguments(index: int) -> dict[str, Any]:
    return {"query": f"number {index}"}
