"""Sounds and what is said in them: made-up ones are short, and where a text has no room, CTC's loss is infinite."""

from __future__ import annotations

from typing import Any

from ...context import Run


def install(run: Run) -> None:
    """A text is cut to what its sound has room for."""

    @run.patches.after("torch.nn.functional")
    def functional(module: Any) -> None:
        run.patches.replace(module, "ctc_loss", lambda real: _fitting(run, real))


def _fitting(run: Run, real: Any) -> Any:
    def ctc_loss(
        log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, *args: Any, **options: Any
    ) -> Any:
        import torch

        inputs, lengths = torch.as_tensor(input_lengths), torch.as_tensor(target_lengths)
        half = torch.div(inputs, 2, rounding_mode="floor")  # a letter that comes twice takes two places more
        room = half.to(lengths)
        if bool((lengths > room).any()):
            run.neutral("CTC: texts cut to what their sounds have room for")
            fitting = torch.minimum(lengths, room)
            if targets.dim() == 1:  # all in a row
                parts = targets.split(lengths.tolist())
                targets = torch.cat([part[:length] for part, length in zip(parts, fitting.tolist())])
            target_lengths = fitting
        return real(log_probs, targets, input_lengths, target_lengths, *args, **options)

    return ctc_loss
