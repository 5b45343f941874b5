"""Statements that another attempt passes over, where nothing else helps a script that made-up rows do not suit."""

from __future__ import annotations

import re

from ...context import Run
from ...observe.state import adapters_of
from ...spec import FLAT, MADE_UP_STEPS, PASSED_OVER
from ...steering import passing
from ...steering.handlers import goes_back, passable
from ...steering.loop_ends import Starved
from .data.rows import left_early, left_none
from .learning import Learned, at_work, empty, frames, not_known, of_rows, statement

# of torch, and what a function without gradients goes through; Lightning's trainer
LOADER = re.compile(r"torch[/\\]utils[/\\](data[/\\]|_contextlib)|[/\\]lightning[/\\]")
ENOUGH = 8  # times as many rows as at first


def over(run: Run, error: BaseException) -> Learned | None:
    """From now on statements that fail are passed over, as the one may be that has failed now."""
    found = statement(run, error)
    if found is None or not passing.may_pass(run, error, again=_for_want(run, error)) or not passable(found):
        return fed(run) if left_none(run, error) else None
    of_models = any(map(passing.is_model, at_work(run, error).values()))
    return None if of_models else {PASSED_OVER: True, **_fewer(run)}


def _for_want(run: Run, error: BaseException) -> bool:
    """Is it surely for want of rows, also once a model was trained on others? What divides by none of them has counted
    some."""
    return isinstance(error, ZeroDivisionError) or any(of_rows(at_work(run, error)[name]) for name in empty(run, error))


def _fewer(run: Run) -> Learned:
    """No more rows than at first would have told apart, where many more have not helped."""
    return {"rows": ENOUGH} if int(run.spec.learned.get("rows", 1)) > ENOUGH else {}


def stayed(run: Run, error: BaseException | None = None) -> Learned | None:
    """The branch to go on past in which the script has ended for want of rows; it may fail over that further on."""
    ended = error is None or isinstance(error, SystemExit)
    if not ended or not run.made_up or not left_early(run) or run.leaving.last is None:
        return None
    new = not_known(run, "stays", [run.leaving.last])
    return {**new, PASSED_OVER: True} if new is not None else None


def fed(run: Run) -> Learned | None:
    """Rows as the model wants them, where a script has trained on none, as there are none."""
    new = run.made_up and PASSED_OVER not in run.spec.learned
    return {PASSED_OVER: True} if new and not run.events.steps else None


def fed_anyway(run: Run, error: BaseException) -> Learned | None:
    """The same in the place of made-up rows that the model refuses, so that it was never trained, or of a stream that
    gives none of them."""
    untrained = isinstance(error, Exception) and not passing.has_trained(run)
    refused = untrained and run.made_up and (passing.of_models(run, error) or isinstance(error, Starved))
    return {"fed": True, PASSED_OVER: True} if refused else None


def steps_made_up(run: Run, error: BaseException) -> Learned | None:
    """Steps of a training from now on, where made-up rows do not suit the script's own."""
    new = MADE_UP_STEPS not in run.spec.learned and _of_training(run, error) and passing.may_make_up(run, error)
    return {MADE_UP_STEPS: True, PASSED_OVER: True} if new else None


def steps_cut_off(run: Run) -> Learned | None:
    """The same where a loss was to go back that came of statements that were passed over, so that no adapter was
    trained by it."""
    new = run.met.cut_off and MADE_UP_STEPS not in run.spec.learned
    return {MADE_UP_STEPS: True, PASSED_OVER: True} if new and not _has_moved(run) else None


def skipped(run: Run) -> Learned | None:
    """The branches to go on past by which each step of the training was passed by, whatever a model answered."""
    none = run.met.answered and not run.events.steps and not run.events.backwards
    return not_known(run, "skips", run.skipping.always) if none else None


def steps_flat(run: Run) -> Learned | None:
    """The same where each gradient was 0: a tiny model's answers have all the same worth."""
    flat = run.met.answered and run.events.flat.all_steps and MADE_UP_STEPS not in run.spec.learned
    return {MADE_UP_STEPS: True, PASSED_OVER: True, FLAT: True} if flat else None


def steps_taught_nothing(run: Run) -> Learned | None:
    """The same where no batch taught anything, whatever the made-up rows were: no token of it had a label, or its only
    row was to be told apart from the others."""
    in_vain = run.made_up and run.met.losses and run.met.masked + run.met.alone == run.met.losses
    return {MADE_UP_STEPS: True, PASSED_OVER: True} if in_vain and MADE_UP_STEPS not in run.spec.learned else None


def _has_moved(run: Run) -> bool:
    """Has an adapter moved all the same, of those of whose models it is known how they began?"""
    models = run.events.models
    held = [(model, name) for model in models.alive() for name in adapters_of(model)]
    return any(models.moved(model, name) for model, name in held if (models.label(model), name) in models.starts)


def _of_training(run: Run, error: BaseException) -> bool:
    """Is a model at work, a loader, or an evaluation?"""
    found = statement(run, error)
    files = (frame.f_code.co_filename for frame in frames(error))
    return passing.of_models(run, error) or (found is not None and goes_back(found)) or any(map(LOADER.search, files))
