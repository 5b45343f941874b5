"""What of the trained weights lies outside the process, and where: written, moved, copied and removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import STIRRED, Keeping, Kept, Site, Token, Written
from lora_lint.lifecycle.state import State


def lying(entries: Sequence[Written]) -> Sequence[Written]:
    """Those of what was written to a place that nobody may have taken away since."""
    stirred = max((i for i, entry in enumerate(entries) if entry.what == STIRRED), default=-1)
    return entries[stirred + 1 :]


class Disk(State):
    """The directories on one path, with the models and adapters that are kept in them."""

    __slots__ = ()

    def saved_at(self, place: Place) -> Token | None:
        """The weights that this script last saved as an adapter to a place."""
        for other, _ in self.places_like(place):
            for written in self.disk[other][::-1]:
                if written.what == "adapter" and written.tokens:
                    return written.tokens[-1]
        return None

    def merged_at(self, place: Place) -> tuple[Token, ...]:
        """The weights that were folded into the model which this script last saved to a place."""
        for other, _ in self.places_like(place):
            for written in self.disk[other][::-1]:
                if written.what == "model":
                    return written.tokens
        return ()

    def keep(self, token: Token, how: Keeping, place: Place | None, site: Site) -> None:
        """A copy of these weights now exists outside the process, and with a blend what it was computed from."""
        token = self.canonical(token)
        owner = self.adapters.get(token[0])
        for source in owner.sources if owner is not None else ():
            self.keep(source, how, place, site)
        content = self.contents.get(token)
        kept = Kept(how, place, site)
        if content is not None and kept not in content.kept:
            self.own("contents")[token] = content._replace(kept=(*content.kept, kept))

    def write(self, place: Place, written: Written) -> None:
        if written not in self.disk.get(place, ()):
            self.own("disk")[place] = (*self.disk.get(place, ()), written)

    def stir(self, place: Place, site: Site) -> None:
        """Something is taken away from a place, nobody knows what."""
        stirred = Written(STIRRED, (), site)
        entries = self.disk[place]
        if entries[-1] != stirred:
            self.own("disk")[place] = (*(entry for entry in entries if entry != stirred), stirred)

    def stir_in(self, folder: Place, site: Site, named: Callable[[str], bool], *, files: bool) -> None:
        """The same of a folder that is `named` so in another one, and with `files` of this one and all below it."""
        depth = len(folder.segments)
        for place in list(self.disk):
            at = place.same(folder) or place.same_by_default(folder)
            below = place.segments[depth] if place.under(folder) else ()
            name = "".join(atom if isinstance(atom, str) else "*" for atom in below)
            if (files and (at or below)) or (below and named(name)):
                self.stir(place, site)

    def erase(self, place: Place, *, perhaps: Site | None = None) -> None:
        """The directory is removed, and what was kept there with it; `perhaps`, at a site, it was gone already."""

        def gone(other: Place | None) -> bool:
            return other is not None and (other.same(place) or other.under(place))

        for other in [other for other in self.disk if gone(other)]:
            if perhaps is not None:
                self.stir(other, perhaps)
            else:
                del self.own("disk")[other]
        for token, content in list(self.contents.items()):
            kept = tuple(copy for copy in content.kept if not gone(copy.place))
            if kept != content.kept:
                self.own("contents")[token] = content._replace(kept=kept)

    def move(self, source: Place, target: Place | None) -> None:
        """The directory gets another name, `target` where that is known: what was kept there is kept still."""

        def moved(place: Place | None) -> Place | None:
            if place is None or not (place.same(source) or place.under(source)):
                return place
            return place.moved(source, target) if target is not None else None

        for place in list(self.disk):
            now = moved(place)
            if now is not place:
                entries = self.own("disk").pop(place)
                if now is not None:
                    self.own("disk")[now] = entries
        for token, content in list(self.contents.items()):
            kept = tuple(copy._replace(place=moved(copy.place)) for copy in content.kept)
            if kept != content.kept:
                self.own("contents")[token] = content._replace(kept=kept)

    def copy_out(self, source: Place, target: Place | None, how: Keeping, site: Site, *, good: bool = False) -> None:
        """What is kept in a directory, above it or below it is copied elsewhere, to `target` where that is known; with
        `good` only what is kept there for good."""
        for token, content in list(self.contents.items()):
            for kept in (kept for kept in content.kept if not good or kept.how is Keeping.KEPT):
                if kept.place is not None and (kept.place.same(source) or source.under(kept.place)):
                    self.keep(token, how, target, site)
                elif kept.place is not None and kept.place.under(source):
                    self.keep(token, how, kept.place.moved(source, target) if target is not None else None, site)
        if target is None:
            return
        for place in list(self.disk):
            if place.same(source) or place.under(source):
                for written in self.disk[place]:
                    self.write(place.moved(source, target), written._replace(temporary=False))
