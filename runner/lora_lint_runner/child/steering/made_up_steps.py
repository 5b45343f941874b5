"""Steps of a training that are made up, where made-up rows do not suit the script's own: its batches, its losses, what
it gives to a model. In the place of what fails the model goes forward and back through a batch as it takes it;
optimizer and saves are the script's. Only in an attempt after all else has failed (see `retries.passing`), and said."""

from __future__ import annotations

import contextlib
import functools
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

from ..context import Run
from ..spec import FLAT, MADE_UP_STEPS, PASSED_OVER
from ..stand_in.models.inputs import undecided
from ..stand_in.training import feeding
from ..stand_in.training.fitting import COUNT
from . import passing

NO_GRADIENT = "does not require grad"  # what torch says of a loss that depends on nothing that is trained
OF_HEADS = "modules_to_save"  # trained whole beside an adapter, which a loss of theirs alone does not reach
SAID = "steps of the training: made up, as made-up rows do not suit the script's own"

# what transformers' Trainer (5.23) says of an evaluation that was given no labels, and so asks for no metrics
UNMEASURED = ("_loss", "_runtime", "_per_second", "_preparation_time", "epoch")


def install(run: Run) -> None:
    if PASSED_OVER not in run.spec.learned:
        return
    steps = MADE_UP_STEPS in run.spec.learned
    undecided.BACK.append(functools.partial(back_through if steps else _cut_off, run))

    @run.patches.after("torch")
    def losses(module: Any) -> None:
        run.patches.replace(module.Tensor, "backward", lambda real: _reaching(run, real))

    if not steps:
        return

    @run.patches.after("transformers.trainer")
    def trainer(module: Any) -> None:
        run.patches.replace(module.Trainer, "__init__", lambda real: _trainer(run, real))

    @run.patches.after("torch.utils.data")
    def loaders(module: Any) -> None:
        run.patches.replace(module.DataLoader, "__iter__", lambda real: _batches(run, real))


def back_through(run: Run) -> Any:
    """The loss of a batch as the model takes it that is trained, gone back through, or of its adapted layers alone,
    where a model of the script's own answers with nothing but what is made up. Raises what the model raises; None where
    no model has an adapter to train."""
    models = feeding.trained(run)
    if not models or run.events.fast:
        return None
    model = models[-1]
    loss = _loss(model(**feeding.batch(run, COUNT).data))
    loss = _of_layers(model) if isinstance(loss, undecided.MadeUp) else loss
    loss.backward()
    run.neutral(SAID)
    return loss


def _cut_off(run: Run) -> None:
    """Notes for another attempt that a loss goes back through nothing that is trained."""
    run.met.cut_off = True


def _reaching(run: Run, real: Any) -> Any:
    """Where statements were passed over between a model's answer and its loss, that may not depend on the answer any
    more: another pass is made up then, and in the place of one of a batch that teaches nothing, or of a loss that is
    known to be flat. Else it is the script's own doing that an adapter has no gradients."""

    def backward(self: Any, *args: Any, **options: Any) -> Any:
        if run.met.taught_nothing and MADE_UP_STEPS in run.spec.learned:
            why, run.met.taught_nothing = run.met.taught_nothing, ""
            with contextlib.suppress(Exception):
                _said_once(run, why)
                return back_through(run)
        on_the_way = (run.met.on_the_way or FLAT in run.spec.learned) and not run.events.fast
        run.met.asked = run.met.on_the_way = False
        found = None
        try:
            found = real(self, *args, **options)
        except RuntimeError as error:
            if not on_the_way or NO_GRADIENT not in str(error):
                raise
        if on_the_way and _lacks_gradients(run):
            with contextlib.suppress(Exception):
                undecided.BACK[-1]()
        return found

    return backward


def _lacks_gradients(run: Run) -> bool:
    """Has nothing reached the adapter that is to be trained?"""
    models = feeding.trained(run)
    held = models[-1].named_parameters() if models else ()
    tensors = [p for name, p in held if p.requires_grad and OF_HEADS not in name]
    return bool(tensors) and not any(p.grad is not None and bool(p.grad.any()) for p in tensors)


def _loss(answer: Any) -> Any:
    """What a model says of its loss; else how large its answers are, which depends on all of the adapter."""
    if getattr(answer, "loss", None) is not None:
        return answer.loss
    parts = answer.values() if hasattr(answer, "keys") else answer if isinstance(answer, tuple) else [answer]
    found = [part for part in parts if hasattr(part, "requires_grad") and part.requires_grad]
    return sum(part.float().pow(2).mean() for part in found[:1])


def _of_layers(model: Any) -> Any:
    """How large the answers of those layers are that an adapter is at: of what each of them takes."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    layers: list[Any] = [module for module in model.modules() if isinstance(module, BaseTunerLayer)]
    return sum(_loss(layer(undecided.MadeUp("inputs"))) for layer in layers)


def _trainer(run: Run, real: Any) -> Any:
    """Whatever class of trainer it is: what is made up takes the place of its own methods."""

    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        self.training_step = _step(run, self.training_step)
        self.evaluate = _evaluation(run, self.evaluate, self)

    return init


def _step(run: Run, real: Any) -> Any:
    def step(model: Any, *args: Any, **options: Any) -> Any:
        try:
            return real(model, *args, **options)
        except Exception as error:
            loss = _instead(run, error, model)
            if loss is None:
                raise
            return loss.detach()

    return step


def _instead(run: Run, error: Exception, model: Any) -> Any:
    """The loss of another pass, where there may be one."""
    with contextlib.suppress(Exception):
        if _fails(run, error):
            loss = back_through(run)
            return _of_weights(run, model) if loss is None else loss
    return None


def _of_weights(run: Run, model: Any) -> Any:
    """A loss that moves whatever is trained of a model before an adapter is: a projector, in a first stage."""
    if run.events.fast:
        return None
    loss = sum(p.float().mean() for p in model.parameters() if p.requires_grad)
    loss.backward()
    run.neutral(SAID)
    return loss


def _evaluation(run: Run, real: Any, trainer: Any) -> Any:
    """Says of a model only what the training asks for: how good it is."""

    def evaluate(*args: Any, **given: Any) -> Any:
        best = str(trainer.args.metric_for_best_model or "loss").removeprefix("eval_")
        made_up = {"eval_loss": 1.0, f"eval_{best}": 1.0}
        try:
            found = real(*args, **given)
        except Exception as error:
            of_another_kind = isinstance(error, TypeError) and not passing.names_ours(error)  # than answers are
            if of_another_kind or not _fails(run, error):
                raise
            return made_up
        unmeasured = trainer.compute_metrics is not None and all(key.endswith(UNMEASURED) for key in found)
        return {**(made_up if unmeasured else {"eval_loss": 1.0}), **found}

    return evaluate


def _batches(run: Run, real: Any) -> Any:
    """What a loader gives; batches as the model takes them where its rows cannot be put into any."""

    def batches(self: Any) -> Iterator[Any]:
        given = 0
        try:
            for batch in real(self):
                given += 1
                yield batch
        except Exception as error:
            if not _fails(run, error) or not run.events.models.alive():
                raise
            for _ in range(max(1, len(self) - given)):
                yield feeding.batch(run, COUNT)

    return batches


def _fails(run: Run, error: Exception) -> bool:
    """Is it a reason to make up what has failed? It is said of the script's line that was at work, once."""
    if not passing.may_make_up(run, error):
        return False
    own = [(f.filename, f.lineno or 0) for f in traceback.extract_tb(error.__traceback__) if run.code.owns(f.filename)]
    _said_once(run, passing.said_of(error), own)
    return True


def _said_once(run: Run, text: str, further: Sequence[tuple[str, int]] = ()) -> None:
    """Says something of the script's line that is at work, or of one `further` in."""
    filename, row = [*run.code.stack(), *further][-1]
    if (filename, row, 0) not in run.met.passed:
        run.met.passed.append((filename, row, 0))
        run.lacking((filename, row, 0), text)
