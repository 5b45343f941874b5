"""All that is to be executed: the scripts of the pages, those of the cases, and what the tool makes of the bad ones."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Iterator

from tests.facts import case, stage
from tests.prove.script import BAD, CORRECTED, FIXED, GOOD, Claim, Script, Wanted
from tests.rules import form, page

import lora_lint
from lora_lint.registry import page_path

LIBRARIES = ("peft", "transformers", "trl", "torch")
KINDS = {"Example": BAD, "Also reported": BAD, "Use instead": CORRECTED, "Not reported": GOOD}


def collect(names: list[str], installed: dict[str, str], *, cases: bool = True) -> tuple[Wanted, list[str]]:
    """What to execute, with its claims, and what cannot be executed here, with the reason.

    With `names` only what belongs to rules and cases whose name holds one of them. `installed` are the releases of the
    interpreter at hand: a script that is for others is left out.
    """
    wanted: Wanted = {}
    left_out: list[str] = []
    for rule in lora_lint.rules():
        if page_path(rule.name).exists() and _named(rule.name, names):
            found = page.read(page_path(rule.name))
            for shown in found.scripts:
                for script, claim in of_page(found, shown, rule.name):
                    pinned = form.releases(dict(script.files))
                    if pinned.items() <= installed.items():
                        wanted.setdefault(script, []).append(claim)
                    else:
                        left_out.append(f"{claim.source}: is for {_told(pinned)}")
    for known in case.cases([]) if cases else ():
        if not _named(known.folder.name, names):
            continue
        for run in known.runs():
            why = _cannot_run(run)
            if why:
                left_out.append(f"{known.folder.name}/{run.label}: {why}")
                continue
            for script, claim in of_case(known, run):
                wanted.setdefault(script, []).append(claim)
    return wanted, left_out


def _named(name: str, names: list[str]) -> bool:
    return not names or any(part in name for part in names)


def _cannot_run(run: case.Run) -> str | None:
    missing = [name for name in run.needs if importlib.util.find_spec(name) is None]
    if missing:
        return f"needs {' '.join(missing)}"
    return f"needs {run.processes} processes" if run.processes > 1 else None


# -- pages -------------------------------------------------------------------------------------------------------------


def of_page(found: page.Page, script: page.Script, rule: str) -> Iterator[tuple[Script, Claim]]:
    """A script of a page, and what the tool makes of it if it is a bad one."""
    kind = KINDS[script.heading]
    beside = found.under("Example")[0].files if script.heading == "Use instead" else {}
    listed = {"Example": "as written", "Use instead": "corrected"}.get(script.heading)
    yield from _runs(found, rule, {**beside, **script.files}, kind, f"{script.heading} (line {script.row})", listed)
    if kind == BAD:
        made = form.corrected(script)
        if made != script.files:
            listed = "corrected" if script.heading == "Example" else None
            yield from _runs(found, rule, made, FIXED, f"fix of {script.heading} (line {script.row})", listed)


def _runs(
    found: page.Page, rule: str, files: dict[str, str], kind: str, source: str, listed: str | None
) -> Iterator[tuple[Script, Claim]]:
    for arguments in map(tuple, case.asked_for(files[page.ENTRY])["args"] or [[]]):
        title = ", ".join(filter(None, [listed, " ".join(arguments), _told(form.releases(files))]))
        claim = found.listings.get(title, "") if listed is not None else None
        # a good script must end without an error; of the others the listing says whether they do
        fails = False if kind == GOOD else None
        label = " ".join([f"{found.path.name}, {source}", *arguments])
        script = Script(tuple(sorted(files.items())), page.ENTRY, _given(arguments, files[page.ENTRY]))
        yield script, Claim(rule, label, kind, title if listed is not None else None, claim, fails=fails)


# -- cases -------------------------------------------------------------------------------------------------------------


def of_case(found: case.Case, run: case.Run) -> Iterator[tuple[Script, Claim]]:
    """The scripts of a case, as written, and what the tool makes of the bad ones."""
    rule = found.folder.name.partition("--")[0]
    name = run.script.name
    text = run.script.read_text(encoding="utf-8")
    kind = BAD if name.startswith("bad") else CORRECTED if name.startswith("fixed") else GOOD
    source = f"{found.folder.name}/{run.label}"
    seen = found.observed().get(run.label)
    yield _of_text(text, run), Claim(rule, source, kind, seen=seen, fails=bool(seen["exit"]) if seen else None)
    if kind == BAD:
        made = form.corrected(page.Script("", 1, {name: text}, []))[name]
        if made != text:
            yield _of_text(made, run), Claim(rule, f"fix of {source}", FIXED, adapter=_leaves_adapter(found, run))


def _leaves_adapter(found: case.Case, run: case.Run) -> bool:
    """Does the case's own correction, run with the same arguments, leave an adapter? One without a run of it should."""
    seen = found.observed().get(" ".join(["fixed.py", *run.arguments]))
    return seen is None or any("adapter_config.json" in f["files"] for f in seen["directories"].values())


def _of_text(text: str, run: case.Run) -> Script:
    arguments = _given(run.arguments, text)
    return Script(((run.script.name, text),), run.script.name, arguments, tuple(stage.wanted(text)))


def _given(arguments: tuple[str, ...], text: str) -> tuple[str, ...] | None:
    """The arguments of a script that says which, None of one that does not say: then the runner may try switches."""
    return arguments if case.asked_for(text)["args"] else None


def _told(releases: dict[str, str]) -> str:
    return ", ".join(f"{library} {release}" for library, release in releases.items())


def versions(python: str) -> dict[str, str]:
    """The releases that an interpreter executes the scripts with."""
    ask = f"import importlib.metadata as m; print(*(m.version(n) for n in {LIBRARIES}))"
    found = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    return dict(zip(LIBRARIES, found))
