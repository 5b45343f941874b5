"""What kind of object a model is: a typed value, and the sentence that people read, which is made of it here alone."""

from __future__ import annotations

from typing import NamedTuple

from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Oid, PeftModel, Wrapper

WRAPPERS = {"compiled": "compiled wrapper", "parallel": "parallel wrapper", "sharded": "sharded wrapper"}
WORDS = {
    "peft": "PeftModel",
    "emptied": "emptied PeftModel (its layers were taken out)",
    "tuner": "LoRA tuner",
    "unknown": "model of unknown type",
    "plain": "{cls}",
    "merged": "{cls}, merged",
    "unloaded": "{cls}, adapter unloaded",
    "adapted": "{cls} with adapters added in place",
    "inside": "{cls} with adapter layers inside, put there by PEFT",
}


class Form(NamedTuple):
    """`what` is a key of WORDS, `cls` the class as people read it, where it is a model of transformers or the like.

    `wrappers` are those that torch has put around it, outermost first: keys of WRAPPERS. `known` is false for what came
    from code that is not seen.
    """

    what: str
    cls: str = ""
    wrappers: tuple[str, ...] = ()
    known: bool = True

    @property
    def text(self) -> str:
        """`compiled wrapper of plain LlamaForCausalLM, merged`."""
        origin = "" if self.known or self.what == "unknown" else " of unknown origin"
        return " of ".join([*(WRAPPERS[w] for w in self.wrappers), WORDS[self.what].format(cls=self.cls) + origin])


def form_of(life: Life, oid: Oid) -> Form:
    """The kind of an object, as it is at this moment."""
    model = life.models[oid]
    if isinstance(model, Wrapper):
        inner = form_of(life, model.inner)
        return inner._replace(wrappers=(model.kind, *inner.wrappers))
    if isinstance(model, PeftModel):
        if life.emptied(oid):
            return Form("emptied")
        return Form("tuner" if model.tuner else "peft", known=model.known)
    if not model.known:
        return Form("unknown", known=False)
    return Form(_plain(life, model), class_text(model))


def _plain(life: Life, model: BaseModel) -> str:
    if not all(life.adapters[adapter].beside for adapter in model.layers):
        return "adapted" if model.integration else "inside"
    return "merged" if model.merged else "unloaded" if model.stripped else "plain"


def class_text(model: BaseModel) -> str:
    """`plain LlamaForCausalLM`, or `plain model (AutoModelForCausalLM)` where only the Auto class is known."""
    told = model.named or model.cls
    if not told:
        return "plain model"
    return f"plain model ({told})" if told.startswith("Auto") else f"plain {told}"
