"""What the id of a model says: its family, its head, whether somebody has trained it further."""

from __future__ import annotations

import json
import os
import re
from typing import Any

with open(os.path.join(os.path.dirname(__file__), "families.json"), encoding="utf-8") as _file:
    TABLE: dict[str, Any] = json.load(_file)

DASH = r"[-_.]?"
SPELT = 4  # shorter types are words of other names, too


def by_name(name: str) -> str | None:
    """By the patterns of the table, else a type of transformers that the name spells out (`conditional-detr-resnet-50`,
    `vit-mae-base`); this goes first where it begins no later and says more."""
    words = words_of(name)
    told, spelt = in_table(words), _spelt_out(words)
    if told is None or spelt is None:
        return (told or spelt or ("", None))[1]
    (of_table, kind), (of_types, type_) = told, spelt
    earlier, longer = of_types[0] - of_table[0], (of_types[1] - of_types[0]) - (of_table[1] - of_table[0])
    return type_ if earlier < 0 or (earlier == 0 and longer > 0) else kind


def words_of(name: str) -> str:
    """What an id says of its model, or a place in a cache of the hub: all behind its owner."""
    cached = re.search(r"models--[^/]*?--([^/]+)/snapshots(/|$)", name)
    return cached[1].lower() if cached is not None else name.rstrip("/").split("/")[-1].lower()


def in_table(words: str) -> tuple[tuple[int, int], str] | None:
    """Where a pattern of the table stands in a name, and the family that it tells."""
    found = ((re.search(pattern, words), str(kind)) for pattern, kind in TABLE["names"])
    return next(((m.span("at" if "at" in m.re.groupindex else 0), kind) for m, kind in found if m), None)


def _spelt_out(words: str) -> tuple[tuple[int, int], str] | None:
    """The first type that stands in a name between its dashes, of those that begin there the longest. One that ends
    with the number of a generation is also known with dashes of the name's own (`minicpmv4_6` in `minicpm-v-4.6`),
    where that number is not the size (`mamba-2.8b` is no `mamba2`)."""
    found = []
    bare = re.sub(r"[-_.]", "", words)
    for kind in types():
        if re.sub(r"[-_]", "", kind) not in bare:
            continue  # hundreds of patterns are not compiled, each time anew
        parts = DASH.join(map(re.escape, re.split(r"[-_]", kind)))
        match = re.search(rf"(?<![a-z0-9]){parts}(?![a-z])", words) if len(kind) >= SPELT else None
        if match is None and len(kind) >= SPELT and kind[-1].isdigit():
            parts = DASH.join(re.sub(r"[-_]", "", kind))
            match = re.search(rf"(?<![a-z0-9]){parts}(?![a-z0-9]|[.\d]*[bm](?![a-z]))", words)
        if match:
            found.append((match.span(), str(kind)))
    return min(found, key=lambda f: (f[0][0], -f[0][1]), default=None)


def inside(model_type: str, name: str, modules: frozenset[str] = frozenset()) -> str | None:
    """What writes the text of a model that sees, where its name says more than the family does (`blip2-flan-t5-xl`), or
    else the names of the modules that are adapted in it."""
    rows = TABLE["inside"].get(model_type, ())
    named = next((str(kind) for pattern, kind in rows if re.search(pattern, words_of(name))), None)
    adapted = [kind for names, kind in TABLE["targets"] if modules.issuperset(names)]
    return named or next((str(kind) for _, kind in rows if kind in adapted), None)


def head_of(name: str) -> int | None:
    """For how many labels the checkpoint of this name has a head, as far as its name tells; 0 where it has one, and it
    is not known for how many."""
    words = words_of(name)
    return next((labels for pattern, labels in TABLE["heads"] if re.search(pattern, words)), None)


def as_published(name: str) -> bool:
    """Is this a checkpoint whose tokenizer is surely the family's own?"""
    publisher, _, own = name.lower().rpartition("/")
    return not own or not publisher or publisher in TABLE["publishers"]


def further_trained(name: str) -> bool:
    """Does a name go on behind the size of a published checkpoint (`deberta-v3-base-prompt-injection`)? Then somebody
    has trained it further, and it may have the head of that task."""
    sized = re.search(r"(?<![a-z])(tiny|mini|small|base|medium|large|x+l(arge)?|huge)(?![a-z])", words_of(name))
    behind = re.findall(r"[a-z]+", words_of(name)[sized.end() :]) if sized else []
    return any(word not in TABLE["versions"] for word in behind)


def is_remote(name: str) -> bool:
    """Is this a model whose code lies on the hub, so that its architecture can only be guessed? Not where its name goes
    on to spell out a type that transformers has by now: `minicpm-v-4.6`."""
    found = re.search(TABLE["remote"], words_of(name))
    spelt = _spelt_out(words_of(name)) if found is not None else None
    return found is not None and (spelt is None or spelt[0][1] <= found.end())


def types() -> Any:
    """The types of models that the installed transformers has."""
    from transformers.models.auto import configuration_auto

    return vars(configuration_auto)["CONFIG_MAPPING_NAMES"]
