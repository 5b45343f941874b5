"""What a project asks of its libraries: requirements in pyproject.toml, requirements*.txt, setup.cfg and the like."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from lora_lint.source.regular import read_regular

if TYPE_CHECKING:
    from packaging.requirements import Requirement as Parsed


class Requirement(NamedTuple):
    """One library and the releases of it that are asked for, as a PEP 440 specifier; `row` is where it is written.

    `commit`: a commit (or branch, or tag) of its repository is asked for, which may lie between any two releases.
    """

    library: str
    specifier: str
    row: int
    commit: bool = False


def files_in(folder: str) -> list[str]:
    """The files of a folder that ask for releases: lock files, the project's own, lists, and what these include."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    first = [name for name in ORDER if name in names]
    rest = [name for name in names if "requirements" in name and re.fullmatch(PIP_FILE, name) and name not in first]
    found = [os.path.join(folder, name) for name in (*first, *rest)]
    if LISTS in names:
        inside = os.path.join(folder, LISTS)
        listed = sorted(os.listdir(inside)) if os.path.isdir(inside) else []
        found += [os.path.join(inside, name) for name in listed if name.endswith(PIP_ENDINGS)]
    for path in found:  # which grows while it is gone through
        if path.endswith(PIP_ENDINGS) and len(found) < MOST_FILES:
            found += [other for other in _included(path) if other not in found]
    return found


def _included(filename: str) -> list[str]:
    """The files that a list of requirements includes: `-r base.txt`, `--constraint=constraints.txt`."""
    try:
        text = read_regular(filename).decode("utf-8", "replace")
    except OSError:
        return []
    folder = os.path.dirname(filename)
    found = [match["path"] for line in text.splitlines() if (match := re.fullmatch(INCLUDE, line.strip()))]
    return [os.path.normpath(os.path.join(folder, path)) for path in found if not os.path.isabs(path)]


def is_lock(filename: str) -> bool:
    """Does a file say what is installed, whatever others ask for?"""
    return os.path.basename(filename) in LOCKS


def inline(text: str) -> list[Requirement]:
    """What a script itself asks for, in the comment block of PEP 723."""
    block = re.search(INLINE, text, re.MULTILINE) if "# /// script" in text else None
    if block is None:
        return []
    plain = "\n".join(line[2:] for line in block["table"].splitlines())
    try:
        lines = _toml(plain).get("dependencies", [])
    except ValueError:
        return []
    return list(_requirements(text, [line for line in lines if isinstance(line, str)]))


def requirements_in(filename: str, text: str) -> list[Requirement]:
    """The requirements in the text of such a file. What cannot be read as one is left out."""
    read = READERS.get(os.path.basename(filename), _pip_lines)
    try:
        spelled = list(read(text))
    except (ValueError, TypeError, AttributeError, SyntaxError, RecursionError):
        return []
    return list(_requirements(text, spelled))


def _requirements(text: str, lines: Iterable[str]) -> Iterator[Requirement]:
    for line in lines:
        requirement = requirement_of(line)
        if requirement is not None:
            yield requirement._replace(row=_row_of(text, requirement))


# what pip installs from a repository at a commit, a branch or a tag: `peft @ git+https://.../peft.git@382b178`, also
# without the name
COMMIT = r"(?:[\w.-]+\s*@\s*)?git\+\S+?/(?P<library>[\w.-]+?)(?:\.git)?@(?P<commit>[\w./-]+)(?:#\S*)?"


def requirement_of(line: str) -> Requirement | None:
    """A requirement as pip takes it, None for what is none, or another machine's."""
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed
    from packaging.utils import canonicalize_name

    commit = re.fullmatch(COMMIT, line)
    if commit is not None:
        return Requirement(canonicalize_name(commit["library"]), "", 0, commit=True)
    try:
        parsed = Parsed(line)
    except InvalidRequirement:
        return None
    if parsed.url is not None or not _holds(parsed):  # a checkout, or a requirement that is another machine's
        return None
    plain = line.partition(";")[0]
    asked = re.sub(r"^[\w.-]+\s*(\[[^\]]*\])?\s*", "", plain) if parsed.specifier else ""
    return Requirement(canonicalize_name(parsed.name), asked.strip("() "), 0)


def _holds(parsed: Parsed) -> bool:
    """Does an environment marker hold here? One that names an extra, or cannot be told, counts as one that does."""
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName

    if parsed.marker is None or "extra" in str(parsed.marker):
        return True
    try:
        return parsed.marker.evaluate()
    except (UndefinedComparison, UndefinedEnvironmentName):
        return True


def _row_of(text: str, asked: Requirement) -> int:
    """The line that names a library, with its release if one does; 1 where none does."""
    name = re.compile(rf"(?<![\w.-]){re.escape(asked.library).replace('-', '[-_.]')}(?![\w.-])", re.IGNORECASE)
    rows = [(i, row) for i, row in enumerate(text.splitlines(), 1) if name.search(row.lstrip("# ").partition("#")[0])]
    release = re.search(r"\d[\w.]*", asked.specifier)
    exact = [i for i, row in rows if release is not None and release[0] in row]
    return next(iter(exact or [i for i, _ in rows]), 1)


# -- one reader a format, each gives PEP 508 lines ---------------------------------------------------------------------


def _pip_lines(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        plain = re.split(r"(^|\s)#", line)[0].strip()
        if plain and not plain.startswith("-"):
            yield re.split(r"\s--", plain)[0].strip()


def _toml(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):  # imported where it is needed: most projects pin nothing
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


def _pyproject(text: str) -> Iterator[str]:
    if "dependenc" not in text:  # it sets tools only
        return
    table = _toml(text)
    project = table.get("project", {})
    yield from _of_tools({name: tool for name, tool in table.get("tool", {}).items() if name != "poetry"})
    yield from project.get("dependencies", [])
    for group in (project.get("optional-dependencies", {}), table.get("dependency-groups", {})):
        for lines in group.values():
            yield from (line for line in lines if isinstance(line, str))
    poetry = table.get("tool", {}).get("poetry", {})
    groups = [poetry, *poetry.get("group", {}).values()]
    groups.append({"dependencies": poetry.get("dev-dependencies", {})})
    for group in groups:
        yield from _by_name(group.get("dependencies", {}))


def _of_tools(tools: Any) -> Iterator[str]:
    """What other tools keep beside the project's own: `[tool.hatch.envs.default] dependencies`, `dev-dependencies`."""
    if not isinstance(tools, dict):
        return
    for name, value in tools.items():
        if name.endswith("dependencies"):
            groups = value.values() if isinstance(value, dict) else [value]
            yield from (line for group in groups if isinstance(group, list) for line in group if isinstance(line, str))
        else:
            yield from _of_tools(value)


def _by_name(asked: dict[str, Any]) -> Iterator[str]:
    """`peft = "^0.14"`, `peft = {version = "0.14"}`, or several of these, each for some Pythons."""
    for name, entries in asked.items():
        for entry in entries if isinstance(entries, list) else [entries]:
            version = entry.get("version") if isinstance(entry, dict) else entry
            if isinstance(version, str):
                yield name + _poetry(version)


def _pipfile(text: str) -> Iterator[str]:
    table = _toml(text)
    for group in ("packages", "dev-packages"):
        yield from _by_name(table.get(group, {}))


def _pipfile_lock(text: str) -> Iterator[str]:
    table = json.loads(text)
    for group in ("default", "develop"):
        yield from (f"{name}{entry.get('version', '')}" for name, entry in table.get(group, {}).items())


def _setup_py(text: str) -> Iterator[str]:
    """What a setup.py has as text: its requirements are among it, in whichever list they stand."""
    texts = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    yield from (value for value in texts if isinstance(value, str) and "\n" not in value)


def _poetry(version: str) -> str:
    """Poetry's caret and tilde as a PEP 440 specifier: `^0.10.1` goes up to 0.11, `~1.2` up to 1.3."""
    if version == "*":
        return ""
    if version[:1] not in "^~" or version.startswith("~="):
        return version if version[:1] in "<>=!~" else f"=={version}"
    lowest = version[1:].strip()
    parts = [int(part) for part in lowest.split(".")]
    last = len(parts) - 1
    fixed = next((i for i, part in enumerate(parts) if part), last) if version[0] == "^" else min(1, last)
    highest = ".".join(map(str, [*parts[:fixed], parts[fixed] + 1]))
    return f">={lowest},<{highest}"


def _setup_cfg(text: str) -> Iterator[str]:
    import configparser

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    lines = parser.get("options", "install_requires", fallback="").splitlines()
    if parser.has_section("options.extras_require"):
        for _, extra in parser.items("options.extras_require"):
            lines += extra.splitlines()
    yield from (line.strip() for line in lines if line.strip())


def _conda(text: str) -> Iterator[str]:
    listed = _yaml(text).get("dependencies") or []
    for entry in listed:
        if isinstance(entry, dict):
            yield from _pip_lines("\n".join(entry.get("pip") or []))
        elif isinstance(entry, str):
            yield _conda_line(entry.rpartition("::")[2].strip())


def _conda_line(line: str) -> str:
    """conda's `peft=0.13` and `peft=0.13.2=py_0` mean any release that begins so."""
    found = re.fullmatch(r"([\w.-]+)\s*=(?!=)\s*([\w.]+)(=.*)?", line)
    return f"{found[1]}=={found[2]}.*" if found is not None else line


def _yaml(text: str) -> Any:
    import yaml  # type: ignore[import-untyped]

    try:
        return yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


def _lock(text: str) -> Iterator[str]:
    for package in _toml(text).get("package", []):
        if isinstance(package.get("version"), str):
            yield f"{package['name']}=={package['version']}"


READERS: dict[str, Callable[[str], Iterator[str]]] = {
    "uv.lock": _lock,
    "poetry.lock": _lock,
    "pdm.lock": _lock,
    "Pipfile.lock": _pipfile_lock,
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "Pipfile": _pipfile,
    "environment.yml": _conda,
    "environment.yaml": _conda,
}
ORDER = (*READERS, "requirements.txt")
LOCKS = frozenset({"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"})
PIP_FILE = r"([\w.-]*[_.-])?requirements[\w.-]*\.(txt|in)"
PIP_ENDINGS = (".txt", ".in")
LISTS = "requirements"  # the folder in which some projects keep their lists
INCLUDE = r"(-r|-c|--requirement|--constraint)(\s+|=)(?P<path>\S+)(\s+#.*)?"
INLINE = r"^# /// script[ \t]*\n(?P<table>(#(| .*)\n)+?)# ///[ \t]*$"
MOST_FILES = 40
