"""A small webdataset: samples are the files of one name in archives, and go through steps one after the other. As its
documentation (1.0) has the names."""

from __future__ import annotations

import glob
import io
import itertools
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

from ...context import Run
from ..made_up.suffixes import PICTURES

Step = Callable[[Iterable[Any]], Iterator[Any]]
SHARDS = re.compile(r"\{(\d+)\.\.(\d+)\}")
COMMAND = re.compile(r"^pipe:.*?(\S+\.tar\S*).*$")
TEXTS = ("txt", "text", "caption", "transcript")
NUMBERS = ("cls", "cls2", "index", "inx", "id")
MOST = 4  # shards, which are all alike here


def shards(urls: Any) -> list[str]:
    """The archives that a pattern stands for, the first few of them."""
    if not isinstance(urls, str):
        return [path for url in urls for path in shards(url)][:MOST]
    found = []
    for url in urls.split("::"):
        plain = COMMAND.sub(r"\1", url)
        match = SHARDS.search(plain)
        if match is None:
            found += sorted(glob.glob(plain)) if "*" in plain else [plain]
            continue
        first, last = match.group(1), match.group(2)
        numbers = range(int(first), min(int(last), int(first) + MOST - 1) + 1)
        found += [plain[: match.start()] + str(number).zfill(len(first)) + plain[match.end() :] for number in numbers]
    return found


def samples(urls: Iterable[Any], *args: Any, **options: Any) -> Iterator[dict[str, Any]]:
    """What lies in archives, by the names of the files without what stands behind their first point."""
    for url in urls:
        path = url["url"] if isinstance(url, dict) else url
        with open(path, "rb") as file, tarfile.open(fileobj=file, mode="r:*") as packed:
            sample: dict[str, Any] = {}
            for member in packed:
                folder, base = os.path.split(member.name)
                stem, _, kind = base.partition(".")
                key, held = os.path.join(folder, stem), packed.extractfile(member)
                if held is None:
                    continue
                if sample and sample["__key__"] != key:
                    yield sample
                    sample = {}
                sample.setdefault("__key__", key)
                sample.setdefault("__url__", path)
                sample[kind.lower()] = held.read()
            if sample:
                yield sample


def decoded(sample: dict[str, Any], *how: Any) -> dict[str, Any]:
    """Texts, numbers, JSON and pictures as such; `how` may say what the latter are to be, or do so itself."""
    form = next((word for word in how if isinstance(word, str)), None)
    return {key: _decoded(key, value, form, [h for h in how if callable(h)]) for key, value in sample.items()}


def _decoded(key: str, value: Any, form: str | None, own: list[Any]) -> Any:
    if key.startswith("__") or not isinstance(value, bytes):
        return value
    for decoder in own:
        found = decoder(key, value)
        if found is not None:
            return found
    kind = key.rpartition(".")[2]
    if kind in TEXTS:
        return value.decode()
    if kind in NUMBERS:
        return int(value)
    if kind in ("json", "jsn"):
        return json.loads(value)
    return _picture(value, form) if f".{kind}" in PICTURES and form is not None else value


def _picture(value: bytes, form: str) -> Any:
    """ "pil", "rgb8", "torchrgb" and their like."""
    import numpy
    from PIL import Image

    found = Image.open(io.BytesIO(value)).convert("L" if "l" in form.replace("pil", "") else "RGB")
    if form.startswith("pil"):
        return found
    array = numpy.asarray(found)
    array = array if form.endswith("8") else array.astype("float32") / 255
    if not form.startswith("torch"):
        return array
    import torch

    return torch.from_numpy(numpy.moveaxis(array, -1, 0).copy())


def _taken(sample: dict[str, Any], *keys: str) -> tuple[Any, ...]:
    """A value for each key, which may be several to choose from: `"jpg;png"`."""
    names = [name for key in keys for name in (key.split() if len(keys) == 1 else [key])]
    return tuple(next(sample[part] for part in name.split(";") if part in sample) for name in names)


def _together(values: list[Any]) -> Any:
    import numpy
    import torch

    if isinstance(values[0], torch.Tensor):
        return torch.stack(values)
    return numpy.array(values) if isinstance(values[0], (int, float, numpy.ndarray)) else values


def _batched(items: Iterable[Any], size: int = 20, collation_fn: Any = True, *a: Any, **o: Any) -> Iterator[Any]:
    stream = iter(items)
    while batch := list(itertools.islice(stream, size)):
        if callable(collation_fn):
            yield collation_fn(batch)
        elif isinstance(batch[0], dict):
            yield {key: _together([sample[key] for sample in batch]) for key in batch[0]}
        else:
            yield tuple(_together(list(part)) for part in zip(*batch)) if collation_fn else batch


def _each(function: Callable[..., Any]) -> Callable[..., Step]:
    """A step that does something with each sample."""
    return lambda *given, handler=None, **options: lambda items: (function(item, *given, **options) for item in items)


def _kept(test: Any, **options: Any) -> Step:
    return lambda items: (item for item in items if test(item))


def _as_they_are(*args: Any, **options: Any) -> Step:
    return iter


STEPS: dict[str, Callable[..., Step]] = {
    "decode": _each(decoded),
    "to_tuple": _each(_taken),
    "map": _each(lambda item, function: function(item)),
    "map_tuple": _each(lambda item, *functions: tuple(f(part) for f, part in zip(functions, item))),
    "map_dict": _each(lambda item, **functions: {k: functions[k](v) if k in functions else v for k, v in item.items()}),
    "rename": _each(lambda item, **names: {**item, **{new: _taken(item, old)[0] for new, old in names.items()}}),
    "select": _kept,
    "batched": lambda *given, **options: lambda items: _batched(items, *given, **options),
    "slice": lambda *given: lambda items: itertools.islice(items, *given),
    "tarfile_to_samples": lambda *given, **options: samples,
    "compose": lambda *steps: lambda items: _through(items, steps),
    **dict.fromkeys(
        (
            "shuffle",
            "detshuffle",
            "with_epoch",
            "with_length",
            "repeat",
            "split_by_node",
            "split_by_worker",
            "unbatched",
        ),
        _as_they_are,
    ),
}


def _through(items: Iterable[Any], steps: Iterable[Step]) -> Iterator[Any]:
    for step in steps:
        items = step(items)
    return iter(items)


def _classes() -> dict[str, Any]:
    import torch

    class DataPipeline(torch.utils.data.IterableDataset):  # type: ignore[type-arg]
        """Samples that go through steps; a method adds another one."""

        def __init__(self, *stages: Any, **options: Any) -> None:
            self.stages = list(stages[1:])
            self.source = stages[0] if stages else ()

        def __iter__(self) -> Iterator[Any]:
            return _through(self.source, self.stages)

        def __getattr__(self, name: str) -> Any:
            if name not in STEPS:
                raise AttributeError(name)
            return partial(self._with, STEPS[name])

        def _with(self, step: Any, *given: Any, **options: Any) -> Any:
            self.stages.append(step(*given, **options))
            return self

    class WebDataset(DataPipeline):
        """The samples of archives."""

        def __init__(self, urls: Any, *args: Any, **options: Any) -> None:
            super().__init__(shards(urls), samples)

    class WebLoader(DataPipeline):
        """What a data loader of torch gives."""

        def __init__(self, dataset: Any, *args: Any, batch_size: Any = None, **options: Any) -> None:
            kept = {name: value for name, value in options.items() if name in ("collate_fn", "drop_last")}
            super().__init__(torch.utils.data.DataLoader(dataset, batch_size=batch_size, **kept))

    return {"DataPipeline": DataPipeline, "WebDataset": WebDataset, "WebLoader": WebLoader}


def fill(module: ModuleType, run: Run) -> None:
    """Fills `webdataset`."""
    if module.__name__ == "webdataset":
        module.__dict__.update(STEPS, **_classes(), SimpleShardList=shards, ResampledShards=shards)
        module.__dict__.update(split_by_node=iter, split_by_worker=iter, single_node_only=iter)  # steps as they are
        module.__dict__.update(warn_and_continue=None, ignore_and_continue=None, reraise_exception=None)
