"""The words that a file must name for anything here to be about it. The first and cheapest look at its bytes."""

from __future__ import annotations


def _behind(word: bytes, *before: bytes) -> bytes:
    """Finds a word behind one of these. It begins with the word, which is found quickly, and looks back from there."""
    return b"|".join(rb"%s(?<=%s%s)" % (word, part, word) for part in before)


# a script that none of the rules can say anything about names none of these, nor do the modules around it: held against
# the tables by tests/knowledge/test_telling.py. Each with how it is written where it means it, if that is not always:
# no exploration, no HTTPAdapter
WORDS = {
    b"peft": None,
    b"unsloth": None,
    b"get_base_model": None,
    b"lora": rb"lora(?:(?<![a-z]lora)|(?<=qlora)(?<![a-z]qlora))",
    b"unload": rb"unload(?<=merge_and_unload)|unload(?<=\.unload)\(",
    b"trainable_parameters": _behind(b"trainable_parameters", b"print_", b"get_nb_"),
    b"adapter": rb"adapter_(?:model|config|name)|"
    + _behind(
        b"adapter", b"load_", b"add_", b"set_", b"delete_", b"merge_", b"unmerge_", b"enable_", b"disable_", b"active_",
        b"weighted_",
    ),
}  # fmt: skip

# what only a copy of peft defines: beside it, nothing is known of the release that scripts run with
COPY = rb"(?m)^class PeftModelForCausalLM\(PeftModel\)"

# what a file holds that writes the old weights file itself: they are pickled, under this name
WRITES = (b"torch.save(", b"safe_serialization")
OLD_WEIGHTS = b"adapter_model.bin"

# what a file holds that puts the tensors of a weights file back into a model
PUTS_BACK = b"load_state_dict", b"set_peft_model_state_dict"
READS = b"torch.load(", b"load_file("
WEIGHTS = rb"([\w.+-]+\.(?:pth?|bin|ckpt|safetensors))[\"']"


# where most scripts name it; and a comment that silences findings is one for this linter
SURELY = rb"(?m)^[ \t]*(?:from|import)\b[^\n#]*(?:peft|unsloth)|lora[-_]lint|noqa[^\n]*\bll\d"
# comments and strings; of those that begin a line, and stand in no call or list, nothing comes
REMARK = rb"""(?xs)
    (?m:^)[ \t]*(?P<alone>r?(?:\"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}))
    | (?P<comment>\#[^\n]*)
    | \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3} | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
"""
OPEN = b"([{,=+%\\"  # behind one of these a string is part of something


def names_peft(data: bytes) -> bool:
    """Does a file name PEFT or kin, other than in what it says of itself in comments and docstrings?"""
    lowered = data.lower()
    if not _holds_a_word(lowered):
        return False
    import re

    return re.search(SURELY, lowered) is not None or _holds_a_word(_without_remarks(lowered))


def _holds_a_word(lowered: bytes) -> bool:
    for word, meant in WORDS.items():
        if word in lowered:
            if meant is None:
                return True
            import re

            if re.search(meant, lowered) is not None:
                return True
    return False


def _without_remarks(data: bytes) -> bytes:
    import re

    def left(found: re.Match[bytes]) -> bytes:
        if found["comment"] is not None:
            return b""
        if found["alone"] is None:
            return found[0]
        before = found.start() - 1
        while before >= 0 and data[before] in b" \t\r\n":
            before -= 1
        return found[0] if before >= 0 and data[before] in OPEN else b""

    return re.sub(REMARK, left, data)


def writes_old_weights(data: bytes) -> bool:
    """May a file write the weights file that peft wrote up to 0.6?"""
    return OLD_WEIGHTS in data and any(word in data for word in WRITES)


def restored_files(data: bytes) -> frozenset[str]:
    """The weights files that a file names, where it puts the tensors of such files back into models."""
    if not (any(word in data for word in PUTS_BACK) and any(word in data for word in READS)):
        return frozenset()
    import re

    return frozenset(name.decode("ascii", "ignore") for name in re.findall(WEIGHTS, data))


def defines_peft(data: bytes) -> bool:
    """Is a file part of a copy of peft?"""
    if b"class PeftModelForCausalLM" not in data:
        return False
    import re

    return re.search(COPY, data) is not None
