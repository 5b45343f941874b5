"""The words that a file must name for anything here to be about it. The first and cheapest look at its bytes."""

from __future__ import annotations

# a script that none of the rules can say anything about names none of these, nor do the modules around it
WORDS = (b"peft", b"lora", b"adapter", b"unsloth", b"merge_and_unload", b".unload(")


def names_peft(data: bytes) -> bool:
    """Does a file name PEFT or kin?"""
    lowered = data.lower()
    return any(word in lowered for word in WORDS)
