"""What the bytes of a file tell before anything is parsed: does it name PEFT, and what does it import?"""

from __future__ import annotations

import re
from typing import NamedTuple

from lora_lint.source.keywords import defines_peft, names_peft, restored_files, writes_old_weights

_IMPORT = re.compile(
    rb"^[ \t]*(?:import[ \t]+([^\n#;]+)|from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|(?:[^\n#;\\]|\\\r?\n)+))",
    re.MULTILINE,
)
# few files import by name: these are compiled for them
_BY_NAME = rb"\b(?:import_module|__import__)\(\s*[\"'](\.*[\w.]*)[\"']"
_BY_A_MADE_NAME = rb"\b(?:import_module|__import__)\((?!\s*(?:[\"'][\w.]*[\"']\s*[,)]))"
_QUOTED = rb"[\"'](\.*[A-Za-z_][\w.]*)[\"']"
_NAME = re.compile(rb"[\w.]+")
_COMMENT = re.compile(rb"#[^\n]*")
_MAIN = re.compile(rb"^if[ \t(]+__name__[ \t]*==|^if[ \t(]+[\"']__main__[\"'][ \t]*==", re.MULTILINE)


class Scan(NamedTuple):
    """`keyword`: the file names PEFT or kin. `imports`: what it imports, as (module, level, names).

    `copy`: it is part of a copy of peft. `old_weights`: it may write the weights file of old releases itself.
    `restored`: the weights files that it names, where it names PEFT and puts tensors of files back into models.
    """

    keyword: bool
    imports: tuple[tuple[str, int, tuple[str, ...]], ...]
    main: bool
    tests: bool
    copy: bool
    old_weights: bool
    restored: frozenset[str]

    def modules(self) -> frozenset[tuple[str, int]]:
        """The modules that the imports which were found may run, each with its level: packages on the way, and names
        that may be modules, too."""
        found: set[tuple[str, int]] = set()
        for module, level, names in self.imports:
            parts = module.split(".") if module else []
            found.update((".".join(parts[: i + 1]), level) for i in range(len(parts)))
            found.update((f"{module}.{name}" if module else name, level) for name in names)
            found.add((module, level))
        return frozenset(found)


def scan(data: bytes) -> Scan:
    """Scans a file's bytes. Imports inside strings may be among those found: they are only looked for on disk."""
    found: list[tuple[str, int, tuple[str, ...]]] = []
    for plain, base, names in _IMPORT.findall(data):
        if plain:
            for part in plain.split(b","):
                name = _NAME.match(part.strip())
                if name:
                    found.append((name.group().decode("ascii", "ignore"), 0, ()))
            continue
        module = base.lstrip(b".")
        listed = tuple(
            first.group().decode("ascii", "ignore")
            for part in _COMMENT.sub(b"", names).split(b",")
            if (first := _NAME.search(part)) is not None
        )
        found.append((module.decode("ascii", "ignore"), len(base) - len(module), listed))
    if b"import_module" in data or b"__import__" in data:
        found += _by_name(data)
    main = _MAIN.search(data) is not None
    keyword = names_peft(data)
    return Scan(
        keyword,
        tuple(found),
        main,
        b"def test_" in data,
        defines_peft(data),
        writes_old_weights(data),
        restored_files(data) if keyword else frozenset(),
    )


def _by_name(data: bytes) -> list[tuple[str, int, tuple[str, ...]]]:
    """What is imported by a name in quotes."""
    found: list[tuple[str, int, tuple[str, ...]]] = []
    for base in re.findall(_BY_NAME, data):
        module = base.lstrip(b".")
        found.append((module.decode("ascii", "ignore"), len(base) - len(module), ()))
    if re.search(_BY_A_MADE_NAME, data) is not None:
        for base in dict.fromkeys(re.findall(_QUOTED, data)):  # one of them may be what is imported, or its last part
            module = base.lstrip(b".").decode("ascii", "ignore")
            found += [(module, level, ()) for level in {len(base) - len(base.lstrip(b".")), 1}]
    return found
