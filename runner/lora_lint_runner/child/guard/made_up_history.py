"""A git repository with commits that are made up, for a script that works on the history of one that is not here. git
itself reads it, in whichever format it is asked for."""

from __future__ import annotations

import hashlib
import os
import re
import time
import zlib
from collections.abc import Mapping, Sequence

COUNT = 24  # commits
MOST = 8  # times as many
RECENT, LONG_AGO = 6 * 3600, 240 * 86400  # seconds between two of the newer half, and two of the older
PEOPLE = ("Ada Lovelace <ada@example.org>", "Grace Hopper <grace@example.org>")
FILES = ("src/parse.py", "src/lines.c", "docs/usage.md", "web/page.js")
CHANGES = ("check the length of lines", "read what follows a tab", "say which file is empty", "keep marks at the end")
ONE = re.compile(r"-1|(-n|--max-count)[= ]?1")
LENGTH = 6  # lines of a file at first


def of_many(asked: Sequence[str]) -> bool:
    """Does a command go through commits? One that asks for the last one wants to know which release it is."""
    if not asked or asked[0] not in ("log", "rev-list"):
        return False
    counts = [ONE.fullmatch(" ".join(pair)) for pair in zip(asked[1:], [*asked[2:], ""])]
    return not any(counts) and not any(ONE.fullmatch(word) for word in asked[1:])


def make(folder: str, seed: int = 0, times: int = 1) -> None:
    """Writes it into a folder; no two seeds have a change in common."""
    home = os.path.join(folder, ".git")
    count = COUNT * min(times, MOST)
    now = int(time.time())
    texts = {name: [f"{name} {seed} line {n}" for n in range(LENGTH)] for name in FILES}
    parent = _commit(home, texts, None, "Begin with what there is so far", now - 10 * 365 * 86400)
    for place in range(count):
        name, change = FILES[place % len(FILES)], CHANGES[place // len(FILES) % len(CHANGES)]
        lines = texts[name]
        lines[place % LENGTH] = f"{name} {seed} now {place}: {change}"
        lines.append(f"{name} {seed} new {place}")
        part = os.path.splitext(os.path.basename(name))[0]
        subject = f"fix({part}): {change}, {place}" if place % 2 else f"{change.capitalize()} in {part}, {place}"
        parent = _commit(home, texts, parent, subject, now - _age(count - 1 - place, count), place)
    for path, text in (("HEAD", "ref: refs/heads/main\n"), ("refs/heads/main", f"{parent}\n"), ("config", CONFIG)):
        _write(os.path.join(home, path), text.encode())


CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"


def _age(back: int, count: int) -> int:
    """The newer half is of the last days, the older one of years."""
    return min(back, count // 2) * RECENT + max(0, back - count // 2) * LONG_AGO * COUNT // count


def _commit(
    home: str, texts: Mapping[str, list[str]], parent: str | None, subject: str, when: int, place: int = 0
) -> str:
    who = PEOPLE[place % len(PEOPLE)]
    tree = _tree(home, {name: "".join(f"{line}\n" for line in lines) for name, lines in texts.items()})
    head = [f"tree {tree}", *([f"parent {parent}"] if parent is not None else [])]
    head += [f"author {who} {when} +0000", f"committer {who} {when} +0000"]
    return _object(home, "commit", ("\n".join(head) + f"\n\n{subject}\n\nAs people have asked for.\n").encode()).hex()


def _tree(home: str, texts: Mapping[str, str]) -> str:
    """Of files that lie in folders, one deep."""
    below: dict[str, dict[str, bytes]] = {}
    for name, text in texts.items():
        folder, _, base = name.partition("/")
        below.setdefault(folder, {})[base] = _object(home, "blob", text.encode())
    inner = {name: _entries(home, held, "100644") for name, held in below.items()}
    return _entries(home, inner, "40000").hex()


def _entries(home: str, held: Mapping[str, bytes], mode: str) -> bytes:
    rows = (f"{mode} {name}\0".encode() + digest for name, digest in sorted(held.items()))
    return _object(home, "tree", b"".join(rows))


def _object(home: str, kind: str, content: bytes) -> bytes:
    """Writes an object as git keeps it; its digest."""
    held = f"{kind} {len(content)}\0".encode() + content
    digest = hashlib.sha1(held, usedforsecurity=False)
    name = digest.hexdigest()
    path = os.path.join(home, "objects", name[:2], name[2:])
    if not os.path.exists(path):
        _write(path, zlib.compress(held, 1))
    return digest.digest()


def _write(path: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
