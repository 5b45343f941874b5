"""What the installed release no longer has, in a line for people that has the new name where one is known."""

from __future__ import annotations

from .kinds import OF_THEIR_OWN
from .known import RELEASES, Entry, certain, version
from .models import layers as older_layers
from .releases import entry_of


def said(error: BaseException) -> str | None:
    """What is no longer there, in a line that has the new name where one is known. None: that is not the reason."""
    entry = entry_of(error)
    if entry is None or entry["kind"] not in SAID:
        return None
    text: str | None = SAID[entry["kind"]](entry, str(error).strip().split("\n")[0][:400], error)
    return text


def _said_name(entry: Entry, first: str, error: BaseException) -> str:
    return said_name(entry)


def said_name(entry: Entry) -> str:
    """A name that can no longer be imported, in a line."""
    home, name = entry["home"], entry["name"]
    library, names = home.split(".")[0], RELEASES["names"]
    now = names.get(f"{home}.{name}") or names.get(home) or names.get(f"{library}.{name}")
    if now is None and certain(entry) and library in RELEASES["since"]:
        return f"{home} {version(home)} has no {name}; one of its releases {RELEASES['since'][library]} has it"
    return f"{home} {version(home)} has no {name}" + (f"; now {now}" if now else "")


def _said_keyword(entry: Entry, first: str, error: BaseException) -> str | None:
    return said_keyword(entry)


def said_keyword(entry: Entry) -> str | None:
    """An argument that is no longer taken, in a line. None where it is not known to have been."""
    now = RELEASES["of_trainers"].get(entry["name"]) if entry["owner"].endswith("Trainer") else None
    now = now or RELEASES["arguments"].get(entry["name"])
    if now is None and not certain(entry):
        return None
    owner = entry["owner"] or entry["method"]
    library = entry["home"].split(".")[0]
    said = f"{owner} of {library} {version(library)} has no {entry['name']}"
    return f"{said}; now {now}" if now else f"{said}: other releases have it, leave it out here"


def _said_attribute(entry: Entry, first: str, error: BaseException) -> str | None:
    now = RELEASES["attributes"].get(entry["name"])
    if now is not None and now.startswith("nothing"):
        return None
    now = now or RELEASES["arguments"].get(entry["name"])  # a setting is called as the argument was
    if now is None:
        return None
    library = entry["home"].split(".")[0]
    return f"{entry['owner']} of {library} {version(library)} has no {entry['name']}; now {now}"


def _said_chats(entry: Entry, first: str, error: BaseException) -> str:
    said = f"{type(error).__name__}: {first}" if first else "a dict was taken for ids"
    return f"{said}: since transformers 5 apply_chat_template wants return_dict=False for ids"


def _said_formatting(entry: Entry, first: str, error: BaseException) -> str:
    return f"{type(error).__name__}: {first}: since trl 0.20 formatting_func gets one row and returns one text"


def _said_modules(entry: Entry, first: str, error: BaseException) -> str:
    return older_layers.said(entry, f"transformers {version('transformers')}")


def _said_registered(entry: Entry, first: str, error: BaseException) -> str:
    return f"transformers {version('transformers')} has a {entry['name']} of its own and takes no other by that name"


def _said_lists(entry: Entry, first: str, error: BaseException) -> str:
    return f"{entry['name']} of trl {version('trl')} is no list any more, but a Dataset"


def _said_of_its_own(entry: Entry, first: str, error: BaseException) -> str:
    kind = next(kind for kind in OF_THEIR_OWN if entry["kind"] == kind.KIND)
    text: str = kind.said(entry, version(entry["home"]))
    return text


SAID = {
    **dict.fromkeys((kind.KIND for kind in OF_THEIR_OWN), _said_of_its_own),
    "modules": _said_modules,
    "lists": _said_lists,
    "register": _said_registered,
    "formatting": _said_formatting,
    "chats": _said_chats,
    "name": _said_name,
    "module": _said_name,
    "keyword": _said_keyword,
    "attribute": _said_attribute,
}
