"""`model.config.max_length`: how answers are generated, read from a model's config (until transformers 5)."""

from __future__ import annotations

from typing import Any

from ....context import Run
from . import config_settings

KIND = "asked generation"
DEFAULTS: dict[str, Any] = {  # of transformers 4
    "max_length": 20, "min_length": 0, "do_sample": False, "early_stopping": False, "num_beams": 1, "temperature": 1.0,
    "top_k": 50, "top_p": 1.0, "repetition_penalty": 1.0, "length_penalty": 1.0, "no_repeat_ngram_size": 0,
    "num_return_sequences": 1, "forced_decoder_ids": None, "suppress_tokens": None, "begin_suppress_tokens": None,
    "forced_bos_token_id": None, "forced_eos_token_id": None, "bad_words_ids": None, "num_beam_groups": 1,
    "diversity_penalty": 0.0, "output_scores": False, "max_new_tokens": None,
}  # fmt: skip


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a config of a model asked for a setting of generation?"""
    name = config_settings.lacking(error)
    return {"kind": KIND, "home": "transformers", "name": name} if name in DEFAULTS and name is not None else None


def said(entry: dict[str, str], release: str | None) -> str:
    name = entry["name"]
    return f"configs of models of transformers {release} have no {name}; now model.generation_config.{name}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """Configs answer as they did."""
    name = entry["name"]

    def old(config: Any) -> Any:
        longest = config.__dict__.get("max_target_positions") if name == "max_length" else None
        return longest or DEFAULTS[name]

    config_settings.answer(run, name, old)
