"""The operating system: paths, the environment, removing what was written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Hashable

from lora_lint.flow.calls.foreign import call_foreign
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import items_of
from lora_lint.flow.objects.listings import note_listing
from lora_lint.flow.objects.placing import SET
from lora_lint.flow.objects.strings import Atoms, atoms_of, change_directory, join_paths, last, parent, place_of, text
from lora_lint.flow.values import NONE, Const, ObjRef, Sym, Text, Tup, Value
from lora_lint.flow.worlds.terms import make
from lora_lint.lifecycle.events.disk import Expected, TensorsRead
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


def _split_path(call: LibCall) -> Value:
    """`os.path.split(out)`: the directory, and the name in it."""
    atoms = atoms_of(call.machine.world, call.arg("p"))
    return Tup((text(parent(atoms)), text(last(atoms)))) if atoms is not None else call.unknown()


def _split_suffix(call: LibCall) -> Value:
    """`os.path.splitext(out)`: a path without its suffix, and the suffix."""
    atoms = atoms_of(call.machine.world, call.arg("p"))
    if not atoms or not isinstance(atoms[-1], str):
        return call.unknown()
    rest, suffix = posixpath.splitext(atoms[-1])
    return Tup((text((*atoms[:-1], rest)), Const(suffix)))


def _same_path(call: LibCall) -> Value:
    atoms = atoms_of(call.machine.world, call.arg("path"))
    return text(atoms) if atoms is not None else call.unknown(kind="builtins.str")


def _exists(call: LibCall) -> Value:
    """Whether a file is there is only known when the script runs, and may change while it does."""
    path = call.receiver if call.option("receiver") else call.arg("path")
    atoms = atoms_of(call.machine.world, path)
    if atoms is not None:
        _expect(call, atoms, "exists")
    place = place_of(call.machine.world, path, call.machine.usual)
    return call.unknown("exists", atoms, len(call.machine.world.life.disk.get(place, ())) if place is not None else 0)


def _list(call: LibCall) -> Value:
    """`os.listdir(out)`: which files are there, by whatever name."""
    place = call.place("path")
    if place is not None:
        call.machine.emit(call.node, None, Expected("", place, "listed", call.name))
    return note_listing(call.machine, call.unknown(), place)


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


def _search(call: LibCall) -> Value:
    """`Path(out).glob("adapter_model.bin")`, `glob.glob(out + "/*/adapter_model.bin")`: which files are there is not
    known, but of one name which is asked for."""
    pattern = call.arg(call.row.params[0])
    atoms = atoms_of(call.machine.world, pattern)
    below = atoms_of(call.machine.world, call.receiver) if call.option("receiver") else ()
    place = None
    if atoms is not None and below is not None:
        name = last(atoms)
        folder = join_paths(
            [part for part in (below, tuple(_before_wildcard(list(parent(atoms))))) if part], path=False
        )
        place = place_of(call.machine.world, folder, call.machine.usual)
        if len(name) == 1 and isinstance(name[0], str):
            call.machine.emit(call.node, None, Expected(name[0], place, "searched", call.name))
    if call.receiver is None:
        found = call_foreign(call.machine, call.name, call.args, call.node)
    else:
        site = call.machine.site(call.node)
        found = Sym(make(site, "call", call.name.rpartition(".")[2], call.receiver, *call.args.pos))
    named = last(atoms) if atoms is not None else ()
    return note_listing(call.machine, found, place, "".join(atom for atom in named if isinstance(atom, str)))


def _read_file(call: LibCall) -> Value:
    """`torch.load(path)` and kin."""
    path = call.receiver if call.option("receiver") else call.arg(call.row.params[0])
    atoms = atoms_of(call.machine.world, path)
    if call.receiver is None:
        call.machine.emit(call.node, None, TensorsRead())
    if atoms is not None:
        _expect(call, atoms, "read")
        written = call.machine.world.frames.get(FILES, {}).get(atoms)
        return written if written is not None else call.unknown("file", atoms)
    return call.unknown("file")


def read_at(value: Value) -> tuple[Atoms, tuple[Hashable, ...]] | None:
    """The path of the file that a value comes of, and by which keys, if nothing else is in it."""
    term = value.term if isinstance(value, Sym) else ()
    keys: list[Hashable] = []
    while len(term) == 3 and term[0] == "item" and isinstance(term[1], tuple) and isinstance(term[2], Const):
        keys.insert(0, term[2].value)
        term = term[1]
    return (term[3], tuple(keys)) if term[:1] == ("met",) and term[2:3] == ("file",) and len(term) > 3 else None


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
    written = call.machine.world.frames.get(SET, {}).get(name) if isinstance(name, str) else None
    if written is not None:
        if call.option("takes"):
            call.machine.world.frame(SET).pop(name, None)
        return written
    around = call.machine.started.environment
    if around is not None and isinstance(name, str):
        if name in around:
            return Const(around[name])
        if isinstance(default, Const):
            return default
    if isinstance(default, Const):
        call.machine.usual[term] = default
    return Sym(term, kind="builtins.str" if isinstance(default, Const) and isinstance(default.value, str) else "")


def _copy(call: LibCall) -> Value:
    """`shutil.copytree(out, elsewhere)`: what lies there lies at a second place, too."""
    source, target = call.place("src"), call.place("dst")
    if source is not None:
        how = Keeping.KEPT if call.option("whole") else Keeping.UNSURE  # of single files nobody counts which
        call.machine.world.life.copy_out(source, target, how, call.machine.site(call.node))
    return call.arg("dst") or call.unknown()


def _upload(call: LibCall) -> Value:
    """`api.upload_folder(folder_path=out)`: what lies there lies on the hub, too, but for what is left out."""
    source = call.place("folder_path")
    left_out = [call.args.kw.get(name, NONE) for name in ("ignore_patterns", "allow_patterns")]
    if source is not None:
        how = Keeping.KEPT if all(value == NONE for value in left_out) else Keeping.UNSURE
        call.machine.world.life.copy_out(source, None, how, call.machine.site(call.node))
    return call.unknown()


def _change_directory(call: LibCall) -> Value:
    """`os.chdir(path)`: relative paths begin elsewhere from here on."""
    change_directory(call.machine.world, call.arg("path") or call.unknown())
    return Const(None)


def _command(call: LibCall) -> Value:
    """`subprocess.run(["mv", "out", "adapter"])`: what lies in the directories that a command names may lie somewhere
    else now."""
    machine, world = call.machine, call.machine.world
    command = call.arg("args")
    given = call_foreign(machine, call.name, call.args, call.node)
    for place in _named_places(machine, command) if command is not None else ():
        world.life.move(place, None)
    return given


def _named_places(machine: Machine, command: Value) -> list[Place]:
    parts = items_of(machine, command, machine.module.tree) if isinstance(command, (Tup, ObjRef)) else [command]
    found: list[Place] = []
    for part in parts or ():
        for word in _words(atoms_of(machine.world, part) or ()):
            place = place_of(machine.world, text(word), machine.usual)
            if place is not None and place.segments:
                found.append(place)
    return found


def _words(atoms: tuple[Hashable, ...]) -> list[tuple[Hashable, ...]]:
    """What a shell makes of a command, up to the first wildcard of each word; quotes do not hold it together."""
    words: list[list[Hashable]] = [[]]
    for atom in atoms:
        if not isinstance(atom, str):
            words[-1].append(atom)
            continue
        first, *rest = re.split(r"[\s;|&<>\"'=]", atom)
        words[-1].append(first)
        words += [[piece] for piece in rest]
    return [tuple(_before_wildcard(word)) for word in words if any(piece != "" for piece in word)]


def _before_wildcard(word: list[Hashable]) -> list[Hashable]:
    for i, atom in enumerate(word):
        if isinstance(atom, str) and (wild := re.search(r"[*?\[{$]", atom)):
            return [*word[:i], atom[: wild.start()].rpartition("/")[0]]
    return word


VERBS: dict[str, Verb] = {
    "copy": _copy,
    "upload": _upload,
    "join_path": _join_path,
    "path": _path,
    "parent_path": _parent_path,
    "path_name": _path_name,
    "split_path": _split_path,
    "split_suffix": _split_suffix,
    "same_path": _same_path,
    "exists": _exists,
    "search": _search,
    "list_files": _list,
    "read_file": _read_file,
    "environment": _environment,
    "change_directory": _change_directory,
    "command": _command,
    "open": lambda call: call.unknown("file"),
}
