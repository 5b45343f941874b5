"""Where something is written: a directory or a hub repository, in a form that can be compared.

A path in a script is text with holes: `f"{args.out}/final"`, `os.path.join(out, "final")` and `Path(out) / "final"`
are one place when `args.out` and `out` are one value. A place is therefore a sequence of segments, each a sequence of
atoms: a piece of literal text, or an opaque symbol that stands for what the script only knows when it runs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

Atom = Hashable  # a str is literal text; anything else is a symbol
Segment = tuple[Atom, ...]
CHECKPOINT_FOLDER = "checkpoint-*"  # stands for those that a trainer makes


class Place(NamedTuple):
    """A directory (`hub` false) or a hub repository (`hub` true).

    `segments` compare literally. `usual` is the same place with every option at its default value, or equal to
    `segments` where no option is in it: two options with one default meet there.
    """

    segments: tuple[Segment, ...]
    hub: bool = False
    usual: tuple[Segment, ...] = ()

    def same(self, other: Place) -> bool:
        """True where both are one place, whatever the options are."""
        return self.hub == other.hub and self.segments == other.segments

    def same_by_default(self, other: Place) -> bool:
        """True where both are one place as long as every option keeps its default."""
        return self.hub == other.hub and (self.usual or self.segments) == (other.usual or other.segments)

    def under(self, other: Place) -> bool:
        """True where this place lies strictly inside `other`."""
        n = len(other.segments)
        return self.hub == other.hub and len(self.segments) > n and self.segments[:n] == other.segments

    def moved(self, source: Place, target: Place) -> Place:
        """This place after `source`, which it is or lies in, was renamed to `target`."""
        rest = self.segments[len(source.segments) :]
        usual = (*target.usual, *self.usual[len(source.usual) :]) if target.usual and self.usual else ()
        return Place((*target.segments, *rest), target.hub, usual)

    def named(self, suffix: str) -> Place:
        """The place beside this one that has the same name with a suffix."""

        def longer(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
            *before, last = segments
            end = (*last[:-1], last[-1] + suffix) if isinstance(last[-1], str) else (*last, suffix)
            return (*before, end)

        return Place(longer(self.segments), self.hub, longer(self.usual) if self.usual else ())

    @property
    def passing(self) -> bool:
        """Does it lie where systems keep what may be gone tomorrow?"""
        where = self.usual or self.segments
        return where[:2] == (("/",), ("tmp",)) or where[:3] == (("/",), ("var",), ("tmp",))

    @property
    def temporary(self) -> bool:
        """Is it inside a TemporaryDirectory, gone when its block ends?"""
        return any(isinstance(a, tuple) and a[:1] == ("temporary",) for segment in self.segments for a in segment)

    @property
    def fixed(self) -> bool:
        """Is it one directory in every run: written out in full, or beside a file of the project?"""
        return all(isinstance(atom, str) or _module_of(atom) for segment in self.segments for atom in segment)

    @property
    def beside(self) -> frozenset[str]:
        """The modules of the project beside whose files it lies."""
        return frozenset(name for segment in self.segments for atom in segment if (name := _module_of(atom)))

    @property
    def literal(self) -> str | None:
        """The path as plain text, or None where a symbol is in it."""
        if all(isinstance(atom, str) for segment in self.segments for atom in segment):
            names = ["".join(map(str, segment)) for segment in self.segments]
            return "/".join(["", *names[1:]] if names[:1] == ["/"] and len(names) > 1 else names) or "."
        return None


def usually(place: Place) -> Place:
    """The place, as long as every option keeps its default."""
    return Place(place.usual, place.hub) if place.usual else place


FILE = "file"  # ("file", module) is the path of a module of the project


def _module_of(atom: Atom) -> str:
    """The module whose path it is, or that of a folder around it; "" where it is anything else."""
    while isinstance(atom, tuple) and len(atom) == 2 and atom[0] == "parent":
        atom = atom[1]
    return str(atom[1]) if isinstance(atom, tuple) and len(atom) == 2 and atom[0] == FILE else ""


def unknown(segments: Sequence[Segment]) -> bool:
    """Does a path begin with a symbol and have no more than that? Then nothing says how many folders it names."""
    return len(segments) == 1 and not isinstance(segments[0][0], str)


def above(segments: Sequence[Segment]) -> Atom:
    """The directory that an unknown path lies in, itself unknown."""
    return ("parent", *segments[0])


def segments_of(atoms: Iterable[Atom]) -> tuple[Segment, ...]:
    """Splits text with holes at its slashes and resolves `.`, `..`, doubled and trailing slashes.

    A leading slash stays as a first segment of its own, so an absolute path never equals a relative one.
    """
    segments: list[Segment] = []
    current: list[Atom] = []

    def close() -> None:
        segment = tuple(current)
        current.clear()
        if segment in ((), (".",)):
            return
        if segment != ("..",) or not segments or segments[-1] in (("..",), ("/",)):
            segments.append(segment)
        elif unknown(segments):
            segments[:] = [(above(segments),)]
        else:
            segments.pop()

    first = True
    for atom in atoms:
        if not isinstance(atom, str):
            current.append(atom)
            first = False
            continue
        pieces = atom.replace("\\", "/").split("/")
        for i, piece in enumerate(pieces):
            if i:
                if first and not current and not segments:
                    segments.append(("/",))
                close()
            if piece:
                first = False
                if current and isinstance(current[-1], str):
                    current[-1] += piece
                else:
                    current.append(piece)
    close()
    return tuple(segments)
