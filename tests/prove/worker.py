"""A process that executes scripts, one after the other, with one warm interpreter: a JSON line in, a JSON line out."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from lora_lint_runner.parsing import parse
from lora_lint_runner.report.json import plain
from lora_lint_runner.running import Runner


def main() -> None:
    """The arguments are the interpreter that executes, and a file that imports what it is to have warm. A line asks for
    `folder` (where to start), `entry` and `arguments`; the answer is what `--run` says as JSON."""
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else gets between the answers
    python, imports = sys.argv[1:]
    as_written = ["--ignore", "LL", "--preview", "--output-format", "json", "--time-limit", "300"]
    with Runner(parse(["--run", "train.py", "--python", python, *as_written])) as runner:
        runner.begin([Path(imports)])
        plainly = runner.options
        for line in sys.stdin:
            asked = json.loads(line)
            os.chdir(asked["folder"])
            given = asked["arguments"]
            runner.options = plainly._replace(arguments=None if given is None else tuple(given))
            [outcome] = runner.run([Path(asked["folder"], asked["entry"])])
            os.write(answers, json.dumps(plain(outcome), default=str).encode() + b"\n")


if __name__ == "__main__":
    main()
