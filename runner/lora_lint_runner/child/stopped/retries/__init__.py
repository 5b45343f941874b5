"""What another attempt at a script could try, after what stopped this one.

Only what the smoke run itself brought in, or lacks, is a reason to try again; the script's own mistakes are not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from ...context import Run
from ...observe import saves
from ...spec import PASSED_OVER
from . import better, lacking, models, passing, seldom, surroundings
from .command_line import adapting, arguments, model_ids, numbers, patterns, returning, words
from .data import arrays, below_names, cells, checked, columns, labels, lookups, members, packages, paths, rows, stems
from .files import elsewhere, folders, missing_files, model_folders, settings_files, unread, writes
from .learning import Learned

LOOKS = (  # the first one that has something new decides
    arguments.refused,
    models.targets,
    models.modules,
    models.depth,
    arrays.names,
    arrays.fitted,
    models.window,
    models.demanded,
    models.vocabulary,
    models.channels,
    models.texts,
    models.width,
    lacking.syntax,
    columns.refused,
    surroundings.hidden,
    lacking.older,
    lacking.package,
    lacking.padding,
    missing_files.left_out,
    better.score,
    better.demand,
    labels.told_apart,
    arguments.data_files,
    cells.seen,
    paths.opened,
    paths.numbered,
    folders.drawn,  # before names that are none of theirs
    folders.named,
    missing_files.folder,
    elsewhere.in_project,
    surroundings.package,
    settings_files.missing,
    settings_files.of_rows,
    writes.removals,
    writes.parents,
    writes.saved_into,
    model_folders.looked_into,
    model_folders.called_so,
    model_folders.chosen_from,
    lacking.data,
    lacking.history,
    lacking.contents,
    missing_files.made_up,
    paths.looked_for,
    patterns.found_by,
    unread.of_nothing,
    folders.deeper,
    model_folders.taken_for_there,
    surroundings.downloads,
    surroundings.versions,
    surroundings.notebook,
    words.missing,
    arguments.listed,
    model_ids.worded,
    arguments.compared,
    numbers.arguments,
    checked.fields,
    checked.marks,
    below_names.learned,
    columns.keyed,
    stems.of_cells,
    members.lacking,  # before names that are there are to be had of it
    lookups.turns,
    lookups.speakers,
    lookups.values,
    lookups.named,
    lookups.refused,
    lookups.fields,
    columns.column,
    columns.named_alike,
    rows.tokenized,
    cells.paired,
    cells.texts,
    cells.asked,
    cells.digits,
    cells.numbers,
    cells.dates,
    cells.pictured,
    rows.answers,  # before more rows, which would be as many more answers
    labels.masked,
    missing_files.no_weights,
    packages.gone_through,
    lookups.tested,
    checked.turns,  # before tests of theirs are taken to keep what was not understood
    rows.varied,
    labels.left_out,
    rows.filtered,
    rows.more_rows,
    rows.in_overtime,
    arguments.registered,
    surroundings.variables,
    surroundings.keys,
    rows.in_lists,
    rows.plain,
    rows.form,
    models.room,
    models.share,
    surroundings.ranks,
    words.counted,
    arguments.needed,
    arguments.off,
    lacking.packages,
    returning.other_command,
    returning.back,
    passing.stayed,
    passing.over,  # when all else has failed
    passing.fed_anyway,
    passing.steps_made_up,
)

# where statements are passed over, as no rows suit them: neither more nor other ones
IN_VAIN = (rows.varied, labels.left_out, rows.more_rows)
LAST = (returning.other_command, returning.back, passing.over, passing.fed_anyway, passing.steps_made_up)
BETTER = tuple(look for look in LOOKS if look not in (*IN_VAIN, *LAST))

# nothing saved as in older releases, or for want of a better score; a loop that waited for rows; what brings training
# into play
AFTER_THE_END = (
    lacking.rank,
    lacking.set_in_vain,
    better.score,
    rows.waited_for,
    rows.unstepped,
    passing.steps_cut_off,
    labels.masked,
    models.adapted,
    adapting.brought_in,  # before a wait for saves, which are of no adapter without it
    seldom.thawing,
    seldom.steps,
    arguments.switches,
    arguments.passed_by,
    arguments.outputs,
    paths.unread,
    elsewhere.unread,
    lacking.data_unread,
    lacking.history,
    cells.unseen,
    patterns.found_by,
    unread.files,
    packages.gone_through,
    arguments.idle,
    rows.varied,
    rows.filtered,
    passing.stayed,
    passing.fed,
    passing.skipped,
    passing.steps_taught_nothing,
    passing.steps_flat,
)


def learned(run: Run, error: BaseException) -> Learned | None:
    """What to know in another attempt, None where there is nothing new to try."""
    again = (*BETTER, returning.other_command, passing.fed_anyway, passing.steps_made_up)
    looks = again if PASSED_OVER in run.spec.learned else LOOKS
    return _first(looks, run, error)


def otherwise(run: Run, error: BaseException) -> bool:
    """Has another attempt something better to try than to pass over the statement that has failed?"""
    return _first(BETTER, run, error) is not None


def after_the_end(run: Run) -> Learned | None:
    """What to try after a run that came to its end: the first one that has something new decides."""
    lost = not run.events.steps or run.journal.kinds.isdisjoint(saves.KINDS)
    return (of_caught(run) if lost else None) or _first(AFTER_THE_END, run)


def of_caught(run: Run) -> Learned | None:
    """By what the script caught and only told of; where it has ended its training before the first step, by that."""
    ended = run.met.caught_in_training if not run.events.steps else None
    found = (learned(run, error) for error in ([ended] if ended is not None else run.met.caught))
    return next((new for new in found if new is not None), None)


def _first(looks: tuple[Callable[..., Learned | None], ...], run: Run, *about: Any) -> Learned | None:
    """One look that stumbles over an odd script does not end what the others and the report have to say of it."""
    for look in looks:
        with contextlib.suppress(Exception):
            found = look(run, *about)
            if found is not None and {**run.spec.learned, **found} != run.spec.learned:
                return found
    return None
