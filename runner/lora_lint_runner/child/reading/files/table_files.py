"""Which files a script reads as tables, whatever they are called: `pd.read_csv("captions.txt", sep="|")`."""

from __future__ import annotations

import ast

from .origins import Origins, called

FORMS = {"read_csv": "csv", "read_table": "tsv", "DictReader": "csv"}


def table_files(origins: Origins) -> dict[str, str]:
    """The files by their names or patterns, each with the suffix that one of its form has."""
    found: dict[str, str] = {}
    for call in [n for n in origins.nodes if isinstance(n, ast.Call) and called(n) in FORMS]:
        tabs = any(isinstance(k.value, ast.Constant) and k.value.value == "\t" for k in call.keywords)
        for name in origins.read_by(call):
            found.setdefault(name, "tsv" if tabs else FORMS[called(call)])
    return found
