"""What was trained outside of adapted models and is in no file that the run left: a reload begins with a new one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ..context import Run
from ..observe.moved import Moved, Part
from ..observe.state import digest
from .adapter import WEIGHTS, is_checkpoint
from .naming import right_name

OF_TENSORS = (".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".tar", ".th")
OF_TRAINERS = ("optimizer.pt", "scheduler.pt", "training_args.bin", "rng_state.pth")
OF_TOKENIZERS = ("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "source.spm", "target.spm")
PLAIN = (  # what nobody keeps weights in
    ".json .jsonl .txt .md .csv .tsv .yaml .yml .toml .ini .log .html .py .ipynb .sh .jinja .arrow .png .jpg "
    ".svg .wav .parquet .lock .pyc"
).split()
PLACES = ("work", "abs", "pushed", "cwd", "tmp")


class _Unknown(Exception):
    """A file that may hold weights and is not understood."""


def nowhere(run: Run, moved: Moved) -> list[dict[str, Any]]:
    """The tensors, each with whether its module was asked for an answer without gradients. None where any file that the
    run left may hold them in a way that is not understood, or where a tensor of such a name and shape is in one."""
    parts = moved.parts()
    if not parts:
        return []
    try:
        files = dict(_tensors(run, moved.begun))
    except _Unknown:
        return []
    digests = {digest for _, digest in files.values()}
    kept = [(_words(key), shape) for key, (shape, _) in files.items()]
    lost = [p for p in parts if not _digests(p.tensor) & digests and not _earlier(p, kept)]
    return [{"name": part.name, "answers": part.name in moved.answering} for part in lost]


def elsewhere(run: Run, weights: Mapping[str, tuple[int, ...]], folder: str) -> bool:
    """Are tensors of these names and shapes in files that the run left outside of a folder's adapter, as far as these
    are understood? A trainer's checkpoints, which only its own resuming reads, are none of them."""
    own = tuple(os.path.join(folder, name) for name in WEIGHTS)
    try:
        found = [(file, shape) for file, (shape, _) in _tensors(run, run.events.moved.begun)]
    except _Unknown:
        return True
    other = [
        (f, s) for f, s in found if not f.startswith(own) and not is_checkpoint(os.path.dirname(f.partition(":")[0]))
    ]
    kept = [(_words(right_name(file.rpartition(":")[2].lstrip("."), {})), shape) for file, shape in other]
    return all(_named(name, shape, kept) for name, shape in weights.items())


def _earlier(part: Part, kept: list[tuple[list[str], tuple[int, ...]]]) -> bool:
    """Does a tensor go by this name, and has its shape? It may be from an earlier step, the best one."""
    return _named(part.name, tuple(part.tensor.shape), kept)


def _named(name: str, shape: tuple[int, ...], kept: list[tuple[list[str], tuple[int, ...]]]) -> bool:
    words = _words(name)[-2:]
    return any(shape == other and names[-2:] == words[-len(names) :] for names, other in kept)


def _words(name: str) -> list[str]:
    """The parts of a tensor's name in a file."""
    return [word for word in name.rpartition(":")[2].split(".") if word]


def _digests(tensor: Any) -> set[str]:
    """Of the values as they are, and as formats of half the width keep them."""
    import torch

    return {digest(tensor), *(digest(tensor.to(dtype)) for dtype in (torch.float16, torch.bfloat16))}


def _tensors(run: Run, since: float) -> Iterator[tuple[str, tuple[tuple[int, ...], str]]]:
    """Shape and digest of each tensor in the files, by file and name. Raises _Unknown."""
    for path in _files(run, since):
        if path.endswith(OF_TENSORS):
            for name, tensor in _inside(_loaded(path), ""):
                yield f"{path}:{name}", (tuple(tensor.shape), digest(tensor))
        elif os.path.splitext(path)[1].lower() not in PLAIN:
            raise _Unknown(path)


def _files(run: Run, since: float) -> Iterator[str]:
    """What the run wrote itself, from this time on (seconds since the epoch), and is still there."""
    laid = {os.path.realpath(os.path.join(run.spec.cwd, name)) for name in run.spec.learned.get("files", ())}
    for place in PLACES:
        for folder, _, names in os.walk(run.box(place)):
            for path in (os.path.join(folder, name) for name in names):
                known = os.path.islink(path) or os.stat(path).st_mtime < since or os.path.realpath(path) in laid
                name = os.path.basename(path)
                known |= place == "tmp" and not name.endswith(OF_TENSORS)  # libraries put theirs there, too
                if (
                    not known
                    and name not in (*OF_TRAINERS, *OF_TOKENIZERS)
                    and not name.startswith(("events.out", "."))
                ):
                    yield path


def _loaded(path: str) -> Any:
    """What a file holds. It is of this run, whose code may do what it likes anyway."""
    import torch

    with contextlib.suppress(Exception):
        if path.endswith(".safetensors"):
            from safetensors.torch import load_file

            return load_file(path)
        return torch.load(path, map_location="cpu", weights_only=False)
    raise _Unknown(path)


def _inside(held: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every tensor, however deep, with the names that lead to it."""
    import torch

    if isinstance(held, torch.nn.Module):
        held = held.state_dict()
    if isinstance(held, torch.Tensor):
        yield name, held
    elif isinstance(held, dict):
        for key, inner in held.items():
            yield from _inside(inner, f"{name}.{key}")
    elif isinstance(held, (list, tuple)):
        for place, inner in enumerate(held):
            yield from _inside(inner, f"{name}.{place}")
    elif hasattr(held, "__array__"):
        yield name, torch.as_tensor(held)
    elif hasattr(held, "__dict__") and not isinstance(held, type):
        yield from _inside(vars(held), name)
