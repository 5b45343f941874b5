"""`model.language_model` of a model that sees or hears: once a causal language model, with its head (as it still is in
models with code of their own on the hub), now only the decoder below it, which peft wraps for no `CAUSAL_LM` (seen with
transformers 4.46 and peft 0.13, read in 5.23: `PeftModelForCausalLM` asks for `prepare_inputs_for_generation`)."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import Any

from ....context import Run

KIND = "headless"
ASKED = "prepare_inputs_for_generation"
OWNER = "PeftModelForCausalLM"
PART = "language_model"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was the decoder of a larger model, which the script holds, to be wrapped as a causal one?"""
    if not isinstance(error, AttributeError) or error.name != ASKED:
        return None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    wrapped = next((f.f_locals.get("model") for f in frames if type(f.f_locals.get("self")).__name__ == OWNER), None)
    if _causal(wrapped) is None:
        return None
    held = (value for frame in frames for value in frame.f_locals.values() if value is not wrapped)
    whole = next((value for value in held if any(part is wrapped for part in _language_models(value))), None)
    let_go = whole is None and any(PART in frame.f_code.co_names for frame in frames)  # `model = model.language_model`
    names = {"owner": "a larger model" if let_go else type(whole).__name__, "name": type(wrapped).__name__}
    return {"kind": KIND, "home": "transformers", **names} if whole is not None or let_go else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"language_model of {entry['owner']} is a {entry['name']} without a head in transformers {release}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """It has one when it is wrapped."""

    @run.patches.after("peft.peft_model")
    def patch(module: Any) -> None:
        run.patches.replace(getattr(module, OWNER), "__init__", _with_head)


def _with_head(real: Any) -> Any:
    def init(self: Any, model: Any, *args: Any, **options: Any) -> None:
        kind = None if hasattr(model, ASKED) else _causal(model)
        real(self, model if kind is None else _headed(kind, model), *args, **options)

    return init


def _headed(kind: Any, decoder: Any) -> Any:
    """A causal model around the decoder. Its answers have what that said, too, for which the larger model asks."""
    model = kind(decoder.config)
    setattr(model, model.base_model_prefix, decoder)
    said: dict[str, Any] = {}
    decoder.register_forward_hook(lambda module, given, answer: said.update(last=answer[0]))

    def answered(module: Any, given: Any, answer: Any) -> None:
        answer.last_hidden_state = said.pop("last")

    model.register_forward_hook(answered)
    return model.train(decoder.training)


def _causal(decoder: Any) -> Any:
    """The class that puts a head on such a decoder."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING as KNOWN

    kind: Any = KNOWN.get(type(getattr(decoder, "config", None)), None)  # type: ignore[arg-type]
    return kind if kind is not None and not isinstance(decoder, kind) else None


def _language_models(value: Any) -> Iterator[Any]:
    """That of a model, wherever it has it."""
    for place in (value, getattr(value, "model", None)):
        yield getattr(place, "language_model", None)
