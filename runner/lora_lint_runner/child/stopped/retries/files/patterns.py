"""The files to make up for a path, a folder or a pattern that was looked for in vain."""

from __future__ import annotations

import os
import re

from ....carried import carried
from ....context import Run
from ....stand_in.made_up.files import binaries, packed
from ....stand_in.made_up.suffixes import (
    ARRAYS,
    BY_ARROW,
    CLASS,
    GROUP,
    PICTURES,
    ROWS,
    SOUNDS,
    WRITTEN,
    XML,
    suffix_of,
)

OPENING = {
    "PIL": ".png",
    "cv2": ".png",
    "torchvision": ".png",
    "librosa": ".wav",
    "soundfile": ".wav",
    "torchaudio": ".wav",
    "wave": ".wav",
}
MODEL = re.compile(
    r"(?<![a-z])llms?(?![a-z])|model|llama|qwen|gemma|mistral|bert|gpt|glm|checkpoint|ckpt|adapter|lora", re.I
)
DATA = re.compile(r"data|corpus|train|image|audio", re.I)
LISTS = (".yaml", ".yml", *XML, *WRITTEN)  # of settings, tasks, notes
CODE = (".py",)  # of any project that is gone through
NO_TEXT = re.compile(
    r"\.(py|ya?ml|toml|json|ini|cfg|env|pt|pth|bin|ckpt|safetensors|model|np[yz]|pkl|h5|gguf|zip|gz)$", re.I
)
TABLES = 4  # that match a pattern


def those_inside(run: Run, name: str) -> list[str]:
    """The files to make up for a path: several for a pattern that tables match, one a client or a day, say."""
    home, base = os.path.split(name)
    if base.endswith(".*") and (opened := _opened(run)):  # `images.glob(label.stem + ".*")`
        return [carried(run, os.path.join(home, _fitting(base[:-2]) + opened[0]))]
    several = "*" in base and (suffix_of(base) in (*ROWS, *ARRAYS, *LISTS) or _is_text(base))
    names = [os.path.join(home, re.sub(r"\*+", stem, base)) for stem in _stems(run, base)] if several else [name]
    return [found for n in names if (found := _inside(run, n, several or "*" in name)) is not None]


def _stems(run: Run, pattern: str) -> list[str]:
    """What any name stands for: names that the script reads something from, where nothing else stands beside it."""
    read = run.hints.name_parts.stems(TABLES) if re.fullmatch(r"\*\.\w+", pattern) else []
    return read or [str(n) for n in range(TABLES)]


def _inside(run: Run, name: str, of_pattern: bool) -> str | None:
    """The file to make up for a path, or for one that a pattern may find. A folder of any name is one for each
    class."""
    if "None" in name.split(os.sep):  # made of an argument that nobody gave
        return None
    name = carried(run, name)
    folder, base = os.path.split(name)
    folder = _folders(folder)
    plain = os.path.join(folder, _fitting(base))
    if suffix_of(plain) in (*ROWS, *LISTS, *PICTURES, *SOUNDS) or binaries.is_made(run, plain):
        return plain
    if packed.is_one(run, plain):
        return plain
    if of_pattern and suffix_of(plain) in CODE:
        return plain
    if _is_text(plain) and _beside_another(run, plain):
        return plain
    if MODEL.search(name) and not DATA.search(name):
        return None
    kinds = [s for s in ROWS + PICTURES + SOUNDS if any(s == t or t.endswith("*" + s) for t in run.hints.strings)]
    kinds = kinds or [s for s in PICTURES + SOUNDS if any(t.endswith(s) for t in run.hints.strings)]
    kinds = kinds or [s for s in BY_ARROW if s[1:] in run.hints.strings]  # `dataset(folder, format="parquet")`
    kinds = kinds or [s for s in CODE if "*" in name and s in run.hints.strings]
    opened = _opened(run)
    media = [s for kin in (PICTURES, SOUNDS) for s in kin if set(opened) & set(kin)]
    kinds = sorted(kinds, key=lambda suffix: suffix not in media) or opened  # captions lie beside images
    asked = run.hints.compared.get("suffix", ()) if of_pattern else ()
    kinds = kinds or [s for s in asked if _is_text(f"0{s}")]  # `if path.suffix in (".srt", ".vtt")`
    if kinds and base and not base.strip("*"):  # any file of a folder
        return os.path.join(folder, "0" + kinds[0])
    if of_pattern and _is_text(plain):
        return plain
    if suffix_of(plain) or not kinds:
        return os.path.join(plain, "") if "*" in name else None
    return os.path.join(plain, "train" + kinds[0])


def _beside_another(run: Run, name: str) -> bool:
    """Does it lie beside a made-up file that is called the same but for its suffix? It says more of that."""
    stem = os.path.splitext(name)[0]
    return any(os.path.splitext(other)[0] == stem for other in run.spec.learned.get("files", ()) if other != name)


def _folders(pattern: str) -> str:
    """The folders that a pattern finds: the innermost of any name is one for each class, those around it are groups.
    `**` is as many as there are: none beside another one of any name, else one."""
    parts = pattern.split(os.sep)
    any_name = [part for part in parts if part.endswith("*") and part != "**"]
    if any_name:
        parts = [part for part in parts if part != "**"]
    last = len(any_name) - 1
    marks = iter([GROUP] * last + [CLASS])
    return os.sep.join(_fitting(re.sub(r"\*+$", lambda _: next(marks, CLASS), part)) for part in parts)


def _opened(run: Run) -> list[str]:
    """The suffixes of what the libraries open that the script imports."""
    return [suffix for package, suffix in OPENING.items() if package in run.hints.roots]


def _is_text(name: str) -> bool:
    """May it be a text, of whatever kind: code of some language, notes?"""
    suffix = suffix_of(name)
    known = (*PICTURES, *SOUNDS, *ARRAYS)
    return re.fullmatch(r"\.[a-z]\w{0,9}", suffix) is not None and suffix not in known and not NO_TEXT.search(name)


def _fitting(pattern: str) -> str:
    """A name that a pattern finds; what may follow a suffix (`train.de*`) is left out."""
    pattern = re.sub(r"(\.[a-zA-Z]\w*)\*$", r"\1", pattern)
    return re.sub(r"\[[^\]]*\]|[*?]+", "0", pattern)
