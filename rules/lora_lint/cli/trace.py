"""`--trace`: the life of the models in a script, as JSON."""

from __future__ import annotations

import json
import os
import sys

import lora_lint
from lora_lint.cli import stdin
from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.output import emit
from lora_lint.cli.settings import configs_for


def run(options: Options) -> int:
    """Prints the trace of one script, or an array for several. Raises UsageError and ConfigError."""
    if not options.paths:
        raise UsageError("--trace needs a script: lora-lint --trace train.py")
    configs = configs_for(options)
    traces = []
    for path in options.paths:
        name = options.stdin_filename or path if path == stdin.STDIN else path
        try:
            if path == stdin.STDIN:
                text = lora_lint.decode(stdin.read()).text
                traces.append(lora_lint.trace_source(text, name, configs.of_file(name)))
            else:
                traces.append(lora_lint.trace_script(path, configs.of_file(os.path.abspath(path))))
        except (lora_lint.ParseError, lora_lint.Unreadable) as error:
            row = getattr(error, "row", None)
            print(f"lora-lint: {name}{f':{row}' if row else ''}: {error}", file=sys.stderr)
        except OSError as error:
            print(f"lora-lint: {name}: cannot be read: {error.strerror}", file=sys.stderr)
    if not traces:
        return 2
    emit(json.dumps(traces[0] if len(options.paths) == 1 else traces, indent=2) + "\n", options)
    return 0 if len(traces) == len(options.paths) else 2
