"""The builtins of Python."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row, rows

BUILTINS = Table(
    functions={
        "isinstance": row("isinstance", "object classinfo"),
        "issubclass": row("issubclass", "cls classinfo"),
        "hasattr": row("hasattr", "object name"),
        "getattr": row("getattr", "object name default"),
        **rows("setattr", "setattr object.__setattr__", "object name value"),
        "object.__getattribute__": row("getattr", "object name"),
        "callable": row("callable", "object"),
        "type": row("type", "object"),
        "super": row("super", "type object"),
        "len": row("len", "object"),
        "range": row("range", "start stop step", gates=True),
        "enumerate": row("enumerate", "iterable start"),
        "zip": row("zip"),
        "map": row("map", "function"),
        "globals": row("globals"),
        "filter": row("filter", "function iterable"),
        "next": row("next", "iterator default"),
        "any": row("any", "iterable", uses_up=True),
        "all": row("all", "iterable", uses_up=True),
        "vars": row("vars", "obj"),
        "locals": row("locals"),
        "exec": row("run_text", "source", acts=True),
        "eval": row("run_text", "source"),
        "str": row("str", "object"),
        "repr": row("shown", "object"),
        "int": row("number", "object"),
        "float": row("number", "object"),
        "bool": row("bool", "object"),
        "dict": row("dict", uses_up=True),
        "dict.fromkeys": row("from_keys", "iterable value"),
        "open": row("open", "file mode"),
        **rows("list", "list tuple set frozenset sorted reversed iter", "iterable"),
        **rows("quiet", "display id hash dir help format abs round divmod pow input hex oct bin chr ord"),
        "sum": row("quiet", uses_up=True),
        "print": row("print"),
        **rows("extreme", "min max", uses_up=True),
        **rows("exit", "exit quit"),
        "staticmethod": row("identity", "value"),
        "classmethod": row("identity", "value"),
        "__import__": row("import_module", "name", top=True),
    }
)
