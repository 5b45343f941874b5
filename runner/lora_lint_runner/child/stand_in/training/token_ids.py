"""Ids of tokens that a script writes down as numbers: beyond a tiny vocabulary there are others in their place."""

from __future__ import annotations

from typing import Any

from ...context import Run

UNLABELLED = "no token of this batch has a label (all are -100), as the made-up rows are: another one in its place"
ALONE = "a batch with one made-up row has no other to tell it apart from: another one in its place"


def install(run: Run) -> None:
    """Special tokens that are set by their id; once ids were met that a tiny model has no row for, those too."""
    patches = run.patches

    @patches.after("transformers.tokenization_utils_base")
    def tokenizers(module: Any) -> None:
        patches.replace(module.PreTrainedTokenizerBase, "__setattr__", lambda real: _within(run, real))

    @patches.after("torch.nn.functional")
    def losses(module: Any) -> None:
        patches.replace(module, "cross_entropy", lambda real: _counted(run, real))

    if run.spec.learned.get("foreign ids"):
        run.neutral("ids of tokens beyond the tiny vocabulary: others in their place")

        @patches.after("torch.nn.functional")
        def functional(module: Any) -> None:
            patches.replace(module, "embedding", _embedded)
            patches.replace(module, "cross_entropy", _compared)


def _within(run: Run, real: Any) -> Any:
    def set_(self: Any, name: str, value: Any) -> None:
        if name.endswith("_token_id") and isinstance(value, int) and value >= len(self) > 0:
            run.neutral(f"{name} {value}: beyond the tiny vocabulary, another token in its place")
            value = self.eos_token_id if self.eos_token_id is not None else len(self) - 1
        real(self, name, value)

    return set_


def _embedded(real: Any) -> Any:
    def embedding(input: Any, weight: Any, *args: Any, **options: Any) -> Any:
        return real(input % weight.shape[0], weight, *args, **options)

    return embedding


def _counted(run: Run, real: Any) -> Any:
    """Counts the losses of batches in which no token is left to learn from, and of those whose only row is told apart
    from the others of it."""

    def cross_entropy(input: Any, target: Any, weight: Any = None, *args: Any, **options: Any) -> Any:
        if input.requires_grad and not target.is_floating_point() and target.numel():
            run.met.losses += 1
            unlabelled, alone = bool((target == options.get("ignore_index", -100)).all()), input.shape == (1, 1)
            run.met.masked += unlabelled
            run.met.alone += alone
            run.met.taught_nothing = UNLABELLED if unlabelled else ALONE if alone else ""
        return real(input, target, weight, *args, **options)

    return cross_entropy


def _compared(real: Any) -> Any:
    def cross_entropy(input: Any, target: Any, *args: Any, **options: Any) -> Any:
        classes = input.shape[1] if input.dim() > 1 else input.shape[0]
        if not target.is_floating_point():
            target = target.where(target < 0, target % classes)
        return real(input, target, *args, **options)

    return cross_entropy
