"""What was found in one directory of saved files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from lora_lint_runner.inspection.concluding import Conclusion


class Inspection(NamedTuple):
    """What was found in one directory. `shown` is its name as it was given; `against` the comparison with `--base`."""

    shown: str
    root: Path
    holdings: list[dict[str, Any]]
    conclusion: Conclusion
    against: dict[str, Any] | None
    rescued: dict[str, Any] | None = None


def exit_code(found: Inspection) -> int:
    if found.rescued is not None:
        return 0 if found.rescued["ok"] else 1
    return found.conclusion.exit
