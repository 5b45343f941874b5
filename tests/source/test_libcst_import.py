"""LibCST that is imported with less work is LibCST."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

DESCRIBE = """
import dataclasses, json
import libcst

def described(cls):
    found = {name: getattr(value, "__qualname__", type(value).__name__) for name, value in vars(cls).items()}
    del found["__dataclass_params__"]
    fields = [(field.name, repr(field.type)) for field in dataclasses.fields(cls)]
    return [found, fields, cls.__match_args__, cls.__slots__, [base.__name__ for base in cls.__mro__]]

classes = [libcst.CSTNode]
for cls in classes:
    classes += [kind for kind in cls.__subclasses__() if kind.__module__.startswith("libcst._nodes")]
nodes = {cls.__qualname__: described(cls) for cls in classes if "__dataclass_params__" in vars(cls)}
try:
    libcst.Name("a").value = "b"
except dataclasses.FrozenInstanceError:
    frozen = True

@dataclasses.dataclass
class Own:
    a: int = 1

print(json.dumps([nodes, frozen, Own() == Own(), repr(Own()), libcst.Name.__dataclass_params__.repr]))
"""


def described(first: str) -> Any:
    ran = subprocess.run([sys.executable, "-c", first + DESCRIBE], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_its_nodes_are_those_of_a_plain_import() -> None:
    *plain, made = described("")
    *quick, made_quickly = described(
        "from lora_lint.source.libcst_import import import_libcst\nimport_libcst(), import_libcst()\n"
    )
    assert quick == plain
    assert len(plain[0]) > 150
    assert (made, made_quickly) == (True, False)  # a `__repr__` that nobody keeps
