"""Arguments that nobody gave and that the script reads as numbers: `int(sys.argv[1])`."""

from __future__ import annotations

import ast
import re

from ....context import Run
from ..learning import Learned

READ = re.compile(r"(?:invalid literal for (int)\(\) with base \d+|could not convert string to (float)): (['\"].*)")


def arguments(run: Run, error: BaseException) -> Learned | None:
    """A number in the place of the value that was made up for an argument."""
    filler, read = run.filler, READ.fullmatch(str(error))
    if filler is None or read is None or not isinstance(error, ValueError):
        return None
    known, text = run.spec.learned.get("values", {}), ast.literal_eval(read[3])
    wrong = [n for n in filler.given if n not in known and str(filler.options.get(n)) == text]
    return {"values": {**known, **dict.fromkeys(wrong, "2" if read[1] else "0.001")}} if wrong else None
