"""One run, from the spec to the last line of its journal."""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
import traceback
import weakref
from typing import Any

from . import afterwards, script, stand_in, threads, used
from .context import Run
from .frames import told
from .guard import devices, files, landlock, library_files, network, processes
from .guard import hub as hub_writes
from .guard.orphans import adopt_orphans
from .observe import operations, pushes, save_calls, training
from .observe.events import Events
from .observe.outputs import Outputs
from .observe.saves import Saves
from .observe.state import Models
from .ranks import apart, rank
from .reading import hints as hints_
from .reading import newer_strings
from .spec import SYNTAX, Spec
from .steering import made_up_steps, passing
from .steering.caught import of_the_end
from .steering.demands import Demands
from .steering.filters import Filters
from .steering.leaving import Leaving
from .steering.loop_ends import Interrupted
from .steering.loops import Loops
from .steering.scores import Scores
from .steering.skipping import Skipping
from .stopped import needs, retries
from .stopped.retries.learning import at_work
from .surroundings import prepare, writable
from .verify.adapter import adapter_folders
from .verify.finish import finish
from .verify.removed import Removed


def perform(spec: Spec) -> int:
    """Runs the script of a spec and verifies what it left. The exit code is the script's own."""
    spec = apart(spec._replace(common=spec.common or spec.box))
    tmp_before = prepare(spec)
    adopt_orphans()
    if any(entry["kind"] == SYNTAX for entry in spec.learned.get("lacking", ())):
        newer_strings.rewrite(spec.work)
    hints = hints_.read(spec.script, spec.work)
    run = Run(spec, hints)
    run.met.tmp_before = tmp_before
    saves, loops = build(run)
    removed = Removed(run)
    code, error = _execute(run, loops)
    run.journal.line({"kind": "ended", "exit": code, "rank": rank()})
    if error is not None:
        _report(run, error)
    elif spec.smoke:
        more = retries.after_the_end(run)
        if more is not None:
            run.journal.line({"kind": "again", "learned": more})
        if (met := of_the_end(run)) is not None:
            first = f"{type(met).__name__}: {met}".strip().splitlines()[0][:200].removesuffix(": ")
            run.journal.line({"kind": "caught", "text": first, **_place(run, met)})
    plain = {n: v for n, v in run.filler.options.items() if isinstance(v, (bool, int, str))} if run.filler else {}
    run.journal.line({"kind": "options", "values": plain})
    run.journal.line({"kind": "versions", "versions": used.versions()})
    counted = {"steps": run.events.steps, "backwards": run.events.backwards}
    run.journal.line({"kind": "steps", **counted, "memory": used.memory(), "gpus": used.gpus()})
    sys.stdout.flush()
    run.met.over = True
    if rank() == 0:
        _verify(run, saves, removed)
    run.journal.line({"kind": "done"})
    return code


def build(run: Run) -> tuple[Saves, Loops]:
    """Guards, stand-ins and watchers, in the order in which they have to wrap each other."""
    spec = run.spec
    observed = Models()
    outputs = Outputs(observed, run.code.owns)
    saves = Saves(run, observed, outputs)
    events = Events(run, observed, outputs)
    loops = Loops(
        events,
        spec.steps if spec.smoke else sys.maxsize,
        [(s.filename, s.row, s.end_row) for s in spec.sites],
        whole=spec.learned.get("whole loops", False),
        waits=not spec.learned.get("no waiting"),
    )
    run.saves, run.events, run.loops = saves, events, loops
    run.scores = Scores(
        run.spots("better"), lambda: bool(events.steps), run.lacking, lambda spot, said: run.neutral(told(spot, said))
    )
    run.demands = Demands(run.spots("demands"), lambda: bool(events.steps), run.lacking)
    run.filters = Filters(run.spots("filters"), run.lacking)
    run.leaving = Leaving(run.spots("stays"), run.lacking)
    run.skipping = Skipping(run.spots("skips"), run.lacking)
    run.met.adapters_before = adapter_folders(spec.work)
    files.install(run)
    library_files.install(run)
    processes.install(run, loops)
    if not spec.network:
        network.install(run)
    hub_writes.install(run)
    if spec.smoke:
        stand_in.install(run)
        _caches(run)
        script.install(run, loops)
        made_up_steps.install(run)
        passing.install(run, retries.otherwise, at_work, run.lacking)
        _seed(run)
        afterwards.install(run)
    threads.install(run)
    operations.install(run, events)
    training.install(run, events)
    save_calls.install(run, saves)
    pushes.install(run, saves)
    free = [spec.box, *spec.writable, *writable(spec), *devices.writable(accelerators=not spec.smoke)]
    closed = spec.landlock and landlock.restrict(free)
    run.journal.line({"kind": "guard", "landlock": closed})
    run.patches.install()
    return saves, loops


def _caches(run: Run) -> None:
    """Libraries that were imported before this run began have settled on caches elsewhere."""
    from pathlib import Path

    home = Path(run.box("home"))

    @run.patches.after("datasets.config")
    def datasets(module: Any) -> None:
        module.HF_DATASETS_CACHE = home / "datasets"
        module.HF_MODULES_CACHE = home / "modules"
        module.DOWNLOADED_DATASETS_PATH = home / "datasets" / "downloads"
        module.EXTRACTED_DATASETS_PATH = home / "datasets" / "extracted"
        module.HF_HUB_OFFLINE = module.HF_DATASETS_OFFLINE = True

    @run.patches.after("datasets.fingerprint")
    def fingerprint(module: Any) -> None:
        run.patches.replace(module.Hasher, "hash", _hashed)


def _hashed(real: Any) -> Any:
    """The name of a cache. What hangs together with a patched model has none, and is not in the cache."""

    def hash_(cls: Any, value: Any) -> str:
        try:
            return str(real(cls, value))
        except Exception:
            return os.urandom(8).hex()

    return hash_


def _seed(run: Run) -> None:
    import random

    random.seed(run.spec.seed)

    @run.patches.after("numpy.random")
    def numpy(module: Any) -> None:
        module.seed(run.spec.seed)

    @run.patches.after("torch")
    def torch(module: Any) -> None:
        module.manual_seed(run.spec.seed)
        module.set_num_threads(1)


def _execute(run: Run, loops: Loops) -> tuple[int, BaseException | None]:
    try:
        if run.spec.smoke:
            script.execute(run, loops)
        else:
            import runpy

            sys.argv = [run.spec.script, *(run.spec.argv or ())]
            sys.path[0:0] = [os.path.dirname(run.spec.script)]
            runpy.run_path(run.spec.script, run_name="__main__")
        _wait_for_threads()
    except SystemExit as stop:
        if stop.code is None or stop.code == 0:
            run.journal.line({"kind": "left", **_place(run, stop)})
            return 0, None
        if not isinstance(stop.code, int):
            print(stop.code, file=sys.stderr)
        return (stop.code if isinstance(stop.code, int) else 1), stop
    except Interrupted as error:
        return 1, error
    except KeyboardInterrupt as error:
        if run.met.interrupted:
            run.neutral("what the script does after its last save: interrupted, as most of its time was over")
            return 0, None
        traceback.print_exc()
        return 1, error
    except BaseException as error:
        traceback.print_exc()
        return 1, error
    finally:
        run.met.ended = True
        try:
            _keep_operators()
            atexit._run_exitfuncs()
        except BaseException:
            traceback.print_exc()
    return 0, None


def _keep_operators() -> None:
    """torch takes operators that libraries have registered (bitsandbytes' 4-bit ones) back when Python ends. What was
    saved is still to be loaded with them."""
    for finalizer in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        alive = finalizer.peek()
        if alive is not None and str(getattr(alive[1], "__module__", "")).startswith("torch."):
            finalizer.atexit = False


def _wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(timeout=30)


def _report(run: Run, error: BaseException) -> None:
    """Why the script stopped, at which of its lines."""
    where = _place(run, error)
    found = needs.reason(run, error)
    run.journal.line({"kind": "stopped", "reason": found.kind, "text": found.text, "learned": found.learned, **where})


def _place(run: Run, error: BaseException) -> dict[str, Any]:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if run.code.owns(f.filename)]
    where: dict[str, Any] = {"filename": None, "row": None}
    if frames:
        where = {"filename": run.code.named(frames[-1].filename), "row": frames[-1].lineno}
    elif isinstance(error, SyntaxError) and error.filename and run.code.owns(error.filename):
        where = {"filename": run.code.named(error.filename), "row": error.lineno}
    return where


def _verify(run: Run, saves: Saves, removed: Removed) -> None:
    try:
        main = sys.modules.get("__main__")
        if main is not None and not run.spec.smoke:
            main.__dict__.clear()
        pushes.finish(run)
        found = finish(run, saves, removed)
        write_whole(os.path.join(run.spec.box, "verify.json"), found)
    except BaseException as error:
        run.journal.line(
            {
                "kind": "verify failed",
                "text": f"{type(error).__name__}: {error}"[:400],
                "trace": traceback.format_exc()[-1500:],
            }
        )


def write_whole(path: str, found: dict[str, Any]) -> None:
    """Writes a JSON file that is there as a whole or not at all."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(found, file, default=str)
    os.replace(path + ".part", path)
