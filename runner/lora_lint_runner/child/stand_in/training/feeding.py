"""What models are trained on where the script's own preparation of rows was passed over (see `steering.passing`):
batches as the model takes them, in the places of data sets and loaders that have nothing in them."""

from __future__ import annotations

import functools
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from ...context import Run
from ...observe.state import adapters_of
from ...spec import PASSED_OVER
from ..anything import Anything
from ..models.inputs import batches
from ..models.inputs.undecided import ROWS, TEXT, MadeUp
from . import fitting, wrapping
from .fitting import COUNT

SAID = "rows to train on: made up as the model takes them, as the script's own preparation of made-up ones failed"
ASKED = "What is it?"
CHAT = {"messages": [{"role": "user", "content": ASKED}, {"role": "assistant", "content": TEXT}]}
CHOICE = {"chosen": TEXT, "rejected": "Nobody knows."}
LIKED = (True, False)  # in turn: either may have a weight of its own, also one of 0
OF_TRAINERS: dict[str, dict[str, Any]] = {  # trl's, which prepare rows of texts by themselves
    "sft": {"text": TEXT},
    "reward": CHOICE,
    "kto": {"prompt": ASKED, "completion": TEXT, "label": LIKED},
    "dpo": {"prompt": ASKED, **CHOICE},
    "orpo": {"prompt": ASKED, **CHOICE},
    "cpo": {"prompt": ASKED, **CHOICE},
    "grpo": {"prompt": ASKED},
    "rloo": {"prompt": ASKED},
}


NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
GIVEN = ("prompts", "completions", "completion_ids", "trainer_state", "log_extra", "log_metric")  # trl 1.16


OF_LOSSES: tuple[tuple[str, dict[str, Any]], ...] = (  # of sentence-transformers, by their names
    ("Triplet", {"anchor": ASKED, "positive": TEXT, "negative": "Nobody knows."}),
    ("Cosine|CoSENT|AnglE", {"sentence1": ASKED, "sentence2": TEXT, "score": 0.5}),
    ("Contrastive|Softmax", {"sentence1": ASKED, "sentence2": TEXT, "label": 1}),
    ("", {"anchor": ASKED, "positive": TEXT}),
)


def install(run: Run) -> None:
    """Only in an attempt that passes over something."""
    if PASSED_OVER not in run.spec.learned:
        return
    fitting.install(run)
    wrapping.install(run)
    run.loops.instead = lambda: _rounds(run)

    @run.patches.after("torch.utils.data")
    def loaders(module: Any) -> None:
        run.patches.replace(module.DataLoader, "__init__", lambda real: _loader(run, real))

    @run.patches.after("transformers.trainer")
    def trainer(module: Any) -> None:
        run.patches.replace(module.Trainer, "__init__", lambda real: _trainer(run, real, None))

    for name, row in OF_TRAINERS.items():
        for home in (f"trl.trainer.{name}_trainer", f"trl.experimental.{name}.{name}_trainer"):

            @run.patches.after(home)
            def of_texts(module: Any, row: dict[str, Any] = row) -> None:
                made = functools.partial(_texts, row)
                for owner in [c for c in vars(module).values() if getattr(c, "__module__", "") == module.__name__]:
                    if getattr(owner, "__name__", "").endswith("Trainer"):
                        run.patches.replace(owner, "__init__", lambda real: _trainer(run, real, made))

    @run.patches.after("sentence_transformers")
    def of_sentences(module: Any) -> None:
        run.patches.replace(module.SentenceTransformerTrainer, "__init__", lambda real: _trainer(run, real, _sentences))


INPUTS = ("input_ids", "input_values", "input_features", "pixel_values")


class Rows:
    """So many rows, of which a loader makes a batch for the model that is trained. Of themselves they have only some
    length, by which a sampler may put them into order."""

    def __init__(self, count: int = ROWS) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def select(self, places: Any) -> Rows:
        return Rows(len(places))

    def __getitem__(self, place: int) -> dict[str, list[int]]:
        if not 0 <= place < self.count:
            raise IndexError(place)
        return dict.fromkeys(INPUTS, [1] * (place % 4 + 4))


def useless(run: Run, rows: Any) -> bool:
    """Is there nothing in it, or something that stands in for what was to be there? Or has a model refused it?"""
    if isinstance(rows, (Rows, type(None))):
        return False
    if isinstance(rows, Anything) or (run.spec.learned.get("fed") and not run.met.texts_given):
        return True
    try:
        return len(rows) == 0 or _stands_in(rows[0])
    except Exception:
        return hasattr(rows, "__len__")


def _stands_in(row: Any) -> bool:
    parts = row.values() if isinstance(row, dict) else row if isinstance(row, (list, tuple)) else [row]
    return any(isinstance(part, Anything) for part in parts)


def _loader(run: Run, real: Any) -> Any:
    def init(self: Any, dataset: Any, *args: Any, **options: Any) -> None:
        if useless(run, dataset):
            run.neutral(SAID)
            size = options.get("batch_size", args[0] if args else COUNT if "batch_sampler" in options else 1)
            options = {"batch_size": size if isinstance(size, int) and 0 < size <= ROWS else COUNT}
            dataset, args = Rows(), ()
        if isinstance(dataset, Rows):
            options["collate_fn"] = lambda rows: batch(run, len(rows))
        real(self, dataset, *args, **options)

    return init


def _rounds(run: Run) -> Iterator[Any]:
    """What a loop of the script's own goes through that would train on nothing."""
    run.neutral(SAID)
    return iter([MadeUp("made-up rows") for _ in range(ROWS)])


def batch(run: Run, count: int) -> Any:
    """For the model that was seen last and has an adapter to train."""
    run.met.fed = batches.batch_for([*run.events.models.alive()[-1:], *trained(run)][-1], count)
    return run.met.fed


def trained(run: Run) -> list[Any]:
    """The models that have an adapter to train."""
    models = run.events.models.alive()
    return [m for m in models if adapters_of(m) and any(p.requires_grad for p in m.parameters())]


def _trainer(run: Run, real: Any, made: Callable[[dict[str, Any]], Any] | None) -> Any:
    """`made` are the rows of a trainer that prepares them by itself."""

    def init(self: Any, *args: Any, **options: Any) -> None:
        for name in [n for n in ("train_dataset", "eval_dataset") if useless(run, options.get(n))]:
            run.neutral(SAID)
            options[name] = made(options) if made is not None else Rows(_as_many_as(options[name]))
            run.met.texts_given = not isinstance(options[name], Rows)
        real(self, *args, **options)

    return init


def _as_many_as(rows: Any) -> int:
    """How many there were of those that do not do: the script's own sampler may know them by their numbers."""
    try:
        return len(rows) or ROWS
    except Exception:
        return ROWS


def _sentences(options: dict[str, Any]) -> Any:
    """Texts that belong together, as many and rated as the loss wants them."""
    name = type(options.get("loss")).__name__
    return _texts(next(row for said, row in OF_LOSSES if re.search(said, name)), {})


def _asked_by_rewards(options: dict[str, Any]) -> Iterator[str]:
    """The columns that functions which reward answers take by their names, besides what a trainer gives them."""
    rewards = options.get("reward_funcs")
    for reward in rewards if isinstance(rewards, (list, tuple)) else [rewards]:
        taken = inspect.signature(reward).parameters.values() if inspect.isfunction(reward) else ()
        yield from (p.name for p in taken if p.default is p.empty and p.kind in NAMED and p.name not in GIVEN)


def _texts(row: dict[str, Any], options: dict[str, Any]) -> Any:
    """A data set of texts, which the trainer prepares; of chats, where only what is answered in one counts."""
    row = CHAT if getattr(options.get("args"), "assistant_only_loss", False) else row
    row = {**row, **dict.fromkeys(_asked_by_rewards(options), TEXT)}
    rows = [{k: v[place % len(v)] if v is LIKED else v for k, v in row.items()} for place in range(ROWS)]
    return importlib.import_module("datasets").Dataset.from_list(rows)
