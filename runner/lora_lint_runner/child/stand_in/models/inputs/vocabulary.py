"""A tokenizer for a stand-in: one token a byte, unless words are wanted, and the family's own special tokens."""

from __future__ import annotations

import json
import os
from typing import Any

from ..family import tokens_of
from ..model_names import TABLE
from .whole_words import merges

CHAT = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}{{ '<image>' }}{% elif part['type'] == 'audio' %}{{ '<|AUDIO|>' }}"
    "{% elif 'text' in part %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}"
    "{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
# the token of an image, and what the template writes for one, where they are not <image>
IMAGE_TOKENS = {**dict.fromkeys(("qwen2_vl", "qwen2_5_vl", "qwen3_vl"), "<|image_pad|>"), "mllama": "<|image|>"}
IMAGE_WORDS = {
    **dict.fromkeys(("gemma3", "gemma3n"), "<start_of_image>"),
    **{kind: "<|vision_start|><|image_pad|><|vision_end|>" for kind in IMAGE_TOKENS if kind.startswith("qwen")},
}
LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr "
    "bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn "
    "yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su "
    "yue"
).split()
# what processors ask their tokenizers for, by name
NAMED = {
    "image_token": "<image>", "image_boundary_token": "<fake_token_around_image>", "context_image_token": "<image>",
    **dict.fromkeys(("image_start_token", "start_image_token", "boi_token", "slice_start_token"), "<start_of_image>"),
    **dict.fromkeys(("image_end_token", "end_image_token", "eoi_token", "slice_end_token"), "<end_of_image>"),
    "video_token": "<|video_pad|>", "audio_token": "<|AUDIO|>",
    **dict.fromkeys(("audio_bos_token", "boa_token"), "<|audio_bos|>"),
    **dict.fromkeys(("audio_eos_token", "eoa_token"), "<|audio_eos|>"),
    **dict.fromkeys(("vision_bos_token", "vision_start_token", "image_id_start_token"), "<|vision_start|>"),
    **dict.fromkeys(("vision_eos_token", "vision_end_token", "image_id_end_token"), "<|vision_end|>"),
}  # fmt: skip
GENERAL = "PreTrainedTokenizerFast"
ROLES = ("bos", "eos", "unk", "pad", "cls", "sep", "mask")


class Vocabulary:
    """The tokens of a stand-in: `size` of them, and the ids of the special ones by config field."""

    def __init__(self, model_type: str, name: str) -> None:
        self.model_type = model_type
        self.row = tokens_of(model_type, name)
        special = [self.row[role] for role in ROLES if self.row.get(role)]
        special += self.row.get("extra", [])
        special += TABLE["extra_tokens"]
        if model_type == "whisper":
            special += _whisper()
        self.special = list(dict.fromkeys(special))
        letters = _bytes()
        self.merges = [(first, last) for first, last in merges() if first + last not in self.special]
        joined = dict.fromkeys(first + last for first, last in self.merges)
        self.tokens = {token: index for index, token in enumerate([*self.special, *letters, *joined])}
        self.image = IMAGE_TOKENS.get(model_type, "<image>")
        self.size = len(self.tokens) + int(self.row.get("spare", 0))

    def ids(self) -> dict[str, int]:
        """Ids by the names that configs use."""
        found = {f"{role}_token_id": self.tokens[self.row[role]] for role in ROLES if self.row.get(role)}
        first = found.get("pad_token_id", found.get("bos_token_id", 0))
        found.setdefault("bos_token_id", found.get("cls_token_id", first))
        found.setdefault("eos_token_id", found.get("sep_token_id", first))
        found.setdefault("pad_token_id", first)
        found["decoder_start_token_id"] = self.tokens.get("<|startoftranscript|>", first)
        found["forced_bos_token_id"] = found["bos_token_id"]
        found["forced_eos_token_id"] = found["eos_token_id"]
        for field, token in (
            ("image_token_id", self.image),
            ("image_token_index", self.image),
            ("video_token_id", "<|video_pad|>"),
            ("vision_start_token_id", "<|vision_start|>"),
            ("vision_end_token_id", "<|vision_end|>"),
            ("audio_token_id", "<|AUDIO|>"),
            ("audio_token_index", "<|AUDIO|>"),
        ):
            found[field] = self.tokens[token]
        return found

    def write(self, folder: str, cls: str | None = None, length: int | None = None) -> None:
        """Writes tokenizer.json and its kin, in the forms that both the fast and the older classes read."""
        from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers, processors

        backend = Tokenizer(self._model())
        backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        backend.decoder = decoders.ByteLevel()
        backend.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in self.special])
        backend.post_processor = _template(processors, self.row, self.tokens)
        backend.save(os.path.join(folder, "tokenizer.json"))
        config: dict[str, Any] = {
            "tokenizer_class": cls or GENERAL,
            "model_max_length": length or 1024,
            "clean_up_tokenization_spaces": False,
            "model_input_names": [
                "input_ids",
                *(["token_type_ids"] if self.row.get("types") else []),
                "attention_mask",
            ],
            **{f"{role}_token": self.row[role] for role in ROLES if self.row.get(role)},
        }
        if self.row.get("named", True):
            config["extra_special_tokens"] = {**NAMED, "image_token": self.image}
        if self.row.get("prefix") == ["bos"] and not self.row.get("suffix"):
            # else `add_eos_token=False` makes transformers 5.23 leave out the first one, too; it did not before 5
            config["add_bos_token"] = True
        if not self.row.get("cls"):
            config["chat_template"] = self.chat_template()
        _dump(config, folder, "tokenizer_config.json")
        if cls is None:
            self._as_own_class(folder, config)
        _dump({k: v for k, v in config.items() if k.endswith("_token")}, folder, "special_tokens_map.json")
        _dump(self.tokens, folder, "vocab.json")
        with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as file:
            file.write("#version: 0.2\n" + "".join(f"{first} {last}\n" for first, last in self.merges))
        with open(os.path.join(folder, "vocab.txt"), "w", encoding="utf-8") as file:
            file.write("\n".join(self.tokens) + "\n")

    def chat_template(self) -> str:
        """ChatML, with the family's own word for an image."""
        return CHAT.replace("<image>", IMAGE_WORDS.get(self.model_type, self.image))

    def write_chat(self, folder: str) -> None:
        """The template where processors look for it, in both forms that releases of transformers read."""
        with open(os.path.join(folder, "chat_template.jinja"), "w", encoding="utf-8") as file:
            file.write(self.chat_template())
        _dump({"chat_template": self.chat_template()}, folder, "chat_template.json")

    def _as_own_class(self, folder: str, config: dict[str, Any]) -> None:
        """Scripts ask for the family's own class of tokenizers, so it is that one, if it reads these files as meant."""
        from tokenizers import models

        cls = _class(self.model_type)
        if cls is None or getattr(cls, "model", models.BPE) is not models.BPE or not hasattr(cls, "backend_tokenizer"):
            return
        own = {**config, "tokenizer_class": cls.__name__}
        if "bbox" in cls.model_input_names:
            own["model_input_names"] = cls.model_input_names
        _dump(own, folder, "tokenizer_config.json")
        try:
            found = cls.from_pretrained(folder)
            same = all(getattr(found, f"{role}_token") == self.row.get(role) for role in ("bos", "eos", "pad"))
            text = found.decode(_read(found), skip_special_tokens=True).replace(" ", "")
            if same and len(found) <= self.size and text == "ab":
                return
        except Exception:  # whatever it says: then the general class is right
            pass
        _dump(config, folder, "tokenizer_config.json")

    def _model(self) -> Any:
        """Of the kind that the family's own tokenizer class reads."""
        from tokenizers import models

        unk = self.row.get("unk")
        unigram = (
            self.row.get("model") == "unigram" or getattr(_class(self.model_type), "model", None) is models.Unigram
        )
        if unk is not None and unigram:
            scores = {**dict.fromkeys(self.tokens, -1.0), **dict.fromkeys(self.special, 0.0)}
            return models.Unigram(list(scores.items()), unk_id=self.tokens[unk])
        return models.BPE(vocab=self.tokens, merges=self.merges, unk_token=unk)


def _read(tokenizer: Any) -> Any:
    """The tokens of a text; of a tokenizer of pages, those of a word and where it stands."""
    if "bbox" in getattr(tokenizer, "model_input_names", ()):
        return tokenizer(["ab"], boxes=[[0, 0, 10, 10]])["input_ids"]
    return tokenizer("ab")["input_ids"]


def _class(model_type: str) -> Any:
    import transformers
    from transformers.models.auto.tokenization_auto import TOKENIZER_MAPPING_NAMES

    name = TOKENIZER_MAPPING_NAMES.get(model_type)
    names = [n for n in reversed(name) if n] if isinstance(name, (list, tuple)) else [name] if name else []
    try:
        return getattr(transformers, names[0], None) if names else None
    except ImportError:  # a class that needs a package which is not here
        return None


def _template(processors: Any, row: dict[str, Any], tokens: dict[str, int]) -> Any:
    before = [row[r] for r in row.get("prefix", ()) if row.get(r)]
    after = [row[r] for r in row.get("suffix", ()) if row.get(r)]
    if not before and not after:
        return processors.ByteLevel(trim_offsets=False)
    second = [f"{t}:1" for t in after]
    return processors.TemplateProcessing(
        single=[*before, "$A", *after],
        pair=[*before, "$A", *after, "$B:1", *second],
        special_tokens=[(t, tokens[t]) for t in dict.fromkeys([*before, *after])],
    )


def _bytes() -> list[str]:
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


def _whisper() -> list[str]:
    words = [
        "startoftranscript",
        *LANGUAGES,
        "translate",
        "transcribe",
        "startoflm",
        "startofprev",
        "nospeech",
        "nocaptions",
        "notimestamps",
    ]
    return [f"<|{w}|>" for w in words] + [f"<|{i * 0.02:.2f}|>" for i in range(1501)]


def _dump(found: Any, folder: str, name: str) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(found, file, ensure_ascii=False)
