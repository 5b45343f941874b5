"""Command lines of launchers: torchrun, accelerate launch, srun and their like start our entry as they would a
script."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from lora_lint_runner.options import UsageError
from lora_lint_runner.processes import children

# launchers that start Python scripts: run as modules of the user's own interpreter, which they start in turn
MODULES = {
    ("torchrun",): "torch.distributed.run",
    ("accelerate", "launch"): "accelerate.commands.launch",
    ("deepspeed",): "deepspeed.launcher.runner",
}


def launched(launcher: str | None, python: str, spec: Path) -> list[str]:
    """The command line that runs a spec: by the interpreter itself, or by a launcher in front of it. Where a launcher
    wants the command elsewhere, `{}` in its words stands for it. Raises UsageError for one that is not installed."""
    entry = [str(children.CHILD), "run", str(spec)]
    if launcher is None:
        return [python, *entry]
    try:
        words = shlex.split(launcher)
    except ValueError as error:
        raise UsageError(f"--launcher: {launcher}: {error}") from None
    for names, module in MODULES.items():
        if tuple(words[: len(names)]) == names:
            return [python, "-m", module, *words[len(names) :], *entry]
    if not words or shutil.which(words[0]) is None:
        raise UsageError(f"--launcher: there is no command {words[0] if words else '(nothing was named)'}")
    if "{}" in words:
        place = words.index("{}")
        return [*words[:place], python, *entry, *words[place + 1 :]]
    return [*words, python, *entry]
