"""What another attempt at a script could try, after what stopped this one.

Only what the smoke run itself brought in, or lacks, is a reason to try again; the script's own mistakes are not.
"""

from __future__ import annotations

from ...context import Run
from . import arguments, folders, lacking, missing_files, models, paths, rows, surroundings
from .learning import Learned

LOOKS = (  # the first one that has something new decides
    arguments.refused,
    lacking.older,
    lacking.package,
    arguments.data_files,
    paths.opened,
    folders.named,
    missing_files.folder,
    surroundings.package,
    missing_files.settings,
    missing_files.removals,
    missing_files.parents,
    missing_files.model_folders,
    missing_files.made_up,
    folders.deeper,
    missing_files.taken_for_there,
    surroundings.downloads,
    surroundings.versions,
    arguments.words,
    arguments.listed,
    rows.column,
    rows.tokenized,
    rows.texts,
    rows.speakers,
    rows.more_rows,
    arguments.registered,
    surroundings.keys,
    rows.form,
    models.targets,
    models.modules,
    models.room,
    surroundings.ranks,
    arguments.needed,
    arguments.without_peft,
    arguments.other_command,
)


def learned(run: Run, error: BaseException) -> Learned | None:
    """What to know in another attempt, None where there is nothing new to try."""
    return next((found for look in LOOKS if (found := look(run, error)) is not None), None)


def after_the_end(run: Run) -> Learned | None:
    """What to try after a run that came to its end: more rows for a loop that waited for them, files
    that were looked for in vain, the switches, or
    another command line, that bring training and PEFT into play."""
    return rows.waited_for(run) or arguments.switches(run) or missing_files.unread(run) or arguments.idle(run)
