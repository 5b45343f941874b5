"""What is trained on where a script's own rows do not do: parts of a batch, and what stands for rows that were passed
over. What these are is decided by what takes them: a model by the names of its inputs (see `training.fitting`), a loss
by what it is a loss of. Until then a part is both a tensor and what a tokenizer gives."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ... import handed_back
from ...anything import Anything

ROWS, PARTS = 16, 2  # of a data set, of a batch
FACTOR = 1.0  # what comes of it by * and /: a weight of a loss, of which nothing is learned where it is 0
SIDE, LENGTH = 32, 16  # of a picture, of a text
TEXT = "This is a sentence that a model can learn from."
OF_TEXTS = frozenset(name for name in dir(str) if not name.startswith("_"))  # what a tensor has of these is its own
OF_CLASSES = ("cross_entropy", "nll_loss", "multi_margin_loss")
SIZES = re.compile(r"\.(size|numel|nelement|dim)\(\)$|\.(shape\[|ndim$)")  # whole numbers that a tensor is asked for
LAYERS, GROUPS = ("linear", "embedding", "conv1d", "conv2d", "conv3d"), 6  # the place of the groups of a convolution
LOSSES = (
    *OF_CLASSES, "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "kl_div", "poisson_nll_loss", "soft_margin_loss", "multilabel_soft_margin_loss",
)  # fmt: skip


BACK: list[Callable[[], Any]] = []  # goes back through a batch in the place of a loss: `steering.made_up_steps`


class MadeUp(Anything):
    """In the place of rows that were passed over, or of one of them. Beside what is trained it has the form of that."""

    def __init__(self, name: str, rows: int = 0) -> None:
        super().__init__(name)
        self.__dict__["_count"] = rows

    def _like(self, name: str) -> Anything:
        return MadeUp(name)

    def __len__(self) -> int:
        return int(self.__dict__["_count"])

    def __getattr__(self, name: str) -> Any:
        if name == "backward" and BACK:
            return lambda *args, **options: BACK[-1]()
        return super().__getattr__(name)

    def __getitem__(self, key: Any) -> Any:
        return MadeUp(self._name, len(self)) if isinstance(key, slice) else super().__getitem__(key)

    def __iter__(self) -> Any:
        count = handed_back.unpacked(sys._getframe(1))
        return self._parts(len(self) if count is None else count)

    def _number(self, *other: Any) -> Any:
        if _of_tensors(other):
            return NotImplemented
        found = super()._number(*other)
        return 0 if found == 0.0 and SIZES.search(self._name) else found

    def _factor(self, *other: Any) -> Any:
        part = _of_tensors(other) or any(isinstance(value, Anything) for value in other)
        return self._number(*other) if part else FACTOR

    def __add__(self, other: Any) -> Any:
        """Beside a text it is one, and beside a list there was nothing in it: `"user: " + text`, `prompt + answer`."""
        return TEXT + other if isinstance(other, str) else self._joined(other)

    def __radd__(self, other: Any) -> Any:
        return other + TEXT if isinstance(other, str) else self._joined(other)

    def _joined(self, other: Any) -> Any:
        return [*other] if isinstance(other, (list, tuple)) else self._number(other)

    def __float__(self) -> float:
        return FACTOR

    def __int__(self) -> int:
        return int(FACTOR)

    __sub__ = __rsub__ = _number
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _factor

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        args, options = settled(func, args, kwargs or {})
        left = [value for value in _flat((*args, *options.values())) if isinstance(value, MadeUp)]
        return left[0] if left else func(*args, **options)


def _of_tensors(values: tuple[Any, ...]) -> bool:
    """Is it the turn of a tensor?"""
    torch = sys.modules.get("torch")
    return torch is not None and any(isinstance(value, torch.Tensor) for value in values)


def undecided(value: Any) -> bool:
    """Is it a part of a batch, or in the place of rows?"""
    return isinstance(value, MadeUp) or ("torch" in sys.modules and isinstance(value, part_class()))


def part(batch: Any, tensor: Any) -> Any:
    """A tensor of a batch that may be any other of it."""
    found = tensor.as_subclass(part_class())
    found.batch = batch
    return found


@functools.cache
def part_class() -> Any:
    """Made when torch is there."""
    import torch

    class Part(torch.Tensor):
        """What comes of parts alone is one, too."""

        batch: Any

        @classmethod
        def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            args, options = settled(func, args, kwargs or {})
            found: Any = super().__torch_function__(func, types, args, options)  # type: ignore[no-untyped-call]
            given = [value for value in _flat((*args, *options.values())) if isinstance(value, torch.Tensor)]
            batch = next((value.__dict__.get("batch") for value in given if isinstance(value, Part)), None)
            if type(found) is not Part:
                return found
            if batch is None or not all(isinstance(value, Part) for value in given):
                return found.as_subclass(torch.Tensor)
            found.batch = batch
            return found

        def __getitem__(self, key: Any) -> Any:
            return self.batch[key] if isinstance(key, str) else super().__getitem__(key)

        def __add__(self, other: Any) -> Any:
            """Beside a text it was one of texts, and beside a list one of numbers: `prompt + batch["text"][0]`."""
            if isinstance(other, list) and self.ndim == 1:
                return self.tolist() + other
            return TEXT + other if isinstance(other, str) else super().__add__(other)

        def __radd__(self, other: Any) -> Any:
            if isinstance(other, list) and self.ndim == 1:
                return other + self.tolist()
            return other + TEXT if isinstance(other, str) else super().__radd__(other)

        def __getattr__(self, name: str) -> Any:
            held = self.__dict__.get("batch")
            if name in OF_TEXTS:
                return getattr(TEXT, name)
            if name.startswith("_") or held is None or name not in held.data:
                raise AttributeError(name)
            return held[name]

        def keys(self) -> Any:
            return self.batch.inputs().keys()

        def items(self) -> Any:
            return {name: part(self.batch, value) for name, value in self.batch.inputs().data.items()}.items()

        def pop(self, name: str, *default: Any) -> Any:
            return self.batch.pop(name, *default)

    return Part


def settled(func: Any, args: tuple[Any, ...], options: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a function of torch, of which those that are undecided go with the one that is trained."""
    import torch

    with torch._C.DisableTorchFunctionSubclass():  # to ask a part is a function of torch, too
        tensors = [value for value in _flat((*args, *options.values())) if isinstance(value, torch.Tensor)]
        known = [value for value in tensors if not undecided(value)]
        trained = next((value for value in known if value.requires_grad), None)
        name = getattr(func, "__name__", "")
        if trained is None and name in LOSSES:  # of an evaluation, in which nothing is
            trained = next((value for value in known if value.is_floating_point()), None)
        if name in LAYERS and known and any(undecided(value) for value in args):
            args = tuple(_taken(name, known[0], value, args) if undecided(value) else value for value in args)
            return args, dict(options)
        if trained is None:
            return args, dict(options)
        if name in OF_CLASSES and undecided(options.get("weight")):
            options = {**options, "weight": None}  # of the classes, however many they are
        settle = functools.partial(_target if name in LOSSES else _like, name, trained)
        return tuple(map(settle, args)), {key: settle(value) for key, value in options.items()}


def _target(loss: str, output: Any, value: Any) -> Any:
    import torch

    if not undecided(value):
        return value
    if loss in OF_CLASSES and output.ndim:
        place = 1 if output.ndim > 1 else 0
        shape = [size for at, size in enumerate(output.shape) if at != place]
        return torch.randint(0, output.shape[place], shape, device=output.device)
    return torch.rand_like(output, requires_grad=False)


def _like(func: str, trained: Any, value: Any) -> Any:
    import torch

    if isinstance(value, (list, tuple)):
        return type(value)([_like(func, trained, inner) for inner in value]) if type(value) in (list, tuple) else value
    if isinstance(value, MadeUp) or (undecided(value) and not _goes_with(value, trained)):
        return torch.rand_like(trained, requires_grad=False)
    return value


def _taken(layer: str, weight: Any, value: Any, args: tuple[Any, ...]) -> Any:
    """What a layer of the script's own takes, as much of it as it does."""
    import torch

    made = isinstance(value, MadeUp)
    rows = PARTS if made or not value.ndim else len(value)
    if layer == "embedding":
        known = not made and not value.is_floating_point() and bool(value.numel()) and int(value.max()) < len(weight)
        return value if known else torch.randint(len(weight), (rows, LENGTH), device=weight.device)
    groups = args[GROUPS] if layer != "linear" and len(args) > GROUPS else 1
    place, wide = -1 if layer == "linear" else 1 - weight.ndim, weight.shape[1] * groups
    if not made and value.is_floating_point() and value.ndim >= -place and value.shape[place] == wide:
        return value
    return torch.rand(rows, wide, *(max(8 * size, SIDE) for size in weight.shape[2:]), device=weight.device)


def _goes_with(value: Any, trained: Any) -> bool:
    pairs = zip(reversed(value.shape), reversed(trained.shape))
    return all(1 in pair or pair[0] == pair[1] for pair in pairs)


def _flat(values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _flat(value)
        else:
            yield value
