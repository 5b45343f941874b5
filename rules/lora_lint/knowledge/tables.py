"""Looking up what a call means, for the versions that the script runs with."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from lora_lint.knowledge import conventions, packages, peft, releases, since, torch, transformers, trl, vocabularies
from lora_lint.knowledge.libraries import LIBRARIES
from lora_lint.knowledge.lookup import KNOWN_CLASSES, TABLES, attribute, canonical, function, lineage, method
from lora_lint.knowledge.of_models import OfModels
from lora_lint.knowledge.releases import Pin
from lora_lint.knowledge.rows import Holds, Kept, Plain, Row

_BUILTIN_NAMES = frozenset((*dir(builtins), "display"))  # IPython gives notebooks one more


class Knowledge(OfModels):
    """The tables, for the releases that scripts run with.

    `versions` are given by the settings (library -> version text). `pins` are what the project asks for (library ->
    specifiers, each with where it is written; without a specifier what is no release, and where it lies); they are only
    read when a question depends on them.
    """

    def __init__(
        self, versions: Mapping[str, str] | None = None, pins: Callable[[], Mapping[str, Sequence[Pin]]] = dict
    ) -> None:
        self._versions = versions or {}
        self._read_pins = pins
        self.asked: dict[tuple[str, str], bool | None] = {}  # what was asked about releases, and what it was told

    @cached_property
    def _pins(self) -> Mapping[str, Sequence[Pin]]:
        return self._read_pins()

    def runs_with(self, library: str, wanted: str) -> tuple[bool | None, str, str]:
        """Are the releases that a script may run with in this range? None where only some are, or nothing is known.

        With it the specifier of the project that decides, and where that is written: empty where none does.
        """
        version = self._versions.get(library)
        if version:
            found = releases.within(library, releases.exactly(version), wanted), "", ""
        else:
            found = releases.agreed(library, self._pins.get(library, ()), wanted)
        self.asked[library, wanted] = found[0]
        return found

    def certainly(self, library: str, wanted: str) -> bool:
        """Is every release that a script may run with in this range? Where nothing is known it is the newest one."""
        holds, _, _ = self.runs_with(library, wanted)
        return bool(holds)

    def hinges_on(self, versions: Mapping[str, str]) -> bool:
        """Would anything that was asked about releases so far be answered otherwise for these (library -> version)?"""
        return any(
            library in versions and releases.within(library, releases.exactly(versions[library]), wanted) is not answer
            for (library, wanted), answer in self.asked.items()
        )

    def other_than(self, versions: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """Releases that the project asks for, where these (library -> version) are none of them: the library, the
        specifier, and where that is written."""
        for library, version in versions.items():
            holds, specifier, place = self.runs_with(library, releases.exactly(version))
            if specifier and holds is False:
                yield library, specifier, place

    def function(self, name: str) -> Row | None:
        """What calling a qualified name means, None where the tables do not say."""
        return function(name)

    def method(self, cls: str, name: str) -> Row | None:
        """A method of an instance of a library class, looked up along its bases."""
        return method(cls, name)

    def attribute(self, owner: str, name: str) -> Plain | Holds | Kept | None:
        """What an attribute of a library class or module is, where the tables say so."""
        return attribute(owner, name)

    def lineage(self, cls: str) -> list[str]:
        """The class and the classes it is built on, by qualified name."""
        return lineage(cls)

    def is_a(self, cls: str, other: str) -> bool | None:
        """Is the first class the second or built on it? None where the tables do not know."""
        mine = {canonical(name) for name in self.lineage(cls)}
        if canonical(other) in mine:
            return True
        return False if canonical(cls) in KNOWN_CLASSES and canonical(other) in KNOWN_CLASSES else None

    def has_weights(self, cls: str) -> bool:
        """Is a class one of layers that have weights of their own?"""
        name = cls.removeprefix(torch.LAYERS)
        return name != cls and name not in torch.WEIGHTLESS and not name.endswith(torch.WEIGHTLESS_ENDS)

    def starts_at_random(self, cls: str) -> bool:
        """Is a class one of layers whose weights are random at first?"""
        return self.has_weights(cls) and not cls.endswith(torch.STARTING_AT_ONE)

    def reads_only(self, name: str) -> bool:
        """A library that is given models to read, and neither trains nor saves them."""
        return name.partition(".")[0] in conventions.READERS or name.partition(".")[0] in TABLES

    def only_calls(self, name: str) -> bool:
        """A library whose decorators call the function, or keep it to call it, and do nothing with what it is about."""
        return name.partition(".")[0] in packages.CALLERS

    def is_library(self, name: str) -> bool:
        """Is a module of this name certainly not one of the project?"""
        return name in TABLES or name in sys.stdlib_module_names

    def may_be_switch(self, name: str) -> bool:
        """May a name that is imported, or an attribute of what is, be a number or a truth value? Not what the tables
        know the library of, nor a module or a class."""
        module, _, last = name.rpartition(".")
        is_class = last[:1].isupper() and not last.isupper()
        return bool(module) and not is_class and not self.is_library(name.partition(".")[0])

    def describes(self, name: str) -> bool:
        """Is a qualified name one of Python itself, or of a library that the tables describe?"""
        root = name.partition(".")[0]
        return root in LIBRARIES or self.is_library(root)

    def is_builtin(self, name: str) -> bool:
        return name in _BUILTIN_NAMES

    def knows(self, name: str) -> bool:
        """Do the tables have a function or class of this qualified name?"""
        return self.function(name) is not None or canonical(name) in KNOWN_CLASSES

    def makes_record(self, decorator: str) -> bool:
        return decorator in conventions.RECORD_DECORATORS

    def is_record(self, base: str) -> bool:
        return base in conventions.RECORD_BASES

    def mutes(self, decorator: str) -> bool:
        """Is it a block without gradients, which decorates a function without being called, too?"""
        row = self.function(decorator)
        return row is not None and row.options.get("kind") == "muted"

    def registers(self, decorator: str) -> bool:
        """Does a decorator keep the function, to call it later?"""
        row = self.function(decorator)
        return row is not None and bool(row.options.get("registers"))

    def only_names(self, function: str) -> bool:
        """Does a function never call the functions that it is given, nor keep them for somebody who will?"""
        row = self.function(function)
        return row is not None and bool(row.options.get("named_only"))

    def is_field(self, cls: str) -> bool:
        return cls in conventions.FIELD_MAKERS

    def given_both(self, trainer: str) -> str:
        """What a trainer does with a PeftModel and a peft_config: "raises", "merges", "nests" or "keeps"."""
        return next((what for wanted, what in self._given_both(trainer) if self.certainly("trl", wanted)), "raises")

    def refuses_both(self, trainer: str) -> str:
        """The releases of trl in which a trainer raises where it is given a PeftModel and a peft_config."""
        return next(wanted for wanted, what in self._given_both(trainer) if what == "raises")

    def _given_both(self, trainer: str) -> tuple[tuple[str, str], ...]:
        return trl.BOTH_GIVEN.get(trainer.rpartition(".")[2], trl.BOTH_GIVEN[""])

    def writes_safetensors(self) -> bool:
        """Does PEFT write safetensors where nothing is asked?"""
        return not self.certainly("peft", peft.WRITES_BIN)

    def needed_by_import(self, name: str) -> since.Need | None:
        """What importing a qualified name asks of a library's release."""
        return since.imported(name)

    def needed_by_call(self, name: str, keywords: Mapping[str, Any], *, more: bool) -> since.Need | None:
        """What a call with these keywords, and perhaps more, asks of a library's release."""
        own = canonical(name).partition(".")[2] if name.startswith("peft.") else name
        return since.called(own, keywords, more=more)

    def needed_by_result(self, name: str) -> since.Need | None:
        """What it asks of a library's release to go on with what a call gives as with its model."""
        return since.result_used(canonical(name).partition(".")[2])

    def reentrant_by_default(self) -> bool:
        """Is gradient checkpointing torch's reentrant form when nothing is asked? Until transformers 5.0 it was."""
        return self.certainly("transformers", transformers.REENTRANT_BY_DEFAULT)

    def checkpointing_opens_inputs(self) -> bool:
        """Does `gradient_checkpointing_enable()` let gradients into the inputs by itself? From transformers 5.0 on it
        does, for every model that takes input_ids."""
        return not self.reentrant_by_default()

    def parting_setting(self) -> tuple[str, tuple[str, ...], int]:
        """The training argument, its entry and the value with which each process holds a part of every parameter."""
        return transformers.PARTS_PARAMETERS

    def marks_quantized(self, attribute: str) -> bool:
        """Does an attribute of a model say whether it is quantized?"""
        return attribute in transformers.QUANTIZED_MARKS

    def tying_setting(self) -> tuple[str, str]:
        """The attribute of a model, and of that, which says whether its embeddings are one weight."""
        return transformers.TIES

    def is_notable_file(self, name: str) -> bool:
        """A file name that rules ask about: where it is written in the script is where they report."""
        return name.endswith(peft.OLD_WEIGHTS)

    def is_adapter_weights(self, name: str) -> bool:
        """The file of an adapter's tensors: their keys are without the adapter's name."""
        return name.endswith(peft.WEIGHTS)

    def is_learned(self, role: str, token: Hashable) -> bool:
        """Is a special token one that the model is to learn? Not where it pads, or where it is there already."""
        return role != transformers.PADDING and token not in transformers.TOKENS_THERE

    def has_tokens(self, model: Hashable, tokens: Collection[str]) -> bool:
        """Has the tokenizer of the model of this name these tokens from the start?"""
        return vocabularies.has_all(model, tokens)

    def is_rank(self, variable: str) -> bool:
        """An environment variable in which a launcher tells a process its rank."""
        return variable in conventions.RANKS
