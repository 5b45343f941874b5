"""What models and tokenizers with code of their own on the hub can besides those of transformers: scripts call it by
name."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from types import MethodType
from typing import Any

from ...context import Run
from .model_names import words_of

UNEXPECTED = re.compile(r"unexpected keyword argument '(\w+)'")
ANSWER = "stand-in"
CLASSES = ((r"^qwen-", "QWenTokenizer"),)  # of tokenizers, which scripts ask for by name


def equip(found: Any, name: str) -> Any:
    """Gives a model or a tokenizer that stands in for one with code of its own the methods that it would have."""
    methods = TOKENIZER if hasattr(found, "convert_tokens_to_ids") else MODEL if hasattr(found, "forward") else {}
    for own, method in methods.items():
        if not hasattr(type(found), own):
            found.__dict__[own] = MethodType(method, found)
    if methods is TOKENIZER:
        found.__dict__.update(_ids(found))
        cls = next((cls for pattern, cls in CLASSES if re.search(pattern, words_of(name))), None)
        if cls is not None:
            found.__class__ = _called(type(found), cls)
    return found


def load(run: Run, real: Any, cls: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Loads what stands in for a model with code of its own, without the arguments that only such code takes. These are
    taken out of the options."""
    while True:
        try:
            return real(cls, *args, **options)
        except TypeError as error:
            found = UNEXPECTED.search(str(error))
            if found is None or found.group(1) not in options or not run.met.other_code:
                raise
            del options[found.group(1)]
            run.neutral(f"argument {found.group(1)}: for the model's own code, which is not here")


def _called(base: type, name: str) -> type:
    """A class under the name that it has on the hub; what it saves is loaded by its base, whose code is here."""
    home = sys.modules[base.__module__]

    def save_pretrained(self: Any, *args: Any, **options: Any) -> Any:
        self.__class__ = base
        try:
            return self.save_pretrained(*args, **options)
        finally:
            self.__class__ = made

    made = type(name, (base,), {"save_pretrained": save_pretrained, "__module__": base.__module__})
    vars(home).setdefault(name, made)  # pickle looks for it there
    return made


def name_modules(model: Any, names: list[str]) -> dict[str, str]:
    """Gives linear layers of a stand-in the names of modules that its real code has and transformers has not. Returns
    which name took the place of which."""
    import torch

    own: dict[str, None] = {}
    for path, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and "." in path:
            own.setdefault(path.rpartition(".")[2])
    there = {path.rpartition(".")[2] for path, _ in model.named_modules()}
    given = dict(zip(own, (name for name in names if name not in there), strict=False))
    for module in model.modules():
        for old, new in given.items():
            if isinstance(module._modules.get(old), torch.nn.Linear):
                module._modules[new] = module._modules.pop(old)
                setattr(type(module), old, property(_either(old, new)))
    return given


def _either(old: str, new: str) -> Any:
    """The forward pass goes on to ask for the name that transformers has."""
    return lambda self: self._modules[old] if old in self._modules else self._modules[new]


def _ids(tokenizer: Any) -> dict[str, Any]:
    """Tokens under the names that Qwen's first tokenizer and ChatGLM's have for them."""
    end = tokenizer.eos_token_id if tokenizer.eos_token_id is not None else 0
    found = {
        "eod_id": end, "im_start_id": tokenizer.convert_tokens_to_ids("<|im_start|>"),
        "im_end_id": tokenizer.convert_tokens_to_ids("<|im_end|>"), "gmask_token_id": end,
    }  # fmt: skip
    return {name: end if value is None else value for name, value in found.items()}


# -- ChatGLM's tokenizer -----------------------------------------------------------------------------------------------


def _command(self: Any, token: str) -> int:
    found = self.convert_tokens_to_ids(token)
    return found if isinstance(found, int) and found >= 0 else int(self.eos_token_id or 0)


def _prefix(self: Any) -> list[int]:
    return [_command(self, "[gMASK]"), _command(self, "sop")]


def _message(self: Any, role: str, metadata: str, message: str, tokenize: bool = True) -> Any:
    text = f"<|{role}|>{metadata}\n{message}"
    return self.encode(text, add_special_tokens=False) if tokenize else text


def _chat_input(self: Any, query: str, history: Any = None, role: str = "user") -> Any:
    turns = [t for t in history or () if isinstance(t, dict)]
    ids = _prefix(self)
    for turn in (*turns, {"role": role, "content": query}):
        ids += _message(self, turn.get("role", "user"), "", str(turn.get("content", "")))
    return self([self.decode([*ids, _command(self, "<|assistant|>")])], return_tensors="pt")


def _prompt(self: Any, query: str, history: Any = None) -> str:
    rounds = [f"[Round {i}]\n\n问：{old}\n\n答：{said}\n\n" for i, (old, said) in enumerate(history or (), 1)]
    return "".join(rounds) + f"[Round {len(rounds) + 1}]\n\n问：{query}\n\n答："


# -- the tokenizer of Qwen-VL and Qwen-Audio ---------------------------------------------------------------------------


def _from_list(self: Any, parts: list[dict[str, Any]]) -> str:
    """A text with pictures and sounds in it by their places."""
    marks = {"image": "Picture {0}: <img>{1}</img>\n", "audio": "Audio {0}:<audio>{1}</audio>\n"}
    counts = dict.fromkeys(marks, 0)
    text = ""
    for part in parts:
        kind = next((kind for kind in marks if kind in part), None)
        if kind is None:
            text += str(part.get("text") or next(iter(part.values()), ""))
        else:
            counts[kind] += 1
            text += marks[kind].format(counts[kind], part[kind])
    return text


# -- models that answer ------------------------------------------------------------------------------------------------


def _chat(self: Any, tokenizer: Any, query: Any, history: Any = None, *args: Any, **options: Any) -> Any:
    """Baichuan's takes a list of turns and returns a text, the others return the history, too."""
    return ANSWER if isinstance(query, list) else (ANSWER, [*(history or ()), (query, ANSWER)])


def _stream(self: Any, tokenizer: Any, query: Any, *args: Any, **options: Any) -> Iterator[Any]:
    yield _chat(self, tokenizer, query, *args, **options)


TOKENIZER: dict[str, Any] = {
    "build_chat_input": _chat_input, "build_single_message": _message, "build_prompt": _prompt,
    "get_command": _command, "get_prefix_tokens": _prefix, "from_list_format": _from_list,
}  # fmt: skip
MODEL: dict[str, Any] = {"chat": _chat, "stream_chat": _stream, "chat_stream": _stream}
