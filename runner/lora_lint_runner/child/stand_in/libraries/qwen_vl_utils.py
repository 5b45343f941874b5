"""A small qwen_vl_utils: the pictures of a chat, opened; of a video a few frames."""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import Any

from ...context import Run

FRAMES = 4


def fill(module: ModuleType, run: Run) -> None:
    """Fills `qwen_vl_utils`."""

    def process_vision_info(
        conversations: Any, return_video_kwargs: bool = False, *args: Any, **options: Any
    ) -> tuple[Any, ...]:
        chats = conversations if conversations and isinstance(conversations[0], list) else [conversations]
        parts = [part for chat in chats for turn in chat for part in _parts(turn)]
        images = [fetch_image(part) for part in parts if "image" in part or "image_url" in part]
        videos = [[_blank()] * FRAMES for part in parts if "video" in part]
        found = (images or None, videos or None)
        return (*found, {"fps": [1.0] * len(videos)}) if return_video_kwargs else found

    def fetch_image(part: Any, *args: Any, **options: Any) -> Any:
        held: Any = part.get("image", part.get("image_url"))
        held = held.get("url") if isinstance(held, dict) else held
        if hasattr(held, "convert"):
            return held.convert("RGB")
        path = str(held).removeprefix("file://")
        if os.path.isfile(path):
            return importlib.import_module("PIL.Image").open(path).convert("RGB")
        run.neutral(f"picture {path[:80]}: a blank one")
        return _blank()

    module.__dict__.update(process_vision_info=process_vision_info, fetch_image=fetch_image)


def _parts(turn: Any) -> list[Any]:
    content = turn.get("content")
    return [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []


def _blank() -> Any:
    return importlib.import_module("PIL.Image").new("RGB", (56, 56), (90, 140, 60))
