"""Statements of the script that made-up rows do not suit: where nothing else helps, an attempt passes over them, and
goes on with something that takes every call in the place of what they were to make. What models do with it is not left
to that: they are fed as they want to be fed (see `stand_in.training.feeding`).

Nothing that deals with a model is passed over, and nothing for which another attempt has something better to try.
"""

from __future__ import annotations

import builtins
import contextlib
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..context import Run
from ..frames import OURS, Spot
from ..spec import MADE_UP_STEPS, PASSED_OVER
from ..stand_in.models.inputs.undecided import BACK, ROWS, MadeUp, undecided
from .handlers import INSTEAD, PASSABLE, PASSED

Asked = Callable[[Run, BaseException], bool]
Held = Callable[[Run, BaseException], dict[str, Any]]
ERRORS = (Exception, SystemExit)
# times that one statement is passed over, in a `while` of its function and elsewhere: a loop that waits for what it no
# longer gets would not end
MOST_IN_WHILE, MOST = 512, 50_000
ITS_OWN = (OSError, NameError, ImportError, SyntaxError, MemoryError, RecursionError, NotImplementedError)
AMISS = (FileNotFoundError, IsADirectoryError, NotADirectoryError)  # files and folders that made-up rows name
# what a tokenizer answers where it is asked to: of the script's calls, not of the rows (transformers 5.23)
BY_OPTION = frozenset({"overflow_to_sample_mapping", "offset_mapping", "special_tokens_mask", "length"})
NO_PADDING = re.compile(r"not have a padding token|no padding token")  # the script's to set, whatever its rows
OF_A_KIND = re.compile(r"not implemented for '\w+'$")  # what torch says of numbers of a kind: those of the rows
OF_ROWS = (LookupError, ZeroDivisionError, ValueError, StopIteration)
OF_NONE = re.compile(  # what sklearn, torch, numpy, pandas and Python say of nothing
    r"num_samples=0|n_samples=0|numel\(\) == 0|non-empty (TensorList|list of Tensors)|zero-size array to reduction|"
    r"need at least one array to|(arg|argument) is an empty sequence|iterable argument is empty|Mean of empty slice|"
    r"unless no samples are taken|choose from an empty sequence|No objects to concatenate|"
    r"resulting train set will be empty|"  # of datasets and sklearn, where a part is taken of one row
    r"goes round and gives no row|"  # of our own: see `loops`
    r"following columns have been ignored: \[\]"  # of transformers' trainer: a data set without rows has no columns
)
OF_THE_SCRIPT = re.compile(  # what is said of a training that no rows would save (torch 2.13, transformers 5.23)
    r"unexpected keyword argument|multiple values for|positional arguments? but|does not require grad|unscale FP16|"
    r"No columns in the dataset match|did not return a loss|same dtype|expected scalar type|by an inplace operation"
)
OF_TORCH = "received an invalid combination of arguments"
NOT_GIVEN = re.compile(r"missing \d+ required (positional|keyword-only)")
SAID = "passed over, as made-up rows do not suit it"
NAME = "made-up rows"  # of what is in the place of them; no package is called so
AT_WORK = re.compile(  # modules of libraries that deal with a model
    r"[/\\](transformers[/\\](trainer|models|modeling_|generation|training_args|configuration_|integrations)|peft[/\\]"
    r"|trl[/\\]|accelerate[/\\]|diffusers[/\\]|safetensors[/\\]|torch[/\\](nn|optim|autograd)[/\\])"
)


def install(run: Run, otherwise: Asked, at_work: Held, say: Callable[[Spot, str], None]) -> None:
    """What the handlers around the statements call."""
    setattr(builtins, PASSED, Judge(run, otherwise, at_work, say).passes)
    setattr(builtins, INSTEAD, lambda: MadeUp(NAME, ROWS))
    setattr(builtins, PASSABLE, ERRORS)


class Judge:
    """Says of a statement that has failed whether it is passed over. `otherwise`: has another attempt something better
    to try? That is not asked of one that works with what others were to make, which were passed over. `at_work`: what
    do the names in it stand for?"""

    def __init__(self, run: Run, otherwise: Asked, at_work: Held, say: Callable[[Spot, str], None]) -> None:
        self.run, self.otherwise, self.at_work, self.say = run, otherwise, at_work, say
        self.times: Counter[Spot] = Counter()
        self.refused: BaseException | None = None  # it goes on to what is around
        self.endless: BaseException | None = None  # it goes on to the loop that would not end without it

    def passes(self, row: int, column: int, last: int, in_while: bool, is_while: bool, back: bool) -> bool:
        """Asked by the handler of the statement at this place, which has rows of its own up to `last`. Is it a pass
        `back` through a model, another one takes its place."""
        error, filename = sys.exc_info()[1], sys._getframe(1).f_code.co_filename
        if error is not None and error is self.endless:
            self.endless = None if is_while else error
            return is_while
        spot = (filename, row, column)
        if isinstance(error, IndexError) and self._ends(sys._getframe(1)):
            return False  # whoever goes through it by `__getitem__` waits for that
        rows = range(row, last + 1)
        if error is None or error is self.refused or not self._suits(error, spot, rows, back) or not _done(back):
            self.refused = error
            return False
        self.run.met.on_the_way |= self.run.met.asked and _learns()
        self.times[spot] += 1
        if self.times[spot] > (MOST_IN_WHILE if in_while else MOST):
            self.endless = error
            return False
        if self.times[spot] == 1:
            self.run.met.passed.append(spot)
            self.say(spot, said_of(error))
        return True

    def _suits(self, error: BaseException, spot: Spot, rows: range, back: bool) -> bool:
        """Is it this very statement that has failed, over made-up rows, and does nothing else help?"""
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        past = next((place for place, frame in enumerate(frames) if _is_past_its_end(frame)), len(frames))
        own = [f for f in traceback.extract_tb(error.__traceback__)[:past] if self.run.code.owns(f.filename)]
        named = [f for f in own if f.name == "<module>" or not f.name.startswith("<")]  # lambdas are its own doing
        last = (named or own)[-1]
        if last.filename != spot[0] or last.lineno not in rows:
            return False
        values = self.at_work(self.run, error).values()
        ours = any(map(stands_in, values))
        again = self.times[spot] > 0 or ours
        if isinstance(error, (TypeError, AttributeError)) and not ours and any(map(is_model, values)):
            if last is own[-1] and not of_models(self.run, error):
                return False  # what the script does with a model's answer
        if not (may_make_up(self.run, error) if back else may_pass(self.run, error, again)):
            return False
        return again or not self.otherwise(self.run, error)

    def _ends(self, frame: FrameType | None) -> bool:
        """Is a data set of the script's own asked in this frame, or for it, for more items than it has?"""
        while frame is not None:
            if self.run.code.owns(frame.f_code.co_filename) and _is_past_its_end(frame):
                return True
            frame = frame.f_back
        return False


def _learns() -> bool:
    """Does torch keep what gradients are made of?"""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.is_grad_enabled())


def is_model(value: Any) -> bool:
    return hasattr(type(value), "named_parameters")


def _done(back: bool) -> bool:
    """Where it is a pass back through a model that has failed: has another one taken its place?"""
    with contextlib.suppress(Exception):
        return not back or BACK[-1]() is not None
    return False


def may_pass(run: Run, error: BaseException, again: bool = False) -> bool:
    """Is it an error with made-up rows, before anything was trained? Afterwards only one for want of some, or of what
    has failed before."""
    if not isinstance(error, ERRORS) or _own(error) or not run.made_up:
        return False
    if _of_tokens(error) or _of_options(error):
        return False
    if of_models(run, error) or (MADE_UP_STEPS in run.spec.learned and has_trained(run) and _evaluates(error)):
        return MADE_UP_STEPS in run.spec.learned and may_make_up(run, error)
    for_want = isinstance(error, OF_ROWS) or OF_NONE.search(str(error)) is not None
    return again or not has_trained(run) or (for_want and PASSED_OVER in run.spec.learned)


def may_make_up(run: Run, error: BaseException) -> bool:
    """Is it an error of a training on made-up rows, which real ones may not raise?"""
    if not isinstance(error, Exception) or not run.made_up or _own(error) or _of_options(error):
        return False
    if isinstance(error, AttributeError) and not _of_no_loss(error):
        return False
    if isinstance(error, TypeError) and not (names_ours(error) or _of_arguments(run, error)):
        return False  # that something is of another kind is no row's doing: a reference model that is None, say
    return OF_THE_SCRIPT.search(str(error)) is None or OF_NONE.search(str(error)) is not None


def _evaluates(error: BaseException) -> bool:
    """Has it come of an evaluation, or of a loss that is none?"""
    no_loss = isinstance(error, AttributeError) and _of_no_loss(error)
    evaluated = "torch" in sys.modules and not _learns()
    return no_loss or (evaluated and not isinstance(error, TypeError))


def _own(error: BaseException) -> bool:
    """Is it the script's own doing, whatever its rows?"""
    of_files = isinstance(error, AMISS) or type(error).__name__ == "UnidentifiedImageError"  # of PIL, an OSError
    of_rows = of_files or OF_A_KIND.search(str(error))
    return (isinstance(error, ITS_OWN) and not of_rows) or NO_PADDING.search(str(error)) is not None


def names_ours(error: BaseException) -> bool:
    """Does it tell of what stands for something that was passed over?"""
    return MadeUp.__name__ in str(error)


def _of_arguments(run: Run, error: TypeError) -> bool:
    """Does a function of torch refuse what it is given, or does a model lack what rows that are spread on it would
    give: `model(**batch)`?"""
    if OF_TORCH in str(error) or not NOT_GIVEN.search(str(error)):
        return OF_TORCH in str(error)
    own = [f for f in traceback.extract_tb(error.__traceback__) if run.code.owns(f.filename)]
    return "**" in (own[-1].line or "")


def _of_no_loss(error: AttributeError) -> bool:
    """Is something asked of a number, or of what was made up? A loss that is nothing is one without labels."""
    return isinstance(getattr(error, "obj", None), (int, float, MadeUp))


def _is_past_its_end(frame: FrameType) -> bool:
    """Is a data set asked in it for an item that it does not have?"""
    if frame.f_code.co_name == "__getitem__" and frame.f_code.co_argcount == 2:
        held, index = (frame.f_locals.get(name) for name in frame.f_code.co_varnames[:2])
        with contextlib.suppress(Exception):
            return isinstance(index, int) and index >= len(held)  # type: ignore[arg-type]
    return False


def _of_tokens(error: BaseException) -> bool:
    """Does a tokenizer's answer lack what the call has not asked for, or what the script itself has taken out?"""
    asked = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    answer = asked[-1].f_locals.get("self") if asked else None
    lacks = isinstance(error, KeyError) and type(answer).__name__ == "BatchEncoding"
    return lacks and str(error.args[0]) in BY_OPTION


def _of_options(error: BaseException) -> bool:
    """Does the script ask for an option that its own parser does not have?"""
    return isinstance(error, AttributeError) and type(getattr(error, "obj", None)).__name__ == "Namespace"


def has_trained(run: Run) -> bool:
    """Was there a backward pass, or a step of an optimizer?"""
    return bool(run.events.steps or run.events.backwards)


def of_models(run: Run, error: BaseException) -> bool:
    """Was it raised by what deals with a model, below the script's own code, or by a model of the script's own?"""
    if _answering(run, error):
        return True
    names = [f.filename for f in traceback.extract_tb(error.__traceback__)]
    last = max((place for place, name in enumerate(names) if run.code.owns(name)), default=len(names))
    return any(AT_WORK.search(name) for name in names[last + 1 :] if not name.startswith(OURS))


def _answering(run: Run, error: BaseException) -> bool:
    """Did a model of the script's own fail as it was to answer?"""
    own = [f for f, _ in traceback.walk_tb(error.__traceback__) if run.code.owns(f.f_code.co_filename)]
    called = own[-1] if own else None
    if called is None or called.f_code.co_name != "forward":
        return False
    return is_model(called.f_locals.get("self"))


def said_of(error: BaseException) -> str:
    """That something is passed over, and why."""
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"{SAID} ({text if len(text) <= 120 else f'{text[:117]}...'})"


def stands_in(value: Any) -> bool:
    """Is it, or has it among its parts, something in the place of what was passed over?"""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple, set)) else ()
    return any(map(undecided, (value, *[*parts][:8])))
