"""`pipeline("sentiment-analysis", model="...")`: the task says which kind of model the id stands for."""

from __future__ import annotations

import contextlib
from typing import Any

from ...context import Run
from .making import Asked

# what models of public tasks call their classes; a script that goes by one of these names means such a model
LABELS = (
    ("NEGATIVE", "POSITIVE"),
    ("negative", "positive"),
    ("negative", "neutral", "positive"),
    ("Negative", "Neutral", "Positive"),
    ("neg", "pos"),
    ("entailment", "neutral", "contradiction"),
    ("nothate", "hate"),
    ("non-toxic", "toxic"),
    ("neutral", "toxic"),
)


def install(run: Run) -> None:
    @run.patches.after("transformers.pipelines")
    def patch(module: Any) -> None:
        run.patches.replace(module, "pipeline", lambda real: _for_task(run, module, real))


def _for_task(run: Run, module: Any, real: Any) -> Any:
    def pipeline(task: Any = None, model: Any = None, *args: Any, **options: Any) -> Any:
        assert run.hub is not None
        with contextlib.suppress(Exception):  # an unknown task is for the real one to speak of
            _, targeted, _ = module.PIPELINE_REGISTRY.check_task(task)
            name = model if model is not None else targeted["default"]["model"][0]
            if isinstance(name, str):
                run.hub.ensure(name, Asked(targeted["pt"][0].__name__))
        found = real(task, model, *args, **options)
        _call_classes(run, found)
        return found

    return pipeline


def _call_classes(run: Run, found: Any) -> None:
    """Names for the classes of a stand-in: those that the script goes by."""
    config = getattr(getattr(found, "model", None), "config", None)
    names = getattr(config, "id2label", None)
    if not names or not all(str(name).startswith("LABEL_") for name in names.values()):
        return
    asked = run.hints.strings
    best = max(LABELS, key=lambda labels: len(asked & set(labels)))
    made = run.hub.made if run.hub is not None else {}
    if config is not None and asked & set(best) and getattr(config, "name_or_path", "") in made:
        config.id2label = {place: best[place % len(best)] for place in names}
        config.label2id = {name: place for place, name in config.id2label.items()}
