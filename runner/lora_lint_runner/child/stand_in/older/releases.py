"""What a script asks of a library that the installed release no longer has: for people, and for another attempt.

Releases change faster than scripts. A script that is stopped by that is wrong for this environment, and the report says
so; but what it does afterwards can still be looked at, with the older names taken as they were meant (see
`stand_in.older.taking`).
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from types import ModuleType
from typing import Any

from . import (
    asked_generation,
    displaced,
    features,
    finished,
    generation,
    labelled,
    lengths,
    media,
    named_adapters,
    optimizers,
    padding,
    padless,
    pairs,
    reference,
    scheduled,
    sequences,
    sighted,
    twice,
)
from . import layers as older_layers

with open(os.path.join(os.path.dirname(__file__), "releases.json"), encoding="utf-8") as _opened:
    RELEASES: dict[str, Any] = json.load(_opened)
LIBRARIES = ("torch", "transformers", "peft", "trl", "datasets", "diffusers", "accelerate", "huggingface_hub")
NAME = re.compile(
    r"cannot import name '(\w+)' from '([\w.]+)'|module '?([\w.]+)'? has no attribute '?(\w+)(?![\w.])|"
    r"No module named '([\w.]+)'"
)
KEYWORD = re.compile(r"([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'")
ATTRIBUTE = re.compile(r"'?(\w+)'? object has no attribute '(\w+)'|(\w+) has no attribute (\w+)$")
KEYS = "not used by the HfArgumentParser"
# what no single name or argument tells
OF_THEIR_OWN: tuple[Any, ...] = (
    asked_generation, displaced, features, finished, generation, labelled, lengths, media, named_adapters, optimizers,
    padding, padless, pairs, reference, scheduled, sequences, sighted, twice,
)  # fmt: skip
Entry = dict[str, str]
ANY = "*"  # in the place of a library: whatever release a script requires


def said(error: BaseException) -> str | None:
    """What is no longer there, in a line that has the new name where one is known. None: that is not the reason."""
    entry = entry_of(error)
    if entry is None or entry["kind"] not in SAID:
        return None
    text: str | None = SAID[entry["kind"]](entry, str(error).strip().split("\n")[0][:400], error)
    return text


def entry_of(error: BaseException) -> Entry | None:
    """What is no longer there, for the stand-in."""
    if _formatting(error):
        return {"kind": "formatting", "name": "formatting_func", "home": "trl.trainer.sft_trainer"}
    if _encoding(error):
        return _CHATS
    layers = older_layers.missed(error)
    if layers is not None:
        return layers
    if isinstance(error, KeyError) and error.args == ("tokenizer",) and _calls_back(error):
        return {"kind": "callback", "name": "tokenizer", "home": "transformers.trainer_callback"}
    for kind in OF_THEIR_OWN:
        moved: Entry | None = kind.entry_of(error)
        if moved is not None:
            return moved
    text = str(error).strip().split("\n")[0]
    for kinds, read in READERS:
        if isinstance(error, kinds):
            found: Entry | None = read(text)
            if found is not None:
                return found
    return None


def was_there(module: str) -> bool:
    """Did an older release surely have a module of this name?"""
    return any(re.fullmatch(pattern, module) for pattern in RELEASES["modules"])


def certain(entry: Entry) -> bool:
    """Did an older release surely have it? Else it may be a mistake of the script's."""
    home, name, kind = entry["home"], entry["name"], entry["kind"]
    if kind in ("name", "module"):
        known = RELEASES["names"]
        gone = name in RELEASES["gone"].get(home.split(".")[0], ()) or was_there(f"{home}.{name}")
        return f"{home}.{name}" in known or f"{home.split('.')[0]}.{name}" in known or home in known or gone
    if kind in ("keyword", "attribute"):
        return any(name in RELEASES[table] for table in ("arguments", "of_trainers", "no_longer", "attributes"))
    return kind != "keys"


def _calls_back(error: BaseException) -> bool:
    """Was it a callback of the script's own that was called?"""
    return any(f.name == "call_event" for f in traceback.extract_tb(error.__traceback__))


def _formatting(error: BaseException) -> bool:
    """Did trl call the script's own formatting of rows, with one row, or go on with a list of texts as with one?"""
    listed = isinstance(error, AttributeError) and str(error).startswith("'list' object")
    frames = [
        f.filename
        for f in traceback.extract_tb(error.__traceback__)
        if f.name == "_func" or "formatting_func" in f.name or (listed and f.name == "add_eos")
    ]
    return any(file.endswith("sft_trainer.py") for file in frames) or "formatting_func" in str(error)


def _encoding(error: BaseException) -> bool:
    """Was a chat, or another dict of ids, taken for the ids themselves? It fails without a word."""
    frames = traceback.extract_tb(error.__traceback__)[-2:]
    if isinstance(error, (TypeError, ValueError)) and _keys_among_ids(error):
        return True
    return (
        isinstance(error, AttributeError)
        and len(frames) == 2
        and frames[1].name == "__getattr__"
        and frames[1].filename.endswith("tokenization_utils_base.py")
        and "generation" in frames[0].filename
    )


def _keys_among_ids(error: BaseException) -> bool:
    """Were a chat's keys put into a list of ids (`ids += chat`)?"""
    trace, names = error.__traceback__, {"input_ids", "attention_mask"}
    while trace is not None:
        for held in [v for v in trace.tb_frame.f_locals.values() if type(v) is list]:
            words = {w for w in held if isinstance(w, str)}
            if names <= words and not all(isinstance(w, str) for w in held):
                return True
        trace = trace.tb_next
    return False


def _name(text: str) -> Entry | None:
    found = NAME.search(text)
    if found is None:
        return None
    module = found.group(5)
    if module is not None:
        home, _, name = module.rpartition(".")
    else:
        name, home = found.group(1) or found.group(4), found.group(2) or found.group(3)
    if home.split(".")[0] not in LIBRARIES or not _version(home):
        return None
    return {"kind": "module" if module else "name", "home": home, "name": name}


def _positional(text: str) -> Entry | None:
    """A method of a trainer of the script's own that the library now calls with more."""
    found = re.search(r"(\w+)\.(\w+)\(\) takes \d+ positional arguments? but \d+ were given", text)
    if found is None or located(found.group(1)) or found.group(2) not in vars(located("Trainer") or object):
        return None  # a method of the library's own is called with more: nobody can tell what that was to do
    owner, method = found.groups()
    return {"kind": "override", "home": "transformers.trainer", "owner": owner, "method": method, "name": method}


def _keyword(text: str) -> Entry | None:
    found = KEYWORD.search(text)
    if found is None or found.group(1).endswith("forward"):  # what a model is fed is no matter of releases
        return None
    owner, _, method = found.group(1).rpartition(".")
    entry = {"owner": owner, "method": method, "name": found.group(2)}
    held = located(owner or method)
    if held is not None:
        return {"kind": "keyword", "home": held.__module__, **entry}
    if method == "__init__":  # a class of arguments that the script makes of a library's
        return (
            {"kind": "keyword", "home": "transformers.training_args", **entry}
            if _is_a("TrainingArguments", owner)
            else None
        )
    overrides = method in vars(located("Trainer") or object) and _is_a("Trainer", owner)
    return {"kind": "override", "home": "transformers.trainer", **entry} if overrides else None


def _is_a(base: str, name: str) -> bool:
    """Is it a trainer of the script's own, say?"""
    kin = [located(base) or object]
    while kin and kin[0] is not object:
        held = kin.pop()
        if held.__name__ == name:
            return True
        kin += held.__subclasses__()
    return False


def _attribute(text: str) -> Entry | None:
    found = ATTRIBUTE.search(text)
    if found is None:
        return None
    owner, name = found.group(1) or found.group(3), found.group(2) or found.group(4)
    owner = "Trainer" if located(owner) is None and _is_a("Trainer", owner) else owner
    held = located(owner)
    # what a model answers is no setting, and neither is what its config has
    settings = hasattr(held, "__dataclass_fields__") and not issubclass(held, dict) and not hasattr(held, "model_type")
    if held is None or (name not in RELEASES["attributes"] and not settings):
        return None
    return {"kind": "attribute", "home": held.__module__, "owner": owner, "name": name}


def _keys(text: str) -> Entry | None:
    return {"kind": "keys", "name": "", "home": "transformers.hf_argparser"} if KEYS in text else None


_CHATS = {"kind": "chats", "name": "return_dict", "home": "transformers"}


def _lists(text: str) -> Entry | None:
    """Until trl 0.24 a trainer took a list of rows (gone in 1.16)."""
    found = re.search(r"`(\w+_dataset)` must be a `Dataset`.* got `list`", text)
    return {"kind": "lists", "name": found.group(1), "home": "trl"} if found else None


def _registered(text: str) -> Entry | None:
    found = re.search(r"'([\w.<> -]+)' is already used by a Transformers", text)
    return {"kind": "register", "name": found.group(1), "home": "transformers"} if found else None


def _chats(text: str) -> Entry | None:
    return _CHATS if "BatchEncoding" in text or text.startswith("type of {'input_ids'") else None


READERS: tuple[tuple[Any, Any], ...] = (
    ((ImportError, AttributeError), _name),
    ((TypeError,), _keyword),
    ((TypeError,), _positional),
    ((TypeError,), _lists),
    ((AttributeError,), _attribute),
    ((ValueError,), _keys),
    ((ValueError,), _registered),
    ((TypeError, ValueError, AttributeError, RuntimeError), _chats),
)


def located(name: str) -> Any:
    """The class or function of this name in one of the libraries, as far as they are imported."""
    for module in list(sys.modules.values()):
        if not isinstance(module, ModuleType) or module.__name__.split(".")[0] not in LIBRARIES:
            continue
        held = vars(module).get(name)
        home = getattr(held, "__module__", None)
        if callable(held) and isinstance(home, str) and home.split(".")[0] in LIBRARIES:
            return held
    return None


def _version(home: str) -> str | None:
    version = getattr(sys.modules.get(home.split(".")[0]), "__version__", None)
    return str(version) if version is not None else None


def _said_name(entry: Entry, first: str, error: BaseException) -> str:
    return said_name(entry)


def said_name(entry: Entry) -> str:
    """A name that can no longer be imported, in a line."""
    home, name = entry["home"], entry["name"]
    library, names = home.split(".")[0], RELEASES["names"]
    now = names.get(f"{home}.{name}") or names.get(home) or names.get(f"{library}.{name}")
    if now is None and certain(entry) and library in RELEASES["since"]:
        return f"{home} {_version(home)} has no {name}; one of its releases {RELEASES['since'][library]} has it"
    return f"{home} {_version(home)} has no {name}" + (f"; now {now}" if now else "")


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
    said = f"{owner} of {library} {_version(library)} has no {entry['name']}"
    return f"{said}; now {now}" if now else f"{said}: other releases have it, leave it out here"


def _said_attribute(entry: Entry, first: str, error: BaseException) -> str | None:
    now = RELEASES["attributes"].get(entry["name"], "nothing")
    if now.startswith("nothing"):
        return None
    library = entry["home"].split(".")[0]
    return f"{entry['owner']} of {library} {_version(library)} has no {entry['name']}; now {now}"


def _said_chats(entry: Entry, first: str, error: BaseException) -> str:
    said = f"{type(error).__name__}: {first}" if first else "a dict was taken for ids"
    return f"{said}: since transformers 5 apply_chat_template wants return_dict=False for ids"


def _said_formatting(entry: Entry, first: str, error: BaseException) -> str:
    return f"{type(error).__name__}: {first}: since trl 0.20 formatting_func gets one row and returns one text"


def _said_modules(entry: Entry, first: str, error: BaseException) -> str:
    return older_layers.said(entry, f"transformers {_version('transformers')}")


def _said_registered(entry: Entry, first: str, error: BaseException) -> str:
    return f"transformers {_version('transformers')} has a {entry['name']} of its own and takes no other by that name"


def _said_lists(entry: Entry, first: str, error: BaseException) -> str:
    return f"{entry['name']} of trl {_version('trl')} is no list any more, but a Dataset"


def _said_of_its_own(entry: Entry, first: str, error: BaseException) -> str:
    kind = next(kind for kind in OF_THEIR_OWN if entry["kind"] == kind.KIND)
    text: str = kind.said(entry, _version(entry["home"]))
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
