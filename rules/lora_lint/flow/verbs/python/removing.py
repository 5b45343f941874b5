"""Files and directories that are removed, or moved away."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.listings import found_in
from lora_lint.flow.objects.strings import atoms_of, place_of, text
from lora_lint.flow.values import Const, Value
from lora_lint.lifecycle.events.disk import Removed
from lora_lint.lifecycle.files import ADAPTER_FILES
from lora_lint.lifecycle.places import Place

MODEL_FILES = ("config.json", "model.safetensors")


def _remove(call: LibCall) -> Value:
    """`shutil.rmtree(out)`, `os.remove(out + "/adapter_model.safetensors")`."""
    place = call.place("path")
    if place is not None:
        life = call.machine.world.life
        perhaps = call.machine.site(call.node) if _is_there(call.machine, place) else None
        life.erase(place, perhaps=perhaps)
        call.machine.emit(call.node, None, Removed(_spelled(place), place))
        if call.option("file") and _spelled(place) in ADAPTER_FILES:  # without one of them it is no adapter
            life.erase(_folder(place), perhaps=perhaps)
        _take_away(call, "path", files=bool(call.option("file")))
    return Const(None)


def _is_there(machine: Machine, place: Place) -> bool:
    """Does it hang on a test whether something is there that is about to be removed? Where it was not, it is not there
    afterwards either."""
    for term, assumption in machine.world.assumed.items():
        if assumption.holds and term[:1] == ("met",) and term[2:3] == ("exists",) and term[3] is not None:
            tested = place_of(machine.world, text(term[3]), machine.usual)
            if tested is not None and tested.segments:
                of_adapter = _spelled(tested) in ADAPTER_FILES and _folder(tested).same(place)
                if of_adapter or place.same(tested) or place.under(tested):
                    return True
    return False


def _folder(place: Place) -> Place:
    return place._replace(segments=place.segments[:-1], usual=place.usual[:-1])


def _take_away(call: LibCall, name: str, *, files: bool) -> None:
    """`for file in Path(out).glob("adapter_*"): file.unlink()`: of a name that is not known, nobody knows what is gone;
    with `files` it may be a file."""
    machine = call.machine
    path = call.receiver if call.option("receiver") == name else call.arg(name)
    folder, pattern = found_in(machine, atoms_of(machine.world, path) or ()) or (None, "")
    if folder is not None:
        named = partial(fnmatchcase, pat=pattern)
        files = files and any(map(named, (*ADAPTER_FILES, *MODEL_FILES)))
        machine.world.life.stir_in(folder, machine.site(call.node), named, files=files)


def _move(call: LibCall) -> Value:
    """`shutil.move(out, elsewhere)`, `Path.rename`: what lay there lies somewhere else now."""
    source, target = call.place("src"), call.place("dst")
    if source is not None:
        call.machine.world.life.move(source, target)
        call.machine.emit(call.node, None, Removed(_spelled(source), source, target))
        _take_away(call, "src", files=True)
    return call.arg("dst") or call.unknown()


def _spelled(place: Place) -> str:
    """The literal part of a path's last segment."""
    return "".join(atom for atom in place.segments[-1] if isinstance(atom, str)) if place.segments else ""


VERBS: dict[str, Verb] = {"remove": _remove, "move": _move}
