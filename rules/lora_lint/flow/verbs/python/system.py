"""The operating system: paths, the environment, removing what was written."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.strings import atoms_of, join_paths, last, parent, place_of, text
from lora_lint.flow.values import Const, Sym, Text, Value
from lora_lint.lifecycle.events.disk import Expected, Removed
from lora_lint.lifecycle.files import ADAPTER_FILES
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Keeping

FILES = ("files", 0)  # the frame that holds what the script itself wrote with torch.save and kin, by path


def _join_path(call: LibCall) -> Value:
    parts = [atoms_of(call.machine.world, call.machine.settle(arg, call.node)) for arg in call.args.pos]
    if not parts or call.args.open or any(part is None for part in parts):
        return call.unknown(kind="builtins.str")
    return join_paths([part for part in parts if part is not None], path=False)


def _path(call: LibCall) -> Value:
    """`pathlib.Path(...)`."""
    if not call.args.pos:
        return Text((".",), path=True)
    joined = _join_path(call)
    atoms = atoms_of(call.machine.world, joined)
    return Text(atoms, path=True) if atoms is not None else joined


def _parent_path(call: LibCall) -> Value:
    atoms = atoms_of(call.machine.world, call.arg("path"))
    return text(parent(atoms)) if atoms is not None else call.unknown(kind="builtins.str")


def _path_name(call: LibCall) -> Value:
    atoms = atoms_of(call.machine.world, call.arg("path"))
    return text(last(atoms)) if atoms is not None else call.unknown(kind="builtins.str")


def _same_path(call: LibCall) -> Value:
    atoms = atoms_of(call.machine.world, call.arg("path"))
    return text(atoms) if atoms is not None else call.unknown(kind="builtins.str")


def _exists(call: LibCall) -> Value:
    """Whether a file is there is only known when the script runs, and may change while it does."""
    path = call.receiver if call.option("receiver") else call.arg("path")
    atoms = atoms_of(call.machine.world, path)
    if atoms is not None:
        _expect(call, atoms, "exists")
    return call.unknown("exists", atoms)


def _expect(call: LibCall, atoms: tuple[object, ...], how: str) -> None:
    """Somebody asks for a file by name: rules about file names read this."""
    name = last(atoms)
    if name and isinstance(name[-1], str):
        place = place_of(call.machine.world, text(parent(atoms)), call.machine.usual)
        call.machine.emit(
            call.node,
            None,
            Expected(name="".join(a for a in name if isinstance(a, str)), place=place, how=how, reader=call.name),
        )


def _read_file(call: LibCall) -> Value:
    """`torch.load(path)` and kin."""
    path = call.receiver if call.option("receiver") else call.arg(call.row.params[0])
    atoms = atoms_of(call.machine.world, path)
    if atoms is not None:
        _expect(call, atoms, "read")
        written = call.machine.world.frames.get(FILES, {}).get(atoms)
        return written if written is not None else call.unknown("file", atoms)
    return call.unknown("file")


def read_from(value: Value) -> str:
    """The name of the file that a value is all of; "" where it is of none, or the name is not known."""
    if not isinstance(value, Sym) or value.term[:1] != ("met",) or value.term[2:3] != ("file",):
        return ""
    name = last(value.term[3]) if len(value.term) > 3 else ()
    return name[0] if len(name) == 1 and isinstance(name[0], str) else ""


def _environment(call: LibCall) -> Value:
    """An environment variable; the rank of a process is that of the main process."""
    key = call.arg("key")
    default = call.arg("default")
    name = key.value if isinstance(key, Const) else None
    term = ("environment", name) if name is not None else ("environment", key)
    if isinstance(name, str) and call.machine.knowledge.is_rank(name):
        return Sym(("rank", name))
    if isinstance(default, Const):
        call.machine.usual[term] = default
    return Sym(term, kind="builtins.str" if isinstance(default, Const) and isinstance(default.value, str) else "")


def _remove(call: LibCall) -> Value:
    """`shutil.rmtree(out)`, `os.remove(out + "/adapter_model.safetensors")`."""
    place = call.place("path")
    if place is not None:
        life = call.machine.world.life
        life.erase(place)
        call.machine.emit(call.node, None, Removed(name=_spelled(place)))
        if call.option("file") and _spelled(place) in ADAPTER_FILES:  # without one of them it is no adapter
            life.erase(place._replace(segments=place.segments[:-1], usual=place.usual[:-1]))
    return Const(None)


def _move(call: LibCall) -> Value:
    """`shutil.move(out, elsewhere)`, `Path.rename`: what lay there lies somewhere else now."""
    source, target = call.place("src"), call.place("dst")
    if source is not None:
        call.machine.world.life.move(source, target)
        call.machine.emit(call.node, None, Removed(name=_spelled(source)))
    return call.arg("dst") or call.unknown()


def _copy(call: LibCall) -> Value:
    """`shutil.copytree(out, elsewhere)`: what lies there lies at a second place, too."""
    source, target = call.place("src"), call.place("dst")
    if source is not None:
        how = Keeping.KEPT if call.option("whole") else Keeping.UNSURE  # of single files nobody counts which
        call.machine.world.life.copy_out(source, target, how, call.machine.site(call.node))
    return call.arg("dst") or call.unknown()


def _spelled(place: Place) -> str:
    """The literal part of a path's last segment."""
    return "".join(atom for atom in place.segments[-1] if isinstance(atom, str)) if place.segments else ""


VERBS: dict[str, Verb] = {
    "move": _move,
    "copy": _copy,
    "join_path": _join_path,
    "path": _path,
    "parent_path": _parent_path,
    "path_name": _path_name,
    "same_path": _same_path,
    "exists": _exists,
    "read_file": _read_file,
    "environment": _environment,
    "remove": _remove,
    "open": lambda call: call.unknown("file"),
}
