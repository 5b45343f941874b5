"""What of the trained weights lies outside the process, and where: written, moved, copied and removed."""

from __future__ import annotations

from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Keeping, Kept, Site, Token, Written
from lora_lint.lifecycle.state import State


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

    def erase(self, place: Place) -> None:
        """The directory is removed, and what was kept there with it."""

        def gone(other: Place | None) -> bool:
            return other is not None and (other.same(place) or other.under(place))

        for other in [other for other in self.disk if gone(other)]:
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
