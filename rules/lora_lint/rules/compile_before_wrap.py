"""LL408: a compiled model is wrapped: the adapter's keys carry _orig_mod and load as nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Around, Loaded, Wrapped
from lora_lint.lifecycle.events.training import Trained, TrainerMade
from lora_lint.lifecycle.records import Keeping, Site, Wrapper
from lora_lint.lifecycle.trace import AnyEvent, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """torch.compile before get_peft_model, or its result in a trainer that saves it; `model.compile()` is fine."""
    reported: set[Site] = set()
    for event in certain(lifecycle.of(Wrapped, Loaded)):
        model = event.life.models[event.oid] if event.oid is not None else None
        if isinstance(model, Wrapper) and model.kind == "compiled" and model.site not in reported:
            reported.add(model.site)
            yield _report(
                model.site,
                "compiled before it is wrapped",
                "wrap first, compile second",
                Step(event.site, "wrapped here"),
                ("wrap", lifecycle, event),
            )
    for use in certain(lifecycle.of(Trained, Saved)):
        made = use.facts.compiled_at
        if (
            made is not None
            and made not in reported
            and use.facts.adapters
            and (isinstance(use.facts, Saved) or use.facts.checkpoints)
            and not _saved_rightly(lifecycle, use)
        ):
            reported.add(made)
            advice = "give the trainer the PeftModel, with torch_compile=True in its arguments"
            step = Step(use.site, "saved here" if isinstance(use.facts, Saved) else "trained here, with checkpoints")
            yield _report(
                made, "the trainer is given what torch.compile returns", advice, step, ("trainer", lifecycle, use)
            )


def _saved_rightly(lifecycle: Lifecycle, event: AnyEvent) -> bool:
    """The script saves the adapter itself, under keys that can be loaded, after this training or before this save."""
    held = event.life.held(event.oid) if event.oid is not None else []
    return bool(held) and lifecycle.always(
        event, lambda ending: all(ending.life.keeping(ending.life.token(a)) is Keeping.KEPT for a in held)
    )


def _report(site: Site, what: str, advice: str, step: Step, facts: tuple[str, Lifecycle, AnyEvent]) -> Report:
    message = f"{what}: the adapter is saved under keys with _orig_mod, which load as nothing; {advice}"
    return Report(site, message, "error", "high", (step,), facts=facts)


def fix(report: Report, editor: Any) -> Any:
    """Safe: the compilation moves below the wrap, or into the trainer's arguments. Unsafe where it is left out."""
    from lora_lint.fixes.compiling import compile_in_trainer, compile_later, leave_out

    what, lifecycle, event = report.facts
    compiled = [e for e in lifecycle.of(Around) if e.site == report.site]
    if not compiled:
        return None
    if what == "wrap":
        return compile_later(editor, compiled[-1], event) or leave_out(editor, compiled[-1])
    return compile_in_trainer(editor, compiled[-1], lifecycle.of(TrainerMade)) or leave_out(editor, compiled[-1])


RULE = Rule(
    "LL408",
    "compile-before-wrap",
    "torch.compile before the wrap: the saved adapter loads as nothing",
    (Wrapped, Loaded),
    check,
    fix,
)
