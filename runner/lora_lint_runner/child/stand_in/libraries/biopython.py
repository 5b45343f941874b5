"""A small Biopython: sequences as they lie in FASTA files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

from ...context import Run


class Seq(str):
    """A sequence of letters."""


class SeqRecord:
    """A sequence and what is said of it."""

    def __init__(self, seq: Any, id: str = "", name: str = "", description: str = "", **more: Any) -> None:
        self.seq, self.id, self.name, self.description = Seq(seq), id, name or id, description or id

    def __len__(self) -> int:
        return len(self.seq)


def parse(source: Any, format: str = "fasta", *args: Any, **options: Any) -> Iterator[SeqRecord]:
    """The records of a FASTA file, or of what is open already."""
    if isinstance(source, (str, os.PathLike)):
        with open(source, encoding="utf-8") as file:
            yield from parse(file)
        return
    head: str | None = None
    letters: list[str] = []
    for line in [*source, ">"]:
        if not line.startswith(">"):
            letters.append(line.strip())
            continue
        if head is not None:
            yield SeqRecord("".join(letters), head.split(" ")[0], description=head)
        head, letters = line[1:].strip(), []


PARTS: dict[str, dict[str, Any]] = {
    "SeqIO": {"parse": parse},
    "Seq": {"Seq": Seq},
    "SeqRecord": {"SeqRecord": SeqRecord},
}


def fill(module: ModuleType, run: Run) -> None:
    """Fills `Bio` and its parts."""
    if module.__name__ == "Bio":
        module.__dict__.update({name: SimpleNamespace(**held) for name, held in PARTS.items()})
    module.__dict__.update(PARTS.get(module.__name__.rpartition(".")[2], {}))
