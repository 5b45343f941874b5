"""`config.rope_theta`: until transformers 4 a config had the base of its rotary embeddings so, and `rope_scaling` was
None where they were not scaled; layers of a script's own, made after those of Llama, go by both. In transformers 5
`rope_parameters` has all of it, and `rope_scaling` is another name for that (seen in 5.23)."""

from __future__ import annotations

from typing import Any

from ....context import Run
from ..at_hand import names_at_hand
from . import config_settings

KIND = "rotary"
THETA, SCALING = "rope_theta", "rope_scaling"
OF_SCALING = (("type",), ("factor",))
BASE = 10000.0  # of Llama 2, which has no other


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a config asked for the base, or for how it scales what it does not scale?"""
    lacks = config_settings.lacking(error) == THETA
    unscaled = isinstance(error, KeyError) and error.args in OF_SCALING and SCALING in names_at_hand(error)
    name = THETA if lacks else SCALING
    return {"kind": KIND, "home": "transformers", "name": name} if lacks or unscaled else None


def said(entry: dict[str, str], release: str | None) -> str:
    if entry["name"] == SCALING:
        return f"configs of models of transformers {release} have {SCALING} where nothing is scaled, which was None"
    return f'configs of models of transformers {release} have no {THETA}; now rope_parameters["{THETA}"]'


def serve(run: Run, entry: dict[str, str]) -> None:
    """Configs answer as they did."""
    config_settings.answer(run, THETA, lambda config: _parameters(config).get(THETA, BASE))
    config_settings.answer(run, SCALING, _scaling)


def _parameters(config: Any) -> dict[str, Any]:
    return getattr(config, "rope_parameters", None) or {}


def _scaling(config: Any) -> dict[str, Any] | None:
    found = {name: value for name, value in _parameters(config).items() if name != THETA}
    kind = found.get("rope_type", "default")
    return None if kind == "default" else {**found, "type": kind}
