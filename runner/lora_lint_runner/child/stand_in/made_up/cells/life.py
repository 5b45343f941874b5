"""Made-up sequences of proteins and of DNA."""

from __future__ import annotations

import re
from collections.abc import Iterable

AMINO_ACIDS = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGCWP"
BASES = "ACGTTGCAAGCTCGATTACGGATCCATG"
LETTERS = frozenset("ABCDEFGHIKLMNOPQRSTUVWXYZ-*")  # without J, which no table of them has
COLUMN = re.compile(r"(^|_)(sequence|seq|primary|peptide|protein_seq|aa|dna|rna|cdr3?)s?$")
MODELS = re.compile(r"^(facebook/|InstaDeepAI/|zhihan1996/|Rostlab/)\S*(esm|nucleotide|dna|prot)|^Esm[A-Z]", re.I)


def protein(index: int) -> str:
    """A sequence of its own for each row."""
    start = index % len(AMINO_ACIDS)
    return "M" + (AMINO_ACIDS * 2)[start : start + 24 + index % 8]


def dna(index: int) -> str:
    """A strand of its own for each row."""
    start = index % len(BASES)
    return (BASES * 3)[start : start + 36 + 3 * (index % 8)]


def marked(index: int) -> str:
    """A digit for each letter of the sequence in the same row, too many for pandas to take them for one number."""
    return ("1" + format(index * 37 % 256, "08b") * 4)[: len(protein(index))]


def kind_of(column: str, usual: str, words: Iterable[str]) -> str | None:
    """ "protein" or "dna" for a column of a script with these strings and classes, where it holds such: by its name, in
    a script with models of life; or any texts, where the script knows their letters."""
    words = list(words)
    letters = max(filter(_is_alphabet, words), key=len, default="")
    if letters and (usual == "text" or COLUMN.search(column.lower())):
        return "protein" if len(set(letters.upper()) - set("ACGTUN-")) > 4 else "dna"
    return "protein" if COLUMN.search(column.lower()) and any(map(MODELS.search, words)) else None


def _is_alphabet(word: str) -> bool:
    """All the letters of proteins or of DNA, each of them once."""
    letters = set(word.upper())
    known = LETTERS if word.isupper() else set("ACGTUN")  # not those of a word: "category"
    return len(letters) == len(word) and set("ACGT") <= letters <= known
