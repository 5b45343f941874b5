"""`model.config.max_length`: how answers are generated, read from a model's config (until transformers 5)."""

from __future__ import annotations

import re
import sys
from types import FrameType
from typing import Any

from ....context import Run

KIND = "asked generation"
HOME = "transformers.configuration_utils"
SAYS = re.compile(r"'(\w+Config)' object has no attribute '(\w+)'")
DEFAULTS: dict[str, Any] = {  # of transformers 4
    "max_length": 20, "min_length": 0, "do_sample": False, "early_stopping": False, "num_beams": 1, "temperature": 1.0,
    "top_k": 50, "top_p": 1.0, "repetition_penalty": 1.0, "length_penalty": 1.0, "no_repeat_ngram_size": 0,
    "num_return_sequences": 1, "forced_decoder_ids": None, "suppress_tokens": None, "begin_suppress_tokens": None,
    "forced_bos_token_id": None, "forced_eos_token_id": None, "bad_words_ids": None, "num_beam_groups": 1,
    "diversity_penalty": 0.0, "output_scores": False, "max_new_tokens": None,
}  # fmt: skip


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a config of a model asked for a setting of generation?"""
    found = SAYS.search(str(error)) if isinstance(error, AttributeError) else None
    if found is None or found.group(2) not in DEFAULTS:
        return None
    kind = getattr(sys.modules.get("transformers"), found.group(1), None)
    asked = hasattr(kind, "model_type")
    return {"kind": KIND, "home": "transformers", "name": found.group(2)} if asked else None


def said(entry: dict[str, str], release: str | None) -> str:
    name = entry["name"]
    return f"configs of models of transformers {release} have no {name}; now model.generation_config.{name}"


def _asked_by_script(run: Run) -> bool:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_name == "__getattribute__":
        frame = frame.f_back
    return frame is not None and bool(run.code.owns(frame.f_code.co_filename))


def serve(run: Run, entry: dict[str, str]) -> None:
    """Configs answer as they did."""
    name = entry["name"]

    def answer(config: Any) -> Any:
        if name not in config.__dict__ and not _asked_by_script(run):
            raise AttributeError(name)  # transformers itself asks whether it is there
        longest = config.__dict__.get("max_target_positions") if name == "max_length" else None
        return config.__dict__.get(name, longest or DEFAULTS[name])

    def keep(config: Any, value: Any) -> None:
        config.__dict__[name] = value

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        owner = getattr(module, "PreTrainedConfig", None) or module.PretrainedConfig
        setattr(owner, name, property(answer, keep))
