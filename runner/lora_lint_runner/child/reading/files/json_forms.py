"""How each file of JSON is read: as one value, or line by line."""

from __future__ import annotations

import ast

from .origins import Origins, called

HOLDERS = ("json", "ujson", "orjson", "simplejson")


def json_forms(origins: Origins) -> dict[str, bool]:
    """The files by their names or patterns, and whether they are read as one value. One that may be read either way is
    read line by line, unless it is called otherwise."""
    found: dict[str, set[bool]] = {}
    for call in [n for n in origins.nodes if isinstance(n, ast.Call)]:
        whole = _whole(origins, call)
        for name in origins.read_by(call) if whole is not None else ():
            found.setdefault(name, set()).add(bool(whole))
    return {name: all(ways) or (any(ways) and name.endswith(".json")) for name, ways in found.items()}


def _whole(origins: Origins, call: ast.Call) -> bool | None:
    """Does a call parse a whole file, or a line of it? None where it parses something else."""
    name = called(call)
    if name == "read_json":
        return not any(k.arg == "lines" and getattr(k.value, "value", False) for k in call.keywords)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if getattr(owner, "id", "") not in HOLDERS or name not in ("load", "loads") or not call.args:
        return None
    if name == "load":
        return True
    text: ast.AST = call.args[0]
    while isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute) and called(text) in ("strip", "decode"):
        text = text.func.value
    if isinstance(text, ast.Call):
        return True if called(text) in ("read", "read_text", "open", "read_bytes") else None
    return False if isinstance(text, ast.Name) and origins.is_line(text) else None
