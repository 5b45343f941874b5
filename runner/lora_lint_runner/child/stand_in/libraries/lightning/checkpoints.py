"""Checkpoints of Lightning's: states of modules in one file, which only its own resuming reads."""

from __future__ import annotations

import os
from typing import Any

from ....context import Run


def kept(run: Run, model: Any, checkpoint: Any, path: Any) -> None:
    """As the real one's, it is a checkpoint of the trainer's, and no save of the script's; its folder is made (2.6)."""
    import torch

    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    run.saves.around("checkpoint", "checkpoint", model, path, lambda: torch.save(checkpoint, path))
