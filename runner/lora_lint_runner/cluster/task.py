"""One run on a node of a Ray cluster: takes a box, runs its spec there, and gives back what the run has written down.

Only the standard library and this package are needed on the node, besides what the script itself needs.
"""

from __future__ import annotations

import io
import shutil
import sys
import tarfile
import time
from pathlib import Path

from lora_lint_runner.options import Limits
from lora_lint_runner.processes import children
from lora_lint_runner.processes.watch import PAUSE, Ended, Watched

RESULTS = ("trace.jsonl", "verify.json", "output.txt")


def packed(box: Path) -> bytes:
    """A box as it can travel. Links to the user's large files stay links: nodes that share the file system see them."""
    return _tar(box, [entry.name for entry in sorted(box.iterdir())])


def perform(data: bytes, box: str, python: str | None, full: bool, limits: Limits) -> tuple[Ended, bytes]:
    """Runs the spec of a box, in the interpreter of this node's worker or the one that was named."""
    place = Path(box)
    travelled = not (place / "spec.json").exists()
    if travelled:
        place.mkdir(parents=True)
        _extract(data, place)
    try:
        ended = _watched(place, python or sys.executable, full, limits)
        print(f"{place.parent.name} {place.name}: exit code {ended.exit} after {ended.seconds:.1f} s", flush=True)
        return ended, _tar(place, [n for n in RESULTS if (place / n).exists()])
    finally:
        if travelled:
            shutil.rmtree(place, ignore_errors=True)


def unpacked(data: bytes, box: Path) -> None:
    """Puts what a run has given back into its box."""
    _extract(data, box)


def _watched(box: Path, python: str, full: bool, limits: Limits) -> Ended:
    output = box / "output.txt"
    command = [python, str(children.CHILD), "run", str(box / "spec.json")]
    run = Watched(children.Fresh(command, output, children.surroundings(box, full=full), box), limits, box)
    try:
        while (ended := run.look()) is None:
            time.sleep(PAUSE)
    finally:
        if run.ended is None:
            run.child.kill()
    print(output.read_text(encoding="utf-8", errors="replace")[-20_000:], flush=True)  # for Ray's own logs
    return ended


def _extract(data: bytes, folder: Path) -> None:
    """What a tar of ours holds, links to elsewhere included."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        if hasattr(tarfile, "data_filter"):  # Python 3.10.12, 3.11.4
            tar.extractall(folder, filter="fully_trusted")
        else:
            tar.extractall(folder)


def _tar(box: Path, names: list[str]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for name in names:
            tar.add(box / name, arcname=name)
    return whole.getvalue()
