"""Strings and paths with holes: what can be said of them, and the operations of str, os.path and pathlib on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from string import Formatter
from typing import Any

from lora_lint.flow.objects.slashes import unstripped
from lora_lint.flow.values import Const, Sym, Term, Text, Tup, Value, const
from lora_lint.flow.worlds.terms import large, pick
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge.spoken_keys import Key, answer
from lora_lint.lifecycle.places import Place, Segment, above, segments_of, unknown
from lora_lint.lifecycle.records import Oid

Atoms = tuple[Hashable, ...]
MOST_PARENTS = 8
MOST_ATOMS, LONGEST = 64, 20_000  # pieces of a text, and characters: doubled thirty times they would fill the memory


def atoms_of(world: World, value: Value | None) -> Atoms | None:
    """The pieces of a text: literal strings and terms; None where the value is no text."""
    if value is None:
        return None
    value = pick(world, value)
    if type(value) is Text:
        return value.parts
    if type(value) is Const:
        if isinstance(value.value, str):
            return (value.value,)
        return None if value.value is None or isinstance(value.value, (bool, bytes)) else (str(value.value),)
    return (value.term,) if type(value) is Sym else None


def text(atoms: Atoms, *, path: bool = False) -> Value:
    """A text from pieces, as a plain constant where it has no holes. One that is too long is known as a whole only."""
    if large(*atoms) or len(atoms) > MOST_ATOMS or sum(len(atom) for atom in atoms if isinstance(atom, str)) > LONGEST:
        atoms = (("long", hash(atoms)),)
    joined: list[Any] = []
    for atom in atoms:
        if isinstance(atom, str) and joined and isinstance(joined[-1], str):
            joined[-1] += atom
        elif atom != "":
            joined.append(atom)
    if not path:
        if not joined:
            return Const("")
        if len(joined) == 1 and isinstance(joined[0], str):
            return Const(joined[0])
    return Text(tuple(joined), path)


def join_paths(parts: list[Atoms], *, path: bool) -> Value:
    """os.path.join, or `/` of pathlib: an absolute part starts anew."""
    atoms: list[Hashable] = []
    for part in parts:
        if part and isinstance(part[0], str) and part[0].startswith("/"):
            atoms = []
        if part and atoms == [("parent", part[0])]:  # `path.parent / path.name` is the path
            atoms = []
        if atoms and atoms != [""]:
            atoms.append("/")
        atoms.extend(part)
    return text(tuple(atoms), path=path)


def place_of(world: World, value: Value | None, usual: Mapping[Term, Const], *, hub: bool = False) -> Place | None:
    """The directory (or hub repository) that a value names. An empty text names none: it is yet to be filled in."""
    atoms = unstripped(atoms_of(world, value) or ())
    if not atoms or not any(atoms):
        return None
    if not hub:
        atoms = _from_here(world, atoms)
    segments = segments_of(atoms)
    defaults: tuple[Segment, ...] = ()
    if any(isinstance(atom, tuple) and atom in usual for atom in atoms):
        filled = [usual[atom].value if isinstance(atom, tuple) and atom in usual else atom for atom in atoms]
        if None not in filled and any(filled):  # an option without a default is given, and nobody knows what
            defaults = segments_of(atom if isinstance(atom, tuple) else str(atom) for atom in filled)
    return Place(segments, hub, defaults)


WORKING: Oid = ("working directory", 0)  # the frame that holds the directory the script has changed to
WHERE = "where"
NOWHERE_ELSE = ("temporary", "file")  # terms of paths that do not depend on the directory


def change_directory(world: World, value: Value) -> Value:
    """`os.chdir(value)`; gives what changes back."""
    before = world.frame(WORKING).get(WHERE, Const("."))
    atoms = atoms_of(world, value)
    world.frame(WORKING)[WHERE] = text(_from_here(world, atoms)) if atoms else value
    return before


def _from_here(world: World, atoms: Atoms) -> Atoms:
    """A path as it reads from the directory in which the script began."""
    here = world.frames.get(WORKING, {}).get(WHERE)
    first = atoms[0]
    absolute = (
        first[:1] in ("/", "~") if isinstance(first, str) else isinstance(first, tuple) and first[0] in NOWHERE_ELSE
    )
    if here is None or here == Const(".") or absolute:
        return atoms
    inside = atoms_of(world, here) or (("directory", here),)
    return (*inside, "/", *atoms)


def is_path(value: Value) -> bool:
    return isinstance(value, Text) and value.path


def parent(atoms: Atoms) -> Atoms:
    """The directory that a path lies in."""
    segments = segments_of(atoms)
    return (above(segments),) if unknown(segments) else tuple(_from_segments(segments[:-1]))


def last(atoms: Atoms) -> Atoms:
    segments = segments_of(atoms)
    return segments[-1] if segments else ()


def _from_segments(segments: tuple[Segment, ...]) -> list[Hashable]:
    atoms: list[Hashable] = []
    for i, segment in enumerate(segments):
        if i and segments[i - 1] != ("/",):
            atoms.append("/")
        atoms.extend(segment)
    return atoms


def path_attribute(atoms: Atoms, name: str) -> Value | None:
    """`.parent`, `.parents`, `.name`, `.stem`, `.suffix` of a pathlib path."""
    if name == "parent":
        return text(parent(atoms), path=True)
    if name == "parents":
        return _parents(atoms)
    segment = last(atoms)
    if name == "name":
        return text(segment)
    if name in ("stem", "suffix") and segment and isinstance(segment[-1], str):
        stem, dot, suffix = segment[-1].rpartition(".")
        if not stem:
            stem, dot, suffix = segment[-1], "", ""
        return text((*segment[:-1], stem)) if name == "stem" else Const(dot + suffix)
    return None


def _parents(atoms: Atoms) -> Tup:
    """All directories above a path, the nearest first; where its beginning is not known, a few of them."""
    found: list[Value] = []
    while segments_of(atoms) not in ((), (("/",),)) and len(found) < MOST_PARENTS:
        atoms = parent(atoms)
        found.append(text(atoms, path=True))
    return Tup(tuple(found), len(found) == MOST_PARENTS)


def path_method(world: World, atoms: Atoms, name: str, args: list[Value]) -> Value | None:
    """Methods of pathlib paths that give a path or a string; None for any other."""
    given = [atoms_of(world, arg) for arg in args]
    if name in ("resolve", "absolute", "expanduser"):
        return text(atoms, path=True)
    if name in ("as_posix", "__str__", "__fspath__"):
        return text(atoms)
    if name == "joinpath" and all(part is not None for part in given):
        return join_paths([atoms, *(part for part in given if part is not None)], path=True)
    if name == "with_name" and given and given[0] is not None:
        return join_paths([parent(atoms), given[0]], path=True)
    if name == "with_stem" and given and given[0] is not None:
        suffix = path_attribute(atoms, "suffix")
        return join_paths([parent(atoms), (*given[0], suffix.value)], path=True) if isinstance(suffix, Const) else None
    if name == "with_suffix" and given and given[0] is not None:
        stem = path_attribute(atoms, "stem")
        stemmed = atoms_of(world, stem)
        if stemmed is not None:
            return join_paths([parent(atoms), (*stemmed, *given[0])], path=True)
    return None


SPLITS = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})


def split(value: str, name: str, args: list[Any]) -> list[str] | None:
    """The pieces that a method of a string cuts it into; None where it would raise."""
    try:
        if isinstance(value, Key):
            return value.pieces(lambda text: list(getattr(text, name)(*args)))
        return list(getattr(value, name)(*args))
    except (TypeError, ValueError):
        return None


PLAIN_METHODS = frozenset(
    "lower upper strip lstrip rstrip title capitalize replace startswith endswith split rsplit removeprefix "
    "removesuffix partition rpartition find count isdigit zfill format join casefold".split()
)


def string_method(world: World, value: Const, name: str, args: list[Value], kw: Mapping[str, Value]) -> Value | None:
    """A method of a constant string on constant arguments, simply called; None where something is not known."""
    if name == "format":
        return _format(world, str(value.value), args, kw)
    if name == "join" and len(args) == 1:
        return None
    plain: list[Any] = []
    for arg in args:
        arg = pick(world, arg)
        among = isinstance(arg, Tup) and not arg.open  # `name.startswith(("lora_", "head"))`
        known = [pick(world, one) for one in arg.items] if isinstance(arg, Tup) and among else [arg]
        values = [one.value for one in known if isinstance(one, Const)]
        if len(values) < len(known):
            return None
        plain.append(tuple(values) if among else values[0])
    if name not in PLAIN_METHODS or kw or _would_be_long(value.value, plain):
        return None
    try:
        result = getattr(value.value, name)(*plain)
        if isinstance(value.value, Key):
            return _of_key(value.value, name, plain, result)
    except (TypeError, ValueError, AttributeError):
        return None
    if isinstance(result, str):
        return text((result,))
    return const(result) if isinstance(result, (bool, int)) else None


def _of_key(key: Key, name: str, args: list[Any], result: object) -> Value | None:
    """The same of a key that stands for others, as far as they are alike in that."""

    def method(text: str) -> Any:
        return getattr(text, name)(*args)

    found = (
        key.made(method)
        if isinstance(result, str)
        else answer(key, method, *args)
        if isinstance(result, bool)
        else key.number(method, [arg for arg in args if isinstance(arg, str)])
    )
    return Const(found) if isinstance(found, str) else const(found) if found is not None else None


def _would_be_long(value: object, args: list[Any]) -> bool:
    """Could a method's result be longer than what is kept of a text?"""
    lengths = [arg if isinstance(arg, int) else len(arg) if isinstance(arg, str) else 1 for arg in args]
    return len(str(value)) * max(lengths, default=1) > LONGEST**2 // 100 or any(n > LONGEST for n in lengths)


def _format(world: World, template: str, args: list[Value], kw: Mapping[str, Value]) -> Value | None:
    """`template.format(...)`; None where a field asks for a part of what it is given, or for what is not there."""
    atoms: list[Hashable] = []
    auto = 0
    try:
        fields = list(Formatter().parse(template))
    except ValueError:
        return None
    for literal, field, spec, conversion in fields:
        atoms.append(literal)
        if field is None:  # the end
            continue
        if field == "" or field.isdecimal():
            at = int(field or auto)
            auto += 1
            found = args[at] if at < len(args) else None
        else:
            found = kw.get(field)
        found = pick(world, found) if found is not None else None
        inner = (spelled(found, spec or "", conversion),) if isinstance(found, Const) else atoms_of(world, found)
        if inner is None:
            return None
        atoms.extend(inner)
    return text(tuple(atoms))


def spelled(value: Const, spec: str, conversion: str | None) -> str:
    """A known value as a field of a text asks for it."""
    if not spec and not conversion and isinstance(value.value, str):
        return value.value
    if re.search(r"\d{4}", spec):  # a width that would fill the memory
        return str(value.value)
    try:
        return format(CONVERSIONS[conversion or ""](value.value), spec)
    except (ValueError, TypeError, KeyError):
        return str(value.value)


CONVERSIONS: dict[str, Callable[[Any], Any]] = {"": lambda value: value, "s": str, "r": repr, "a": ascii}


def join_text(world: World, separator: Const, items: list[Value]) -> Value | None:
    """`separator.join(items)`."""
    atoms: list[object] = []
    for i, item in enumerate(items):
        piece = atoms_of(world, item)
        if piece is None:
            return None
        atoms.extend([separator.value, *piece] if i else piece)
    return text(tuple(atoms))
