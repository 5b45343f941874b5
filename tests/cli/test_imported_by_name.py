"""Modules that a script imports by a name that it makes: the scripts that lead through them are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, Said

MODEL, _, SAVING = BAD.rpartition("model = model.merge_and_unload()")

MERGING = f"def finish(model):\n    model = model.merge_and_unload(){SAVING.replace(chr(10), chr(10) + '    ')}\n"
LISTED = """\
from importlib import import_module

for name in ("finishing", "nothing"):
    import_module(f"{__name__}.{name}")
"""
IN_A_TABLE = """\
import importlib

WHERE = {"finish": ".finishing"}


def __getattr__(name):
    if name in WHERE:
        return getattr(importlib.import_module(WHERE[name], __name__), name)
    raise AttributeError(name)
"""


@pytest.mark.parametrize(
    ("package", "called"), [(LISTED, "kit.finishing.finish(model)"), (IN_A_TABLE, "kit.finish(model)")]
)
def test_a_name_that_a_package_makes(folder: Path, lint: Callable[..., Said], package: str, called: str) -> None:
    kit = folder / "kit"
    kit.mkdir()
    (kit / "__init__.py").write_text(package)
    (kit / "finishing.py").write_text(MERGING)
    (kit / "nothing.py").write_text("")
    (folder / "train.py").write_text(f"import kit\n{MODEL}{called}\n")
    found = lint("--output-format", "concise")
    assert (found.code, found.out.split(": ")[0], "LL101" in found.out) == (1, "kit/finishing.py:3:5", True)


ON_DEMAND = """\
import importlib

WHERE = {"finish": "finish"}


def __getattr__(name):
    if name in WHERE:
        found = getattr(importlib.import_module(f".{WHERE[name]}", __name__), name)
        globals()[name] = found
        return found
    raise AttributeError(name)
"""


def test_a_function_that_a_package_gives_on_demand_comes_before_the_module_of_its_name(
    folder: Path, lint: Callable[..., Said]
) -> None:
    kit = folder / "kit"
    kit.mkdir()
    (kit / "__init__.py").write_text(ON_DEMAND)
    (kit / "finish.py").write_text(MERGING)
    (kit / "names.py").write_text('OUT = "out"\n')
    (folder / "train.py").write_text(f"from kit import finish, names\n{MODEL}print(names.OUT)\nfinish(model)\n")
    found = lint("--output-format", "concise")
    assert (found.code, found.out.split(": ")[0], "LL101" in found.out) == (1, "kit/finish.py:3:5", True)


def test_a_function_that_its_own_package_shows(folder: Path, lint: Callable[..., Said]) -> None:
    kit = folder / "kit"
    kit.mkdir()
    (kit / "__init__.py").write_text("from .finishing import finish\n")
    (kit / "finishing.py").write_text(MERGING)
    (kit / "__main__.py").write_text(f"from . import finish\n{MODEL}finish(model)\n")
    found = lint("--output-format", "concise")
    assert (found.code, found.out.split(": ")[0], "LL101" in found.out) == (1, "kit/finishing.py:3:5", True)
