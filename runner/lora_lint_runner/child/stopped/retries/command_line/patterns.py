"""Arguments that a script takes for patterns of files: `for path in glob(args.archive)`."""

from __future__ import annotations

from ....context import Run
from ....steering.passing import OF_NONE
from ..learning import Learned

FILES = 2  # that such a pattern finds


def found_by(run: Run, error: BaseException | None = None) -> Learned | None:
    """A pattern, where a made-up value found no files and the script then lacked rows, and files for it; also after a
    run that trained nothing."""
    lacks = not run.events.steps if error is None else OF_NONE.search(str(error)) is not None
    if not lacks or run.filler is None or run.spec.made_up_rows is False:
        return None
    learned, options = run.spec.learned, run.filler.options
    known = {name: value for name, value in options.items() if name in run.filler.given and isinstance(value, str)}
    names = [
        n for n, v in known.items() if v in run.met.patterns and n not in learned.get("values", {}) and "*" not in v
    ]
    made = {name: run.filler.pattern(name) for name in names}
    files = [pattern.replace("*", str(place)) for pattern in made.values() for place in range(FILES)]
    if not made:
        return None
    return {"values": {**learned.get("values", {}), **made}, "files": sorted({*learned.get("files", ()), *files})}
