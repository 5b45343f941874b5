"""The names without which code tells nothing: a finding is about an adapter, about an operation that only models with
one have, about a file of one, or about what a release of peft lacks.

All are derived from the tables. Names that a script puts together from pieces (`getattr(m, "merge" + "_it")`) are not
seen. `tests/knowledge/test_telling.py` takes the names out of scripts with findings, and none is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from typing import NamedTuple

from lora_lint.knowledge import kinds, peft, since
from lora_lint.knowledge.lookup import TABLES
from lora_lint.knowledge.rows import Row

# verbs of functions that give a model, or take something unknown for one
GIVE_MODELS = frozenset(
    "wrap wrap_keywords inject load_peft load_auto_peft load_model build_model load_pipeline trainer unbound prepare "
    "cast_open state_dict_of adapter_weights load_weights save_plain_weights".split()
)
# of these, the ones that put an adapter on it by themselves
GIVE_ADAPTED = frozenset("wrap wrap_keywords inject load_peft load_auto_peft".split())
# verbs of models that put an adapter on one
ADAPT = frozenset("inject inject_loaded load_adapter add_adapter pipeline_load".split())
# verbs after which nothing is known that was not known before
SILENT = frozenset(
    "quiet self unknown make reader plain context identity forward first plain_model gives_itself".split()
)

OLD_FILE = peft.OLD_WEIGHTS.partition(".")[0]
# what shows an adapter on a model, or puts one there
ON_MODELS = kinds.PEFT_ONLY | {
    name for tables in kinds.METHODS.values() for table in tables for name, row in table.items() if row.verb in ADAPT
}


def tells(names: Set[str], libraries: Iterable[str]) -> bool:
    """Can code that mentions these names lead to a finding by itself, where these libraries are imported?

    An import is told by `library.name`.
    """
    if OLD_FILE in names or _lacks(names):
        return True
    given = [_given_by(library) for library in libraries if library in TABLES]
    if any(not names.isdisjoint(by.adapted) for by in given):
        return True
    return not names.isdisjoint(ON_MODELS) and any(by.gives_model(names) for by in given)


def tells_plainly(text: str) -> bool:
    """Is what puts an adapter on a model imported from peft, and called? Asked before all else: most scripts do."""
    return "\nfrom peft import " in text and _adapting().search(text) is not None


@cache
def _adapting() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(_given_by("peft").adapted)) + r")[.(]")


@cache
def pattern() -> re.Pattern[bytes]:
    """Finds one of the names in a file; where none is, `tells` is false for all of it."""
    words = {OLD_FILE, *ON_MODELS, *since.KEYWORDS, *(name.partition(".")[2] for name in since.IMPORTED)}
    words.update(*(_given_by(library).adapted for library in TABLES))
    return re.compile(rb"\b(?:" + "|".join(sorted(words)).encode() + rb")\b")


@cache
def acts() -> frozenset[str]:
    """The names of calls that rules may read about: code that is shared by two callers shows both of them there."""
    tables = [table.functions for table in TABLES.values()]
    tables += [methods for table in TABLES.values() for methods in table.methods.values()]
    tables += [table for of_kind in kinds.METHODS.values() for table in of_kind]
    return frozenset({_last(name) for table in tables for name, row in table.items() if row.verb not in SILENT}) | {
        "backward"
    }


class _Given(NamedTuple):
    """What the names of one library stand for: functions that give models, and of these the ones that adapt them."""

    models: frozenset[str]
    adapted: frozenset[str]
    families: re.Pattern[str] | None

    def gives_model(self, names: Set[str]) -> bool:
        if not names.isdisjoint(self.models):
            return True
        return self.families is not None and any(map(self.families.fullmatch, names))


@cache
def _given_by(library: str) -> _Given:
    table = TABLES[library]
    rows: list[Mapping[str, Row]] = [table.functions, *table.methods.values()]
    families = [pattern.partition(r"\.")[0].rstrip("$") for pattern, row in table.families if row.verb in GIVE_MODELS]
    return _Given(
        frozenset(_named(rows, GIVE_MODELS)),
        frozenset(_named(rows, GIVE_ADAPTED)),
        re.compile("|".join(families)) if families else None,
    )


def _named(tables: Iterable[Mapping[str, Row]], verbs: Set[str]) -> Iterator[str]:
    return (_last(name) for table in tables for name, row in table.items() if row.verb in verbs)


def _last(name: str) -> str:
    """The part of a qualified name that a script cannot do without: `PeftModel` of "PeftModel.from_pretrained"."""
    *outer, last = name.split(".")
    return outer[-1] if outer and outer[-1][:1].isupper() else last


def _lacks(names: Set[str]) -> bool:
    """Could a release of peft lack what is imported by these names, or a keyword of a call?"""
    if not names.isdisjoint(since.IMPORTED):
        return True
    return any(call in names and not names.isdisjoint(keywords) for call, keywords in since.KEYWORDS.items())
