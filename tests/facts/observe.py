"""One run of a script, observed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.facts import children, disk, reload, stage
from tests.facts.case import Run

Facts = dict[str, Any]
ERROR = re.compile(
    r"^((?:\[rank\d\]: )?(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)\b.*|KeyError: .*)$"
)
WARNING = re.compile(r"\b\w*Warning: (.*)$")
NOISE = re.compile(r"eprecat|ResourceWarning|^\{|_runtime|it/s\]|%\|")


def missing(run: Run) -> list[str]:
    """The packages that the run needs and that are not installed."""
    return [name for name in run.needs if importlib.util.find_spec(name) is None]


def observe(run: Run, built: Path) -> Facts:
    """Executes a run in a fresh working directory and gives what it did. `built` holds the stage."""
    with tempfile.TemporaryDirectory(prefix="facts-") as room:
        cwd, log = Path(room, "run"), Path(room, "log")
        cwd.mkdir()
        for name in stage.wanted(run.script.read_text()):
            for folder in stage.folders(name, built):
                shutil.copytree(folder, cwd / folder.name)
        shutil.copy(run.script, cwd)
        os.environ["HF_HOME"] = str(Path(room, "hf"))
        if run.processes > 1:
            code = children.launch(run.script, list(run.arguments), run.processes, cwd, log)
        else:
            code = children.in_fork(lambda: _script(run, cwd), log)
        text = log.read_text(errors="replace").replace(str(cwd) + "/", "")
        seen: Facts = {"exit": code, "error": _error(text, code)}
        said, warned = _said(text)
        if said:
            seen["said"] = said
        if warned:
            seen["warned"] = warned
        report, looking = Path(room, "report.json"), Path(room, "looking")
        children.in_fork(lambda: _look(cwd, built, report), looking)
        if not report.exists():
            raise RuntimeError(f"{run.label}: looking at what it left failed:\n{looking.read_text()[-2000:]}")
        seen["directories"] = json.loads(report.read_text())
        seen["log"] = text
        return seen


def _script(run: Run, cwd: Path) -> None:
    import torch

    torch.manual_seed(0)
    children.as_main(run.script, list(run.arguments), cwd)


def _look(cwd: Path, built: Path, report: Path) -> None:
    found = disk.look(cwd, built)
    os.chdir(cwd)
    for folder in built.iterdir():
        if folder.is_dir() and not (cwd / folder.name).exists():
            (cwd / folder.name).symlink_to(folder)
    reload.read_back(found)
    report.write_text(json.dumps(found))


def _error(text: str, code: int) -> str | None:
    if code == 0:
        return None
    if code == children.TIMED_OUT:
        return "ended after the time limit"
    lines = [found.group(1) for line in text.splitlines() if (found := ERROR.match(line))]
    ranks = sorted(line.partition(" ")[2] for line in lines if line.startswith("[rank"))
    return (ranks or lines or [f"exit {code}"])[-1][:300]


def _said(text: str) -> tuple[list[str], list[str]]:
    said: list[str] = []
    warned: list[str] = []
    for line in text.splitlines():
        found = WARNING.search(line)
        if found:
            if not NOISE.search(line) and found.group(1)[:160] not in warned:
                warned.append(found.group(1)[:160])
        elif line.startswith("FACT "):
            said.append(line.removeprefix("FACT "))
    return said, warned[:4]
