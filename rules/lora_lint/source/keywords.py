"""The words that a file must name for anything here to be about it. The first and cheapest look at its bytes."""

from __future__ import annotations

# a script that none of the rules can say anything about names none of these, nor do the modules around it
WORDS = (b"peft", b"lora", b"adapter", b"unsloth", b"merge_and_unload", b".unload(")
# the same, where they mean it: no exploration, no HTTPAdapter. Much slower, so asked of what passes the first look
MEANT = (
    rb"peft|(?<![a-z])q?lora|unsloth|merge_and_unload|\.unload\("
    rb"|(?:load|add|set|delete|merge|unmerge|enable|disable|active|weighted)_adapter|adapter_(?:model|config|name)"
)


def names_peft(data: bytes) -> bool:
    """Does a file name PEFT or kin?"""
    lowered = data.lower()
    if not any(word in lowered for word in WORDS):
        return False
    import re

    return re.search(MEANT, lowered) is not None


# what a file that counts alone must have to make or to need an adapter: a library that knows them, by its own import,
# and a call (or a file) that leads to one. Both are asked for, since libraries name in passing what others do
LIBRARIES = rb"^[ \t]*(?:from|import)[ \t]+(?:peft|unsloth|trl|transformers|diffusers)\b|[\"'](?:peft|unsloth)\b"
CALLS = (
    rb"get_peft_model|peft\w*model\w*[(.]|inject_adapter|peft_config *=|(?:lora|ia3|loha|lokr|oft|boft|vera)model\("
    rb"|\.(?:add|load|set|delete|merge|unmerge|disable|enable|add_weighted)_adapters?\(|load_lora|save_lora|unload_lora"
    rb"|fuse_lora|merge_and_unload|\.unload\(|print_trainable|adapter_(?:model|config)\.|unsloth"
)


def may_make_adapters(data: bytes) -> bool:
    """Could a file on its own, its local imports unread, make an adapter or need one?"""
    import re

    return re.search(LIBRARIES, data, re.MULTILINE) is not None and re.search(CALLS, data.lower()) is not None
