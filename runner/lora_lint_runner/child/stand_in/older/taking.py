"""Names of older releases, where an earlier attempt was stopped by one that is gone: taken as they were meant.

The report says so first: the script is wrong for the installed release. What it does afterwards is looked at.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import operator
import re
import sys
from types import ModuleType
from typing import Any

from ...context import Run
from ..anything import standing_for
from . import arguments, pieces
from .inputs import chats
from .kinds import OF_THEIR_OWN
from .known import ANY, RELEASES, Entry, was_there
from .models import layers
from .modules import Former

DOTTED = re.compile(r"[A-Za-z_]\w*(\.\w+)*$")
KIN = {  # one part of a model under the names that its kin have for it
    "vision_model": ("vision_tower", "model.vision_tower", "visual"),
    "vision_tower": ("vision_tower", "vision_model", "model.vision_model", "visual"),
    "language_model": ("language_model", "model"),
    "mlp1": ("multi_modal_projector", "model.multi_modal_projector"),
}


AUTO = {
    "transformers.models.auto.auto_factory": ("_BaseAutoModelClass",),
    "transformers.models.auto.configuration_auto": ("AutoConfig",),
    "transformers.models.auto.tokenization_auto": ("AutoTokenizer",),
}


def install(run: Run) -> None:
    """Brings back what earlier attempts missed, and says so."""
    for entry in run.spec.learned.get("lacking", ()):
        run.journal.line({"kind": "lacking", "text": entry["text"], "harmless": entry["harmless"]})
        if entry["kind"] in SERVED:
            SERVED[entry["kind"]](run, entry)
    for library, release in run.spec.learned.get("versions", {}).items():
        if library == ANY:
            _not_insisted(run, release)
        else:
            _called(run, library, release)


def _not_insisted(run: Run, wanted: str) -> None:
    """Releases that a script requires by transformers' own check: the installed ones do."""
    import transformers.utils.versions  # the check is taken from there by name

    run.neutral(f"{wanted}, which the script insists on: what is installed in its place")
    transformers.utils.versions.require_version = lambda *args, **options: None


def _called(run: Run, library: str, release: str) -> None:
    """A release that the script insists on: the installed one under its number."""

    @run.patches.after(library)
    def patch(module: Any) -> None:
        run.neutral(f"{library} {release}, which the script insists on: {module.__version__} in its place")
        module.__version__ = release


def known(entry: Entry) -> bool:
    """Is there anything to bring back?"""
    if entry["kind"] in ("name", "module"):
        return successor(entry) is not None or was_there(f"{entry['home']}.{entry['name']}")
    if entry["kind"] == "attribute":
        return not RELEASES["attributes"].get(entry["name"], "").startswith("nothing here")
    return True


def successor(entry: Entry) -> Any:
    """What took the place of a name or a module; of others something that does nothing, or that may only be imported
    where an adapter may hang on it. None if it is a module."""
    home, name = entry["home"], entry["name"]
    whole = f"{home}.{name}"
    if name in pieces.PIECES:
        return pieces.PIECES[name]
    if name in pieces.MADE:
        return pieces.MADE[name]()
    if name.startswith(pieces.IDLE):
        return pieces.nothing
    if name.endswith(pieces.ATTENTION) and (found := pieces.attention_classes(home, name)) is not None:
        return found
    now = RELEASES["names"].get(whole) or RELEASES["names"].get(f"{home.split('.')[0]}.{name}")
    if now is None and home in RELEASES["names"] and DOTTED.match(RELEASES["names"][home]):
        now = f"{RELEASES['names'][home]}.{name}"
    if now is None or not DOTTED.match(now):
        if entry["kind"] == "module":
            return None
        return pieces.gone(home, name) if home.startswith("peft") or name.endswith("Trainer") else standing_for(whole)
    return resolved(now if "." in now else f"{home}.{now}")


def resolved(path: str) -> Any:
    """What a dotted path names, importing what it takes."""
    with contextlib.suppress(ImportError):
        return importlib.import_module(path)
    home, _, name = path.rpartition(".")
    with contextlib.suppress(ImportError, AttributeError):
        return getattr(importlib.import_module(home), name)
    return None


def _name(run: Run, entry: Entry) -> None:
    @run.patches.after(entry["home"])
    def patch(module: Any) -> None:
        found = successor(entry)
        if found is not None:
            setattr(module, entry["name"], found)
        else:  # the module that has it now may be about to import this one
            module.__dict__["__getattr__"] = _once_there(entry, vars(module).get("__getattr__"))


def _once_there(entry: Entry, others: Any) -> Any:
    """Gives what took the place of a name when that is asked for; the rest as before."""

    def get(name: str) -> Any:
        found = successor(entry) if name == entry["name"] else None
        if found is not None:
            return found
        if others is not None:
            return others(name)
        raise AttributeError(f"module {entry['home']!r} has no attribute {name!r}")

    return get


def _module(run: Run, entry: Entry) -> None:
    found, whole = successor(entry), f"{entry['home']}.{entry['name']}"
    if isinstance(found, ModuleType):
        sys.modules[whole] = found
    elif was_there(whole):
        sys.modules[whole] = Former(whole, lambda home, name: successor({"kind": "name", "home": home, "name": name}))


def _keyword(run: Run, entry: Entry) -> None:
    arguments.accept(run, entry["home"], entry["owner"], entry["method"])


def _attribute(run: Run, entry: Entry) -> None:
    name = entry["name"]
    if entry["owner"] == "TrainingArguments":  # which trl's trainers took until they had configs of their own
        for home, trainer in arguments.HOMES.items():
            arguments.accept(run, home, trainer)
    now = RELEASES["attributes"].get(name) or arguments.NEW_NAMES.get(name)

    @run.patches.after(entry["home"])
    def patch(module: Any) -> None:
        owner = getattr(module, entry["owner"])
        if name in SPECIAL:
            setattr(owner, name, property(SPECIAL[name]))
        elif now is not None and DOTTED.match(now):
            setattr(
                owner,
                name,
                property(_first_of(now, *(p for p in KIN.get(name, ()) if p != name)), lambda self, value: None),
            )
        else:
            setattr(owner, name, contextlib.nullcontext if "tokenizer" in name else RELEASES["settings"].get(name))


def _special(self: Any) -> list[str]:
    """Those of no role: the ones that the tokenizer's own file names, and those of its processor."""
    roles = {getattr(self, f"{role}_token", None) for role in ROLES}
    return [token for token in self.all_special_tokens if token not in roles]


def _special_ids(self: Any) -> Any:
    return self.convert_tokens_to_ids(_special(self))


ROLES = ("bos", "eos", "unk", "pad", "cls", "sep", "mask")
SPECIAL = {
    "additional_special_tokens": _special,
    "additional_special_tokens_ids": _special_ids,
    "text_model": lambda self: self,  # of a CLIPTextModel, which was all in it before transformers 5
}


def _first_of(*paths: str) -> Any:
    """The first of some attributes that an object has."""

    def get(self: Any) -> Any:
        for path in paths[:-1]:
            with contextlib.suppress(AttributeError):
                return operator.attrgetter(path)(self)
        return operator.attrgetter(paths[-1])(self)

    return get


def _override(run: Run, entry: Entry) -> None:
    """A method of the script's own trainer that the library now calls with more."""

    @run.patches.after("transformers.trainer")
    def patch(module: Any) -> None:
        run.patches.replace(module.Trainer, "__init__", lambda real: _loosened(entry["method"], real))


def _loosened(method: str, real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        own = getattr(self, method, None)
        if own is not None:
            taken = inspect.signature(own).parameters
            places = [p for p in taken.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
            most = None if any(p.kind is p.VAR_POSITIONAL for p in taken.values()) else len(places)

            def called(*given: Any, **named: Any) -> Any:
                return own(*given[:most], **{n: v for n, v in named.items() if n in taken})

            setattr(self, method, called)
        real(self, *args, **options)

    return init


def _formatting(run: Run, entry: Entry) -> None:
    """Until trl 0.19 rows were formatted in batches."""

    @run.patches.after(entry["home"])
    def patch(module: Any) -> None:
        run.patches.replace(module.SFTTrainer, "__init__", _by_batches)


def _by_batches(real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        form = options.get("formatting_func")
        if form is not None:

            def one(row: dict[str, Any]) -> Any:
                found = form({key: [value] for key, value in row.items()})
                return found[0] if isinstance(found, list) else found

            options["formatting_func"] = one
        real(self, *args, **options)

    return init


def _lists(run: Run, entry: Entry) -> None:
    for home, name in arguments.HOMES.items():
        arguments.accept(run, home, name)
        run.patches.imported(home)


def _chats(run: Run, entry: Entry) -> None:
    chats.are_ids(run)


def _registered(run: Run, entry: Entry) -> None:
    """Until an architecture was part of transformers, scripts brought a class of its name along: theirs counts."""
    for home, names in AUTO.items():

        @run.patches.after(home)
        def patch(module: Any, names: tuple[str, ...] = names) -> None:
            for name in names:
                run.patches.replace(getattr(module, name), "register", _taking_its_place)


def _taking_its_place(real: Any) -> Any:
    return lambda *args, **options: real(*args, **{**options, "exist_ok": True})


def _callbacks(run: Run, entry: Entry) -> None:
    """Until transformers 5 a callback was given the tokenizer under its own name."""

    @run.patches.after("transformers.trainer_callback")
    def patch(module: Any) -> None:
        run.patches.replace(module.CallbackHandler, "call_event", _with_tokenizer)


def _with_tokenizer(real: Any) -> Any:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        return real(self, *args, **{"tokenizer": self.processing_class, **options})

    return call


SERVED: dict[str, Any] = {
    **{kind.KIND: kind.serve for kind in OF_THEIR_OWN},
    "modules": layers.install,
    "register": _registered,
    "name": _name,
    "module": _module,
    "keyword": _keyword,
    "attribute": _attribute,
    "override": _override,
    "chats": _chats,
    "callback": _callbacks,
    "formatting": _formatting,
    "lists": _lists,
}
