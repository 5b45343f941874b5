"""The words that a file must name for anything here to be about it. The first and cheapest look at its bytes."""

from __future__ import annotations

# a script that none of the rules can say anything about names none of these, nor do the modules around it: held against
# the tables by tests/knowledge/test_telling.py
WORDS = (b"peft", b"lora", b"adapter", b"unsloth", b"unload", b"_trainable_parameters", b"get_base_model")
# the same, where they mean it: no exploration, no HTTPAdapter. Much slower, so asked of what passes the first look
MEANT = (
    rb"peft|(?<![a-z])q?lora|unsloth|merge_and_unload|\.unload\(|(?:print|get_nb)_trainable_parameters|get_base_model"
    rb"|(?:load|add|set|delete|merge|unmerge|enable|disable|active|weighted)_adapter|adapter_(?:model|config|name)"
)

# what only a copy of peft defines: beside it, nothing is known of the release that scripts run with
COPY = rb"(?m)^class PeftModelForCausalLM\(PeftModel\)"

# what a file holds that writes the old weights file itself: they are pickled, under this name
WRITES = (b"torch.save(", b"safe_serialization")
OLD_WEIGHTS = b"adapter_model.bin"


def names_peft(data: bytes) -> bool:
    """Does a file name PEFT or kin?"""
    lowered = data.lower()
    if not any(word in lowered for word in WORDS):
        return False
    import re

    return re.search(MEANT, lowered) is not None


def writes_old_weights(data: bytes) -> bool:
    """May a file write the weights file that peft wrote up to 0.6?"""
    return OLD_WEIGHTS in data and any(word in data for word in WRITES)


def defines_peft(data: bytes) -> bool:
    """Is a file part of a copy of peft?"""
    if b"class PeftModelForCausalLM" not in data:
        return False
    import re

    return re.search(COPY, data) is not None
