"""The state of a model in words: the same ones in hover, inlay hints, traces and `reveal_state`."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from lora_lint.lifecycle.forms import form_of
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place, Segment
from lora_lint.lifecycle.records import Content, Keeping, Oid, Sure, Token

KEPT_WORDS = {
    Keeping.NOWHERE: "not saved",
    Keeping.TEMPORARY: "saved only in a temporary directory",
    Keeping.WEIGHTS: "saved as tensors without adapter_config.json",
    Keeping.CHECKPOINT: "only in a checkpoint",
    Keeping.UNSURE: "may be saved by code that is not seen",
    Keeping.KEPT: "saved",
}

UNKNOWN = "..."  # a part of a path that the script computes


def describe(life: Life, oid: Oid) -> str:
    """One line on a model: what it is, its adapters, and what was done with them."""
    return " · ".join([form_of(life, oid).text, *adapter_texts(life, oid)])


def phase(life: Life, oid: Oid) -> str:
    """The state in one word, which has a colour in pictures: plain, untrained, trained, merged or emptied."""
    if life.emptied(oid):
        return "emptied"
    held = life.held(oid)
    if held:
        return "untrained" if all(life.content(life.token(a)).trained is Sure.NO for a in held) else "trained"
    return "merged" if life.base(oid).merged else "plain"


def adapter_texts(life: Life, oid: Oid) -> list[str]:
    """One piece a adapter: those it holds, then those that were folded in or thrown away."""
    active = life.active(oid)
    texts: list[str] = []
    for adapter in life.held(oid):
        record = life.adapters[adapter]
        words = [content_text(life, record.token)]
        if record.frozen is not None:
            words.append("frozen")
        if adapter not in active:
            words.append("not active")
        texts.append(f"adapter {name_text(record.name)}: {', '.join(words)}")
    base = life.base(oid)
    if life.peft(oid) is None or life.emptied(oid):
        for token in dict.fromkeys((*base.merged, *base.stripped)):
            gone = life.adapters.get(life.canonical(token)[0])
            if gone is not None:
                what = "merged" if token in base.merged else "unloaded"
                texts.append(f"adapter {name_text(gone.name)}: {what}, {content_text(life, token)}")
    return texts


def name_text(name: object) -> str:
    return f'"{name}"' if isinstance(name, str) else "(named by the script)"


def content_text(life: Life, token: Token) -> str:
    """Whether weights were trained here, and whether they are kept."""
    content = life.contents.get(life.canonical(token))
    if content is None:
        return "unknown"
    if content.elsewhere:
        return "loaded"
    if content.trained is Sure.NO:
        return "untrained" + (", saved" if content.keeping is Keeping.KEPT else "")
    trained = "trained" if content.trained is Sure.YES else "perhaps trained"
    return f"{trained}, {KEPT_WORDS[content.keeping]}{_where(content)}"


def _where(content: Content) -> str:
    for kept in content.kept:
        if kept.how is content.keeping and kept.place is not None and kept.place.literal is not None:
            return f" in {place_text(kept.place)}"
    return ""


def place_text(place: Place | None) -> str:
    """A place as the script names it, `<name>` standing for an option and `...` for what else it computes; that of a
    parameter by its default."""
    if place is None:
        return "a directory that is not known"
    named = path_text(place.segments, _atom_text)
    usual = path_text(place.usual, _atom_text)
    return f'"{usual}" by default' if UNKNOWN in named and usual and UNKNOWN not in usual else f'"{named or "."}"'


def path_text(segments: tuple[Segment, ...], atom_text: Callable[[Hashable], str] | None = None) -> str:
    """The names of a path, `...` standing for what the script computes, where nothing else tells of it."""
    tell = atom_text or (lambda atom: atom if isinstance(atom, str) else UNKNOWN)
    text = "/".join("".join(map(tell, segment)) for segment in segments)
    return text.replace("//", "/", 1) if text.startswith("//") else text


def _atom_text(atom: Hashable) -> str:
    """A part of a path's name. An adapter that is not called `default` lies in a folder of its name."""
    match atom:
        case str():
            return atom
        case ("option", _, str(name)):
            return f"<{name}>"
        case ("adapter", name):
            return _atom_text(name)
    return UNKNOWN
