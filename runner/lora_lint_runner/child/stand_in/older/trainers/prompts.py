"""Prompts beside whole texts: SFTTrainer took the texts until trl 0.16. Since 0.17 rows with a column `prompt` are
prompts and completions to it, whatever else is in them (seen in trl 1.16)."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run

KIND = "prompts"
HOME = "trl.trainer.sft_trainer"
CHATS = "messages"
COLUMN, BESIDE, TEXT = "prompt", "completion", "text"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did trl miss the completion of a row that has the text it was told of, or a chat?"""
    if not isinstance(error, KeyError) or error.args != (BESIDE,):
        return None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_globals.get("__name__") == HOME and "first_example" in frame.f_locals:  # of a row
            row, text = frame.f_locals["first_example"], frame.f_locals["args"].dataset_text_field
            return {"kind": KIND, "home": "trl", "name": COLUMN} if text in row or CHATS in row else None
    return None


def said(entry: dict[str, str], release: str | None) -> str:
    return (
        f'SFTTrainer of trl {release} takes rows with a column "prompt" as prompts and completions; '
        'now without it: rows.remove_columns("prompt")'
    )


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainer gets rows without prompts, once the script's own formatting has made a text of them."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.SFTTrainer, "_prepare_dataset", _without)


def _without(real: Any) -> Any:
    def prepare(self: Any, dataset: Any, processing_class: Any, args: Any, *rest: Any, **options: Any) -> Any:
        packing, formatting, *named = (*rest, *options.values())
        if formatting is not None:
            dataset = dataset.map(lambda row: {TEXT: formatting(row)})
        columns: list[str] = list(next(iter(dataset), {}))
        if COLUMN in columns and BESIDE not in columns:
            whole = {args.dataset_text_field, TEXT, CHATS} - {COLUMN} & {*columns}
            dataset = dataset.remove_columns(COLUMN) if whole else dataset.rename_column(COLUMN, TEXT)
            args.dataset_text_field = TEXT if args.dataset_text_field == COLUMN else args.dataset_text_field
        return real(self, dataset, processing_class, args, packing, None, *named)

    return prepare
