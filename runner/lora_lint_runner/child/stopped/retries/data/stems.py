"""Made-up files that a script finds and looks rows up by, as their names without suffixes are cells of a column:
`table["image_id"].map({path.stem: path for path in folder.glob("*.jpg")})`."""

from __future__ import annotations

from ....context import Run
from ....stand_in.made_up.files import forms
from ..learning import Learned, more
from .rows import left_none


def of_cells(run: Run, error: BaseException) -> Learned | None:
    """The columns after whose cells they are to be called, where next to none of these was the name of a file, or none,
    so that no row was left."""
    held_against = run.filters.wanted if left_none(run, error) else run.filters.unfound
    stems, known = forms.stems(), run.spec.learned.get("stems", ())
    asked = [each for each in held_against if not stems.isdisjoint(each.values)] if run.made_up else []
    columns = {each.cell if each.is_column else run.met.cells.get(each.cell) for each in asked}
    new = [column for column in columns if column is not None and column not in known]
    return more(run, "stems", new) if new else None
