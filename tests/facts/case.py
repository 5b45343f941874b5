"""A case: a folder with bad, fixed and good scripts, and facts.json with what was seen when each was run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"
CASES = DATA / "cases"


@dataclass(frozen=True)
class Run:
    """One execution of a script: its arguments, the packages it needs, the number of processes it is launched with."""

    script: Path
    arguments: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    processes: int = 1

    @property
    def label(self) -> str:
        """The name of this run in facts.json: the script and its arguments."""
        return " ".join([self.script.name, *self.arguments])


@dataclass
class Case:
    """The scripts of a folder and the facts about them."""

    folder: Path
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Case:
        """Reads facts.json where there is one. Raises json.JSONDecodeError when it is damaged."""
        path = folder / "facts.json"
        return cls(folder, json.loads(path.read_text()) if path.exists() else {})

    def observed(self, stack: str | None = None) -> dict[str, Any]:
        """What was seen, by run; with older releases where `stack` names them."""
        if stack is None:
            return self.facts.setdefault("observed", {})  # type: ignore[no-any-return]
        return self.facts.setdefault("elsewhere", {}).setdefault(stack, {})  # type: ignore[no-any-return]

    def runs(self) -> Iterator[Run]:
        """Each script, once for each `# args:` line at its top."""
        for script in sorted(self.folder.glob("*.py")):
            yield from runs_of(script)

    def write(self, stack: dict[str, str]) -> None:
        """Stores the observations and the versions that the usual ones were made with."""
        wanted, seen = [run.label for run in self.runs()], self.observed()
        self.facts["observed"] = {label: seen[label] for label in wanted if label in seen}
        self.facts["stack"] = stack
        (self.folder / "facts.json").write_text(json.dumps(self.facts, indent=1, ensure_ascii=False) + "\n")


def runs_of(script: Path) -> list[Run]:
    """The runs that the comments at the top of a script ask for (`# args:`, `# needs:`, `# processes:`)."""
    asked = asked_for(script.read_text(encoding="utf-8"))
    needs = tuple(name for names in asked["needs"] for name in names)
    processes = int(asked["processes"][0][0]) if asked["processes"] else 1
    return [Run(script, tuple(arguments), needs, processes) for arguments in asked["args"] or [[]]]


def asked_for(text: str) -> dict[str, list[list[str]]]:
    """The words of each `# args:`, `# needs:` and `# processes:` line at the top of a script."""
    asked: dict[str, list[list[str]]] = {"args": [], "needs": [], "processes": []}
    for line in text.splitlines()[:6]:
        word, colon, rest = line.removeprefix("# ").partition(":")
        if line.startswith("# ") and colon and word in asked:
            asked[word].append(rest.split())
    return asked


def cases(names: list[str]) -> list[Case]:
    """The cases whose folder name holds one of the names; all of them when no name is given."""
    folders = sorted(folder for folder in CASES.iterdir() if folder.is_dir())
    return [Case.read(folder) for folder in folders if not names or any(name in folder.name for name in names)]
