"""What the config of a model that sees or hears said of its text: `config.hidden_size` of Qwen2-VL, where only its
`text_config` has it now (seen with transformers 4.49 and 5.23)."""

from __future__ import annotations

import re
from typing import Any

from ....context import Run

KIND = "of text"
SAYS = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a config asked for what the config of its text has?"""
    found = SAYS.search(str(error)) if isinstance(error, AttributeError) else None
    config: Any = getattr(error, "obj", None)
    if found is None or not hasattr(config, "model_type") or not hasattr(config, "get_text_config"):
        return None
    text = config.get_text_config()
    if text is config or type(text) is type(config) or not hasattr(text, found.group(2)):
        return None
    return {"kind": KIND, "home": type(config).__module__, "owner": type(config).__name__, "name": found.group(2)}


def said(entry: dict[str, str], release: str | None) -> str:
    name = entry["name"]
    return f"{entry['owner']} of transformers {release} has no {name}; now get_text_config().{name}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """It is asked of the text's, and told it."""
    name = entry["name"]

    def tell(self: Any, value: Any) -> None:
        setattr(self.get_text_config(), name, value)

    @run.patches.after(entry["home"])
    def patch(module: Any) -> None:
        held = getattr(module, entry["owner"], None)
        if held is not None:
            setattr(held, name, property(lambda self: getattr(self.get_text_config(), name), tell))
