"""The house keeps its shape: who may import whom, and where the facts on libraries are."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import lora_lint
from lora_lint.knowledge.lookup import TABLES, canonical

ROOT = Path(__file__).resolve().parents[1]
LINTER, SERVER, RUNNER = ROOT / "rules/lora_lint", ROOT / "lsp/lora_lint_lsp", ROOT / "runner/lora_lint_runner"
CHILD = RUNNER / "child"
CONTRACTS = re.findall(r'^id = "(\w+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)

FLOW = sorted((LINTER / "flow").rglob("*.py"))
OUTSIDE = sorted((*SERVER.rglob("*.py"), *(p for p in RUNNER.rglob("*.py") if CHILD not in p.parents)))


def names_of(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_contracts_of_pyproject_hold(contract: str) -> None:
    config = str(ROOT / "pyproject.toml")
    assert lint_imports(config_filename=config, limit_to_contracts=(contract,), cache_dir=None, no_cache=True) == 0


def test_there_are_contracts() -> None:
    assert {"floors", "rules", "libraries", "doors", "apart", "alone", "circles"} <= set(CONTRACTS)


@pytest.mark.parametrize("room", sorted(p.name for p in LINTER.iterdir() if (p / "__init__.py").exists()))
def test_the_architecture_page_shows_every_room(room: str) -> None:
    assert f"`rules/lora_lint/{room}/`" in (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


# -- rooms import what the page says -----------------------------------------------------------------------------------

ROW = re.compile(r"^\| `rules/lora_lint/(\w+)/` \| .* \| ([^|]*) \|$", re.MULTILINE)
SAID = dict(ROW.findall((ROOT / "docs/architecture.md").read_text(encoding="utf-8")))
EXACT = [room for room, said in SAID.items() if "all of the above" not in said and "public API" not in said]
AT_THE_DOOR = {path.stem for path in LINTER.iterdir()}
TABLES_AND_KIN = {path.stem for path in (LINTER / "knowledge").glob("*.py")}


def imported_by(room: str) -> Iterator[list[str]]:
    """What the modules of a room import of lora_lint, lazily or for type checkers as well: the names on the way."""
    for path in (LINTER / room).rglob("*.py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("lora_lint"):
                yield from ([*str(node.module).split("."), alias.name][1:] for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from (alias.name.split(".")[1:] for alias in node.names if alias.name.startswith("lora_lint."))


@pytest.mark.parametrize("room", EXACT)
def test_a_room_imports_what_the_page_says(room: str) -> None:
    said, imports = set(re.findall(r"`(\w+)`", SAID[room])), list(imported_by(room))
    assert {names[0] for names in imports} - {room} == said & AT_THE_DOOR
    if said & TABLES_AND_KIN:
        assert {names[1] for names in imports if names[0] == "knowledge"} == said & TABLES_AND_KIN


# -- the server and the runner use what `import lora_lint` gives -------------------------------------------------------


def inside_names(tree: ast.Module) -> Iterator[str]:
    """What a module takes from lora_lint that is no name of its public API."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("lora_lint."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "lora_lint":
            if node.module != "lora_lint":
                yield str(node.module)
            yield from (alias.name for alias in node.names if alias.name not in lora_lint.__all__)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "lora_lint":
            if node.attr not in lora_lint.__all__:
                yield f"lora_lint.{node.attr}"


@pytest.mark.parametrize("path", names_of(OUTSIDE))
def test_only_public_names_are_used(path: str) -> None:
    assert list(inside_names(tree_of(ROOT / path))) == []


def test_every_public_name_is_there() -> None:
    assert [name for name in lora_lint.__all__ if not hasattr(lora_lint, name)] == []


def test_type_checkers_read_the_same_public_names() -> None:
    imports = [node for node in ast.walk(tree_of(Path(lora_lint.__file__))) if isinstance(node, ast.ImportFrom)]
    assert {alias.asname for node in imports for alias in node.names if alias.asname} == set(lora_lint.__all__)


# -- the child of the runner lives in the user's interpreter -----------------------------------------------------------


def loaded_at_once(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run when a module is loaded: not those of functions, nor those that only type checkers see."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, ast.If):
            if "TYPE_CHECKING" not in ast.dump(node.test):
                yield from loaded_at_once([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            handlers = [statement for handler in node.handlers for statement in handler.body]
            yield from loaded_at_once([*node.body, *handlers, *node.orelse, *node.finalbody])
        elif isinstance(node, (ast.With, ast.ClassDef)):
            yield from loaded_at_once(node.body)


def leaves(node: ast.Import | ast.ImportFrom, path: Path) -> list[str]:
    """What an import loads that is neither of the standard library nor of the child."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name.partition(".")[0] not in sys.stdlib_module_names]
    if node.level:
        inside = path.parents[node.level - 1]
        return [] if inside == CHILD or CHILD in inside.parents else [f"{'.' * node.level}{node.module or ''}"]
    return [] if str(node.module).partition(".")[0] in sys.stdlib_module_names else [str(node.module)]


@pytest.mark.parametrize("path", names_of(sorted(CHILD.rglob("*.py"))))
def test_the_child_loads_the_standard_library_only(path: str) -> None:
    imports = loaded_at_once(tree_of(ROOT / path).body)
    assert [name for node in imports for name in leaves(node, ROOT / path)] == []


@pytest.mark.parametrize("path", names_of(sorted(CHILD.rglob("*.py"))))
def test_the_child_never_imports_ours(path: str) -> None:
    for node in ast.walk(tree_of(ROOT / path)):
        if isinstance(node, ast.Import):
            assert not [alias.name for alias in node.names if alias.name.startswith("lora_lint")]
        elif isinstance(node, ast.ImportFrom):
            assert node.level or not str(node.module).startswith("lora_lint")


# -- rules -------------------------------------------------------------------------------------------------------------

RULES = sorted(
    path for path in (ROOT / "rules" / "lora_lint" / "rules").glob("*.py") if path.with_suffix(".md").exists()
)


@pytest.mark.parametrize("path", names_of(RULES))
def test_a_rule_knows_no_other_rule(path: str) -> None:
    """What two rules ask stands in `questions`, how they say it in `wording`, the rest in modules that are no rules."""
    others = {f"lora_lint.rules.{rule.stem}" for rule in RULES}
    imports = (node for node in ast.walk(tree_of(ROOT / path)) if isinstance(node, ast.ImportFrom))
    assert [node.module for node in imports if node.module in others] == []


# -- facts on libraries are in the tables ------------------------------------------------------------------------------

LIBRARIES = sorted(TABLES.keys() - {"builtins"})
LISTED = {
    spelled
    for root, table in TABLES.items()
    if root != "builtins"
    for group in (table.functions, table.methods, table.attributes, table.bases)
    for name in group
    for spelled in (f"{root}.{name}", canonical(f"{root}.{name}"))
}


def texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The string constants of a module, pieces of f-strings among them, but no docstrings."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {id(n.body[0].value) for n in ast.walk(tree) if isinstance(n, holders) and isinstance(n.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def names_a_library(text: str) -> bool:
    return text in LISTED or text.startswith(tuple(f"{library}." for library in LIBRARIES))


@pytest.mark.parametrize("path", names_of(FLOW))
def test_the_interpreter_names_no_library(path: str) -> None:
    found = [f"{path}:{c.lineno}: {c.value!r}" for c in texts(tree_of(ROOT / path)) if names_a_library(str(c.value))]
    assert found == []


def test_a_library_is_recognised_by_name() -> None:
    assert names_a_library("peft.PeftModel")
    assert names_a_library("transformers.models.llama.LlamaForCausalLM")
    assert not names_a_library("peft")  # also the word for a kind of model


def python_files(folder: Path) -> Iterator[Path]:
    """Those of a folder, without what is installed below it in folders with a dot."""
    for place in sorted(folder.iterdir()):
        if place.is_dir() and not place.name.startswith("."):
            yield from python_files(place)
        elif place.suffix == ".py":
            yield place


def test_nothing_is_taken_from_a_module_of_tests() -> None:
    """What several share stands in a module of its own."""
    taken = [
        (str(path.relative_to(ROOT)), node.module)
        for path in python_files(ROOT / "tests")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2].startswith("test_")
    ]
    assert taken == []
