"""What a script asks of a library that the installed release no longer has, read from the exception that stopped it.

Releases change faster than scripts. A script that is stopped by that is wrong for this environment, and the report says
so (see `sentences`); but what it does afterwards can still be looked at, with the older names taken as they were meant
(see `taking`).
"""

from __future__ import annotations

import inspect
import re
import traceback
from typing import Any

from .at_hand import names_at_hand
from .kinds import OF_THEIR_OWN
from .known import LIBRARIES, RELEASES, Entry, located, version
from .models import layers as older_layers

NAME = re.compile(
    r"cannot import name '(\w+)' from '([\w.]+)'|module '?([\w.]+)'? has no attribute '?(\w+)(?![\w.])|"
    r"No module named '([\w.]+)'"
)
KEYWORD = re.compile(r"([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'")
ATTRIBUTE = re.compile(r"'?(\w+)'? object has no attribute '(\w+)'|(\w+) has no attribute (\w+)$")
OF_TRAINERS = ("tokenizer", "model_wrapped")


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
    if isinstance(error, AttributeError) and type(error.obj).__name__ == "Encoding":
        return "apply_chat_template" in names_at_hand(error)  # its first row was asked for (`[0]`)
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
    if home.split(".")[0] not in LIBRARIES or not version(home):
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
    if held is not None and not (owner and _takes(getattr(held, method, None), entry["name"])):
        return {"kind": "keyword", "home": held.__module__, **entry}
    if method == "__init__":  # a class of arguments that the script makes of a library's
        return (
            {"kind": "keyword", "home": "transformers.training_args", **entry}
            if _is_a("TrainingArguments", owner)
            else None
        )
    overrides = method in vars(located("Trainer") or object) and _is_a("Trainer", owner)
    return {"kind": "override", "home": "transformers.trainer", **entry} if overrides else None


def _takes(method: Any, name: str) -> bool:
    """Has it an argument of this name? Then a class of the script's that is called as the library's is the one that has
    not: `class Trainer(transformers.Trainer)`."""
    return inspect.isfunction(method) and name in inspect.signature(method).parameters


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
    own = located(owner) is None  # the script's own, made of one of the library's
    owner = next((base for base in ("Trainer", "TrainingArguments") if own and _is_a(base, owner)), owner)
    held = located(owner)
    # what a model answers is no setting, and neither is what its config has
    settings = hasattr(held, "__dataclass_fields__") and not issubclass(held, dict) and not hasattr(held, "model_type")
    if held is None or (name not in RELEASES["attributes"] and not settings):
        return None
    if name in OF_TRAINERS and owner not in ("Trainer", "CallbackHandler") and not owner.endswith("Trainer"):
        return None  # a tokenizer that is asked for its tokenizer is no processor
    return {"kind": "attribute", "home": held.__module__, "owner": owner, "name": name}


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
    ((ValueError,), _registered),
    ((TypeError, ValueError, AttributeError, RuntimeError), _chats),
)
