"""A model class of the script's own that does not call `post_init()`: until transformers 5 it could do without."""

from __future__ import annotations

import re
from typing import Any

from ....context import Run

KIND = "finished"
HOME = "transformers.modeling_utils"
SAYS = re.compile(r"'(\w+)' object has no attribute 'all_tied_weights_keys'")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Does transformers miss what post_init() sets?"""
    found = SAYS.search(str(error)) if isinstance(error, AttributeError) else None
    return {"kind": KIND, "home": "transformers", "name": found.group(1)} if found else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"since transformers 5 {entry['name']}.__init__ has to end with self.post_init()"


def serve(run: Run, entry: dict[str, str]) -> None:
    """Models have none of what it sets."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        module.PreTrainedModel.all_tied_weights_keys = {}
