"""What a script expects around it: keys, a launcher, its package, the web."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator

from ...context import Run
from ...stand_in.command_line.variables import made_up
from ...stand_in.older.known import ANY
from .learning import Learned, conditions, more, statement

NOT_THERE = re.compile(
    r"cannot import name '(?P<name>\w+)' from '(?P<home>[\w.]+)'|No module named '(?P<module>\w+(\.\w+)+)'"
)
REQUIRED = "is required for a normal functioning of this module"  # transformers' require_version says so


def keys(run: Run, error: BaseException) -> Learned | None:
    """Keys and tokens in the environment, by their names, for a script that ends without them."""
    speaks = isinstance(error, SystemExit) or re.search(r"token|key", str(error), re.I)
    asks = isinstance(error, (SystemExit, ValueError, OSError, RuntimeError, AssertionError)) and speaks
    return _set(run, run.met.keys) if asks else None


def variables(run: Run, error: BaseException) -> Learned | None:
    """Variables of the environment that turn out to be needed: the exception names them, or what failed or the test
    that led there is about them, by their names or what the script calls them."""
    if run.met.trained or not run.met.variables:
        return None
    asked = [*conditions(run, error), *(s for s in [statement(run, error)] if s is not None)]
    names = {name.upper() for node in asked for name in _spoken_of(node)}
    said = set(re.findall(r"\w+", str(error)))
    return _set(run, [name for name in run.met.variables if name.upper() in names or name in said])


def _set(run: Run, names: list[str]) -> Learned | None:
    """Variables, and the values that they will have: the analysis goes by them, too."""
    known: dict[str, str] = run.spec.learned.get("variables", {})
    new = [name for name in names if name not in known]
    if not new or run.filler is None:
        return None
    return {"variables": {**known, **{name: made_up(run.filler, name) for name in new}}}


def _spoken_of(asked: ast.AST) -> Iterator[str]:
    """Names, attributes and texts in an expression or a statement."""
    for node in ast.walk(asked):
        found = getattr(node, "id", getattr(node, "attr", getattr(node, "value", None)))
        if isinstance(found, str):
            yield found


def notebook(run: Run, error: BaseException) -> Learned | None:
    """The notebook that a script was made of, and that it asks to run commands."""
    asks = isinstance(error, NameError) and error.name == "get_ipython"
    return {"ipython": True} if asks and "ipython" not in run.spec.learned else None


def ranks(run: Run, error: BaseException) -> Learned | None:
    """The variables that a launcher sets, for a script that does not do without; where they do not help, the number of
    the process, which those of deepspeed and of older torch (`torch.distributed.launch`) give it as an argument."""
    known, options = run.spec.learned, run.filler.options if run.filler is not None else {}
    by_rank = "LOCAL_RANK" in run.hints.strings and re.search(r"rank\b", str(error), re.I)
    groupless = "process group has not been initialized" in str(error)
    if (by_rank or groupless) and "ranks" not in known:
        return {"ranks": True}
    if not groupless or options.get("local_rank", 0) not in (-1, None) or "local_rank" in known.get("arguments", ()):
        return None
    return {**more(run, "arguments", ["local_rank"]), "values": {**known.get("values", {}), "local_rank": "0"}}


def package(run: Run, error: BaseException) -> Learned | None:
    """A script of a package, which is started by `python -m`."""
    relative = isinstance(error, ImportError) and "no known parent package" in str(error)
    if not relative and not _hides(run, error):
        return None
    folder = os.path.dirname(run.spec.script)
    parts: list[str] = []
    least = max(1, _levels(run.spec.script)) if relative else 0  # a folder, or the project's, is one without saying so
    inside = run.spec.work + os.sep
    while (folder + os.sep).startswith(inside) and (_says_so(folder, run.spec.work) or len(parts) < least):
        parts.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    found = ".".join(parts)
    return {"package": found} if found and run.spec.learned.get("package") != found else None


def _says_so(folder: str, work: str) -> bool:
    """Is a folder below the project's own a package by its file?"""
    return folder != work and os.path.isfile(os.path.join(folder, "__init__.py"))


def _levels(script: str) -> int:
    """How many packages around a script its relative imports name: one by `from .data`, two by `from ..common`."""
    with open(script, "rb") as file:
        tree = ast.parse(file.read())
    return max((node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)), default=0)


def hidden(run: Run, error: BaseException) -> Learned | None:
    """A package of the project's own that an installed one of its name hides: not where the script is started from the
    folder of that package, by `python -m`."""
    found = NOT_THERE.search(str(error))
    if not isinstance(error, ImportError) or found is None or run.code.owns(str(error.path or "")):
        return None
    home, name = (
        found["home"] or found["module"].rpartition(".")[0],
        found["name"] or found["module"].rpartition(".")[2],
    )
    inner = os.path.dirname(run.spec.script)
    folder = os.path.dirname(inner)
    while os.path.join(folder, "").startswith(os.path.join(run.spec.work, "")):
        parts = os.path.relpath(inner, folder).split(os.sep)
        if _holds(os.path.join(folder, *home.split(".")), name) and all(map(str.isidentifier, parts)):
            package = ".".join(parts)
            return {"package": package} if run.spec.learned.get("package") != package else None
        folder = os.path.dirname(folder)
    return None


def _holds(place: str, name: str) -> bool:
    """Is there a module or package that has a part of this name?"""
    if os.path.isfile(os.path.join(place, f"{name}.py")):
        return True
    for file in (f"{place}.py", os.path.join(place, "__init__.py")):
        if os.path.isfile(file):
            with open(file, encoding="utf-8", errors="replace") as opened:
                return re.search(rf"\b{name}\b", opened.read()) is not None
    return False


def _hides(run: Run, error: BaseException) -> bool:
    """Does a module beside the script hide an installed one? It only does where the script is started by its path."""
    missed = (e for e in chained(error) if isinstance(e, ImportError) and e.name and e.path)
    return any(os.path.dirname(str(e.path)) == os.path.dirname(run.spec.script) for e in missed)


def downloads(run: Run, error: BaseException) -> Learned | None:
    """What the script itself fetches from the web: as text, and where that is no answer as JSON."""
    form = run.spec.learned.get("downloads")
    if form == "text" and type(error).__name__ == "JSONDecodeError":
        return {"downloads": "json"}
    return {"downloads": "text"} if form is None and run.met.refused_hosts and _closed(error) else None


def _closed(error: BaseException) -> bool:
    """Is this what comes of a closed network?"""
    closed = any(type(e).__name__ == "NetworkClosed" for e in chained(error))
    return closed or "keeps the network closed" in str(error)


def chained(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that led to it."""
    chain: BaseException | None = error
    while chain is not None:
        yield chain
        chain = chain.__cause__ or chain.__context__


def versions(run: Run, error: BaseException) -> Learned | None:
    """The release of a library that the script insists on."""
    known = run.spec.learned.get("versions", {})
    if REQUIRED in str(error) and ANY not in known:
        return {"versions": {**known, ANY: str(error).split(" is required")[0]}}
    found = statement(run, error)
    if not isinstance(error, (AssertionError, ImportError, RuntimeError, SystemExit)) or found is None:
        return None
    pinned = {}
    for node in ast.walk(found):
        if isinstance(node, ast.Compare) and isinstance(node.comparators[0], ast.Constant):
            library, _, name = ast.unparse(node.left).rpartition(".")
            if name == "__version__" and isinstance(node.comparators[0].value, str):
                pinned[library] = node.comparators[0].value
    return {"versions": {**known, **pinned}} if set(pinned) - set(known) else None
