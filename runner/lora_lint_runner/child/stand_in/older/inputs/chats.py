"""Chats as transformers gave them until its release 5: lists of ids."""

from __future__ import annotations

from typing import Any

from ....context import Run


def are_ids(run: Run) -> None:
    """Until transformers 4 a chat became a list of ids, not a dict with them."""

    @run.patches.after("transformers.tokenization_utils_base")
    def patch(module: Any) -> None:
        run.patches.replace(module.PreTrainedTokenizerBase, "apply_chat_template", lambda real: _ids(run, real))

    run.patches.imported("transformers.tokenization_utils_base")


def _ids(run: Run, real: Any) -> Any:
    def template(self: Any, *args: Any, **options: Any) -> Any:
        if not run.code.asks() or "return_dict" in options:
            return real(self, *args, **options)
        found = real(self, *args, **options, return_dict=False)
        return Ids(found) if type(found) is list else found

    return template


class Ids(list[Any]):
    """The ids of a chat, for scripts that want a dict with them, too."""

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, str):
            return list(self) if place == "input_ids" else [1] * len(self)
        return super().__getitem__(place)
