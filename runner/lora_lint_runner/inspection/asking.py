"""Questions that need torch: another interpreter answers them."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from lora_lint_runner.processes import children


def ask(python: str, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Has an interpreter with torch do what needs it. An answer with `error` says why it could not."""
    with tempfile.TemporaryDirectory(prefix="lora-lint-inspect-") as home:
        question, answer = Path(home) / "asked.json", Path(home) / "answer.json"
        question.write_text(json.dumps(asked), encoding="utf-8")
        env = children.surroundings(Path(home), full=False)
        command = [python, str(children.CHILD), verb, str(question), str(answer)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)
        try:
            found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            lines = [line for line in done.stderr.splitlines() if line.strip()]
            return {
                "error": (
                    f"{python} ended with exit code {done.returncode}: "
                    f"{lines[-1][:300] if lines else 'nothing was said'}"
                )
            }
        return found
