"""What a function that is not here hands back, by how the script takes it: `model = wrap(model)`,
`model, optimizer, loader = engine.make_private(module=model, optimizer=optimizer, data_loader=loader, ...)`."""

from __future__ import annotations

import ast
import dis
import functools
import importlib
import re
from types import FrameType, FunctionType
from typing import Any

PLAIN = (str, bytes, int, float, bool, type(None), list, tuple, dict, set, type)
BY_NAME = {"image", "images", "mask", "masks", "keypoints", "bboxes"}
MEASURES = re.compile(
    r"scor|metric|accura|entrop|distan|simil|mean|std|var|norm$|fid|psnr|ssim|[wc]er$|auc|f1|compute|eval|estim|detect"
    r"|count|log|save|write|show|plot|draw",
    re.I,
)
SAMPLES = 16
UNPACK = dis.opmap["UNPACK_SEQUENCE"]


def same_again(frame: FrameType | None, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A model that is given, where what comes back takes its place; else None."""
    everything: list[tuple[int | str, Any]] = [*enumerate(args), *options.items()]
    models = [(place, value) for place, value in everything if hasattr(value, "named_parameters")]
    if len(models) != 1 or frame is None:
        return None
    place, model = models[0]
    for call, targets in _assigned(frame.f_code.co_filename).get(frame.f_lineno, ()):
        given: dict[int | str | None, ast.expr] = {k.arg: k.value for k in call.keywords}
        given.update(enumerate(call.args))
        if place in given and ast.unparse(given[place]) in targets:
            return model
    return None


def one_array(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """The one array or tensor that a function was given (as a list of its numbers, too), which augments, filters or
    scales it; a measure of it is a number, and what takes a picture by name hands it back by that
    (`augment(image=picture)["image"]`)."""
    if options.keys() & BY_NAME:
        return None
    given = (*args, *options.values())
    arrays = [value for value in given if getattr(value, "ndim", 0) and hasattr(value, "dtype")]
    arrays = arrays or [value for value in given if _samples(value)]
    if len(arrays) == 1 and isinstance(arrays[0], (list, tuple)):
        arrays = [importlib.import_module("numpy").asarray(arrays[0], dtype="float32")]
    return arrays[0] if len(arrays) == 1 and not MEASURES.search(name.rsplit(".", 1)[-1]) else None


def _samples(value: Any) -> bool:
    """A list of many fractions: a sound, a signal."""
    return isinstance(value, (list, tuple)) and len(value) >= SAMPLES and all(type(v) is float for v in value)


def unpacked(frame: FrameType | None) -> int | None:
    """Into how many parts a frame takes something apart right now."""
    if frame is None or frame.f_lasti < 0:
        return None
    code = frame.f_code.co_code
    return code[frame.f_lasti + 1] if code[frame.f_lasti] == UNPACK else None


def parts(count: int, given: tuple[Any, ...]) -> list[Any] | None:
    """The things that a call was given, where they are as many as it is to hand back."""
    things = [value for value in given if not isinstance(value, PLAIN)]
    return things if len(things) == count else None


def starts(frame: FrameType | None, args: tuple[Any, ...], options: dict[str, Any]) -> bool:
    """Is a call on a line of its own, outside of every function, given one of the script's functions alone? So a
    command line starts what is to be run (`Fire(main)`); above a function it would be a decorator."""
    if frame is None or frame.f_code.co_name != "<module>" or len(args) != 1 or options:
        return False
    own = isinstance(args[0], FunctionType) and args[0].__module__ == frame.f_globals.get("__name__") == "__main__"
    return own and frame.f_lineno in _alone(frame.f_code.co_filename)


@functools.cache
def _alone(filename: str) -> set[int]:
    """The lines of a file on which a call stands alone."""
    nodes = ast.walk(_tree(filename))
    return {n.lineno for n in nodes if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)}


def _tree(filename: str) -> ast.Module:
    try:
        with open(filename, "rb") as file:
            return ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


@functools.cache
def _assigned(filename: str) -> dict[int, list[tuple[ast.Call, set[str]]]]:
    """The calls of a file whose value gets a name, by their lines."""
    found: dict[int, list[tuple[ast.Call, set[str]]]] = {}
    for node in ast.walk(_tree(filename)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            named = (node.value, {ast.unparse(target) for target in node.targets})
            for row in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found.setdefault(row, []).append(named)
    return found
