"""Arrays that were made up and are not as the script takes them: their names, how wide they are, in which form."""

from __future__ import annotations

import re

from ....context import Run
from ....stand_in.made_up.files.arrays import ACROSS, FORMS, LABELLED, NUMBERS, PICTURED
from ..learning import Learned, more

NAME = re.compile(r"^(\S+) is not a file in the archive|object '([^']+)' doesn't exist")  # of numpy, of HDF5
SIDE = re.compile(  # of transformers 5.23 and timm
    r"Input image size \(\d+\*\d+\) doesn't match model \((\d+)\*\d+\)|"
    r"Input (?:height|size) \(\d+\) doesn't match model \((\d+)\)"
)
WIDTH = re.compile(r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)")
# of torch 2.13: what a row of numbers is added to, and a norm that takes it; one of the two sizes is the row's
BESIDE = re.compile(
    r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)|"
    r"normalized_shape=\[(\d+)\], expected input .* size\[(?:\d+, )*(\d+)\]"
)
NO_COLUMN = re.compile(r"Dimension out of range|too many indices for (array|tensor)")
NO_SUCH_FORM = re.compile(
    r"channel|number of dim|dims? |dimension|permut|transpos|axes|axis|shape|expand|repeat|too many indices|"
    r"Cannot handle this data type|size of tensor|unpack", re.I,
)  # fmt: skip


def names(run: Run, error: BaseException) -> Learned | None:
    """Arrays that a made-up file lacks."""
    found = NAME.search(str(error.args[0])) if isinstance(error, KeyError) and error.args else None
    name = (found[1] or found[2]) if found is not None else None
    known = run.spec.learned.get("array names", ())
    return more(run, "array names", [name]) if name is not None and name not in known and run.made_up else None


def fitted(run: Run, error: BaseException) -> Learned | None:
    """How large pictures are, how wide rows of numbers, whether labels have a row each, and where the colours are."""
    made, learned, text = run.met.arrays, run.spec.learned, str(error)
    if not made or not isinstance(error, (RuntimeError, ValueError, TypeError, IndexError)):
        return None
    side, wide = SIDE.search(text), WIDTH.search(text)
    if side is not None and PICTURED in made and "array side" not in learned:
        return {"array side": int(side[1] or side[2])}
    width = int(wide[2]) if wide is not None else _beside(text)
    if width is not None and NUMBERS in made and "array width" not in learned:
        return {"array width": width}
    if NO_COLUMN.search(text) and LABELLED in made and "array columns" not in learned:
        return {"array columns": True}
    form = int(learned.get("array form", 0)) + 1
    return {"array form": form} if NO_SUCH_FORM.search(text) and PICTURED in made and form < len(FORMS) else None


def _beside(text: str) -> int | None:
    """How wide something is that a row of numbers was to go with, as wide as that is made up at first."""
    found = BESIDE.search(text)
    sizes = [int(size) for size in found.groups() if size is not None] if found is not None else []
    return next((size for size in sizes if size != ACROSS), None) if ACROSS in sizes else None
