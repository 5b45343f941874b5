"""Why a script stopped: a reason for people, and what another attempt could try (see `retries`)."""

from __future__ import annotations

import ast
import contextlib
import errno
import os
import re
import sys
import traceback
from typing import Any, NamedTuple

from ..context import Run
from ..stand_in import absent, packages, questions
from ..stand_in.older import sentences
from ..stand_in.older.known import LIBRARIES, RELEASES
from ..steering.loop_ends import Interrupted
from . import doubts, no_embeddings, own_end, retries, submodules, text_numbers, wrong_inputs
from .retries.data import columns
from .retries.files import missing_files
from .retries.learning import conditions, frames, statement

PIP = RELEASES["packages"]
DISTRIBUTION = re.compile(r"The '([\w-]+)[^']*' distribution was not found")  # transformers' `require_version`
OWN_PART = (
    r"cannot import name '(?P<name>\w+)' from '(?P<home>[\w.]+)'|"
    r"module '(?P<module>[\w.]+)' has no attribute '(?P<part>\w+)'"
)
PACKAGES = {*packages.KINDS, *LIBRARIES}
ASKING = ("getpass", questions.__name__)  # modules in which an answer is waited for


class Reason(NamedTuple):
    """`kind` is a word for machines; `text` one line for people; `learned` what to know in another attempt."""

    kind: str
    text: str
    learned: dict[str, Any] | None = None


def reason(run: Run, error: BaseException) -> Reason:
    """Reads an exception that ended the script."""
    text = f"{type(error).__name__}: {error}".removesuffix(": ")
    said = [line.strip() for line in text.splitlines() if line.strip()] or [type(error).__name__]
    if said[0].endswith("(") and said[-1].startswith(")"):  # it begins with a network that is written out
        said = [f"{said[0]}...{said[-1]}"]
    first = " ".join(said[: 2 if said[0].endswith(":") else 1])[:400]  # the first line may only announce the fault
    hint = wrong_inputs.of(error) + no_embeddings.of(error) + text_numbers.of(run, error)
    found = Reason("error", first + _cause(run, error, first) + hint)
    for judge in (
        _endless, _no_python, _submodule, _renamed, _python, _own_part, _package, _file, _arguments, _network, _memory,
        _terminal, _ended, _written, _stand_in, _column,
    ):  # fmt: skip
        judged = None
        with contextlib.suppress(Exception):  # of what goes beyond the exception's own words
            judged = judge(run, error, first)
        if judged is not None:
            found = judged
            break
    learned = _learned(run, error) if run.spec.smoke else None
    beside = doubts.of(run, error) if found.kind == "error" and run.spec.smoke else ""
    inside = _inside(error) if found.kind == "error" else ""
    return found._replace(text=own_paths(run, found.text) + inside + beside, learned=learned)


def _learned(run: Run, error: BaseException) -> dict[str, Any] | None:
    """By the exception, else by the one that the script was about to deal with, or has dealt with before it ended,
    raised one of its own or missed a name. What a generator of rows has raised is behind what datasets (5.2) makes of
    it, and what each row has raised behind the depth to which a data set asks itself for another (`except Exception:
    return self[i + 1]`)."""
    if isinstance(error, RecursionError) and (found := retries.of_caught(run)) is not None:
        return found
    raised = error.__cause__ if type(error).__name__ == "DatasetGenerationError" else None
    inner = raised is not None and any(run.code.owns(f.filename) for f in traceback.extract_tb(raised.__traceback__))
    first = (retries.learned(run, raised) if inner and raised is not None else None) or retries.learned(run, error)
    met = None if error.__suppress_context__ else error.__context__
    if first is None and isinstance(met, Exception):
        first = retries.learned(run, met)
    if isinstance(error, SystemExit) and not retries.otherwise(run, error):  # before another command line, say
        first = retries.of_caught(run) or first
    own = run.code.owns(_last(error)) and isinstance(statement(run, error), ast.Raise)
    follows = own or isinstance(error, (SystemExit, NameError))
    return retries.of_caught(run) if first is None and follows else first


def _cause(run: Run, error: BaseException, first: str) -> str:
    """What an exception was raised from, or met by the script's own handler, where it does not say so itself. That the
    hub was not asked is no news."""
    met = None if error.__suppress_context__ or not run.code.owns(_last(error)) else error.__context__
    inner = error.__cause__ or met
    if type(inner).__module__.startswith("huggingface_hub"):
        return ""
    lines = str(inner).strip().splitlines() if inner is not None else []
    said = f"{type(inner).__name__}: {lines[0][:200]}" if lines else ""
    return f" ({said})" if said and lines[0][:40] not in first else ""


def _inside(error: BaseException) -> str:
    """The library that looked something up in vain: a key or an attribute tells nothing of that by itself."""
    asking = frames(error) if isinstance(error, (KeyError, AttributeError, NameError, IndexError)) else []
    while asking and asking[-1].f_code.co_name == "__getattr__":  # only answers who asked
        asking.pop()
    root = str(asking[-1].f_globals.get("__name__")).split(".")[0] if asking else ""
    if root not in LIBRARIES:
        return ""
    code, version = asking[-1].f_code, getattr(sys.modules.get(root), "__version__", "")
    return f" (in {code.co_name} of {root} {version}, {os.path.basename(code.co_filename)})"


def _give(run: Run, name: str = "") -> str:
    """What to do about a file that is not there."""
    return (
        "give it"
        if run.spec.made_up_rows or name.endswith(".py")
        else "give it, or let rows be made up with --made-up-rows"
    )


def own_paths(run: Run, text: str) -> str:
    """A text with files of the box under the names that they have for the user."""
    also = [(copy, real) for real, copy in run.spec.also]
    for copy, real in ((run.spec.work, run.spec.home), *also, (os.path.join(run.spec.common, "abs"), "")):
        text = text.replace(os.path.realpath(copy), real).replace(copy, real)
    return text


def _endless(run: Run, error: BaseException, first: str) -> Reason | None:
    return Reason("endless", str(error)) if isinstance(error, Interrupted) else None


def _no_python(run: Run, error: BaseException, first: str) -> Reason | None:
    """A file of the script's that does not parse; which one and where is said with it."""
    if not isinstance(error, SyntaxError) or not error.filename or not run.code.owns(error.filename):
        return None
    script = os.path.realpath(error.filename) == os.path.realpath(run.spec.script)
    place = "" if script else f" ({os.path.basename(error.filename)}, line {error.lineno})"
    return Reason("error", f"{type(error).__name__}: {error.msg}{place}")


def _submodule(run: Run, error: BaseException, first: str) -> Reason | None:
    path = submodules.lacked(run, error)
    return Reason("package", f"{path} is {submodules.GET_IT}") if path is not None else None


def _own_part(run: Run, error: BaseException, first: str) -> Reason | None:
    """A name that a module of the project itself has not; it may hide an installed one."""
    found = re.search(OWN_PART, first) if isinstance(error, (ImportError, AttributeError)) else None
    name, home = (found["name"] or found["part"], found["home"] or found["module"]) if found is not None else ("", "")
    file = getattr(sys.modules.get(home), "__file__", None) or ""
    if not run.code.owns(file):
        return None
    hides = f": {os.path.basename(file)} hides a package of that name" if home in PACKAGES else ""
    return Reason("error", f"the project's own {home} has no {name}{hides}")


def _package(run: Run, error: BaseException, first: str) -> Reason | None:
    name = getattr(error, "name", None) if isinstance(error, ImportError) else None
    if isinstance(error, ModuleNotFoundError) and name:
        wanted = DISTRIBUTION.match(name)  # what asks for a version gives all of its words as the name
        root = wanted[1] if wanted is not None else name.split(".")[0]
        if root in ("torch", "transformers", "peft"):
            return Reason(
                "package",
                f"{root} is not installed in this interpreter; pip install torch transformers peft, "
                "or name another with --python",
            )
        held = sys.modules.get(root)
        if "." in name and held is not None and any(map(run.code.owns, _places(held))):
            return Reason("error", f"{name} is not there: the project's own {root} has no such part")
        local = run.code.owns(_last(error))
        return Reason("package", absent.install_it(root) + ("" if local else " (asked for by a library)"))
    needs = re.search(
        r"requires? (?:the )?[`']?([\w-]+)[`']? (?:library |package )?(?:to be installed|but it was not found|library)",
        first + " " + str(error)[:600],
    )
    if isinstance(error, (ImportError, ValueError)) and needs:
        return Reason(
            "package",
            f"package {needs.group(1)} is not installed: pip install {PIP.get(needs.group(1), needs.group(1))}",
        )
    return None


def _python(run: Run, error: BaseException, first: str) -> Reason | None:
    """A part of Python itself that this release of it has not."""
    found = re.search(r"cannot import name '(\w+)' from '([\w.]+)'|No module named '([\w.]+)'", str(error))
    home = (found.group(2) or found.group(3)) if found is not None and isinstance(error, ImportError) else ""
    if found is None or home.split(".")[0] not in getattr(sys, "stdlib_module_names", ()):
        return None
    here = ".".join(map(str, sys.version_info[:2]))
    what = f"{home}.{found.group(1)}" if found.group(1) else home
    return Reason("package", f"Python {here} has no {what}: another release of Python has; name it with --python")


def _file(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, FileNotFoundError) and error.filename == "":
        return Reason("file", "the path of a file is empty here: the script leaves it to be filled in")
    if isinstance(error, FileNotFoundError) or type(error).__name__ in ("DataFilesNotFoundError", "EmptyDatasetError"):
        name = missing_files.spoken_of(run, error)
        what = first if name is None else f"file not found: {run.code.named(name)}"
        return Reason("file", f"{what} ({_give(run, name or '')})")
    missing = missing_files.nothing_there(run, error)
    if missing is not None:
        return Reason("file", f"{first}; there is no {missing} ({_give(run)})")
    if isinstance(error, OSError) and "does not appear to have" in first:
        return Reason("file", first)
    return None


def _arguments(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, SystemExit) and error.code == 2:
        said = f" ({run.met.refused})" if run.met.refused else ""
        return Reason("arguments", f"the script did not accept its command line{said}; give its arguments after --")
    counted = next((t for t in map(ast.unparse, conditions(run, error)) if re.search(r"\bargv\b", t)), None)
    if isinstance(error, SystemExit) and counted is not None:
        return Reason("arguments", f"the script ends itself where {counted}: it needs arguments; give them after --")
    if isinstance(error, IndexError) and "sys.argv" in _source_line(error):
        return Reason("arguments", "the script needs arguments; give them after --")
    return None


def _ended(run: Run, error: BaseException, first: str) -> Reason | None:
    text = own_end.of(run, error, _give(run))
    return Reason("error", text) if text is not None else None


def _network(run: Run, error: BaseException, first: str) -> Reason | None:
    here = re.search(r"Can't find '[\w.]+' at '(?P<place>[^']+)'", first)
    if here is not None and os.path.isdir(here["place"]):
        return None  # PEFT asks the hub for what it misses in a directory: the script's own mistake
    chain: BaseException | None = error
    while chain is not None:
        if type(chain).__name__ in ("NetworkClosed", "OfflineModeIsEnabled", "LocalEntryNotFoundError"):
            return Reason("network", f"the script needs the network: {str(chain).splitlines()[0][:300]}")
        chain = chain.__cause__ or chain.__context__
    return None


def _memory(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, MemoryError) or "can't allocate memory" in first or "not enough memory" in first:
        return Reason("memory", "the script ran out of memory (--memory-limit)")
    return None


def _terminal(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, EOFError) and (
        "input" in _source_line(error) or any(f.f_globals.get("__name__") in ASKING for f in frames(error))
    ):
        return Reason("terminal", "the script waits for input at a terminal; a run has none")
    screen = type(error).__module__.lstrip("_") in ("curses", "termios")
    if screen or (isinstance(error, OSError) and error.errno == errno.ENOTTY):
        return Reason("terminal", "the script expects a terminal; a run has none")
    return None


def _written(run: Run, error: BaseException, first: str) -> Reason | None:
    if run.code.owns(_last(error)) and isinstance(statement(run, error), ast.Raise):
        return None  # the script itself says so
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and "Permission denied" in first):
        name = getattr(error, "filename", None) or first
        return Reason("guard", f"the script writes outside of its box by a way that is not redirected: {name}")
    return None


def _stand_in(run: Run, error: BaseException, first: str) -> Reason | None:
    return Reason("stand-in", str(error)) if type(error).__name__ == "NoStandIn" else None


def _column(run: Run, error: BaseException, first: str) -> Reason | None:
    name = columns.missing_column(run, error)
    return Reason("column", f"the made-up rows had no column {name}") if name is not None else None


def _renamed(run: Run, error: BaseException, first: str) -> Reason | None:
    """Something that the installed release of a library no longer has."""
    text = sentences.said(error)
    return Reason("renamed", text) if text is not None else None


def _places(module: Any) -> list[str]:
    """The files that a package may have, whether it has a file itself or not."""
    return [os.path.join(folder, "__init__.py") for folder in getattr(module, "__path__", ())]


def _last(error: BaseException) -> str:
    """The file in which an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1].filename if frames else ""


def _source_line(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return (frames[-1].line or "") if frames else ""
