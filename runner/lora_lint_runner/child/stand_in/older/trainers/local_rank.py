"""`local_rank` of transformers' arguments: until 4 the number of the process, without a launcher 0; since 5 it
stays -1 where no `--local_rank` is given (seen in 4.57 and 5.23).

A script that saves `if args.local_rank == 0` saves nothing there, and comes to its end without a word.
"""

from __future__ import annotations

from typing import Any

from ....context import Run

KIND = "rank"


def install(run: Run) -> None:
    """Remembers where a script asks for it. Where an attempt has found that it matters, the answer is the older one."""
    older = any(entry["kind"] == KIND for entry in run.spec.learned.get("lacking", ()))

    @run.patches.after("transformers.training_args")
    def patch(module: Any) -> None:
        def get(self: Any) -> Any:
            held = vars(self).get("local_rank", -1)
            if held != -1 or not run.code.asks():
                return held
            run.met.rank_asked = run.met.rank_asked or run.code.here()
            return 0 if older else held

        def put(self: Any, value: Any) -> None:
            vars(self)["local_rank"] = value

        if getattr(module.TrainingArguments, "local_rank", None) == -1:
            module.TrainingArguments.local_rank = property(get, put)
