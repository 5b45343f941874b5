"""Files of settings that a script reads: one of the project that fits, else one with what the script asks for."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from typing import Any

from ....context import Run
from ....reading import asked_settings, sources
from ..cells import kinds
from . import composed, contents
from .envsubst import EXAMPLES, filled

with open(os.path.join(os.path.dirname(__file__), "settings.json"), encoding="utf-8") as _file:
    VALUES: list[tuple[str, Any]] = json.load(_file)["values"]
KINDS = (".yaml", ".yml", ".toml", ".json")
READERS = {
    "yaml": (".yaml", ".yml"),
    "tomllib": (".toml",),
    "tomli": (".toml",),
    "toml": (".toml",),
    "json": (".json",),
}
OF_TOOLS = re.compile(
    r"^(pyproject\.toml|poetry\.lock|pipfile|package(-lock)?\.json|tsconfig.*\.json|composer\.json|mkdocs\.ya?ml|"
    r"environment.*\.ya?ml|docker-compose.*|codecov\.ya?ml|readthedocs\.ya?ml|action\.ya?ml|renovate\.json)$",
    re.I,
)
LABELS = {f"label_{place}": place for place in range(16)}
MAPPINGS: dict[str, dict[str, Any]] = {  # that are known by their names
    **dict.fromkeys(("label2id", "label_to_id"), LABELS),
    **{key: {str(place): name for name, place in LABELS.items()} for key in ("id2label", "id_to_label")},
}
COUNTED = ("int", "float", "length", "rate", "fold", "side")  # kinds of numbers, in a record of data
FILES = {"image": ".png", "audio": ".wav"}  # what such a record names by its path
MOST_BYTES, MOST_FILES, ENOUGH = 200_000, 200, 2
TYPED: dict[str, Any] = {"integer": 2, "decimal": 0.5, "switch": False}  # what a getter of configparser gives
ANY_NAMES = {asked_settings.EACH, asked_settings.NUMBERED}
SEVERAL = 4  # parts below any names
MOST_LISTS = 16  # that hold all the rows: what is asked of any file of a large project may be nested without end


def install(run: Run) -> None:
    """Puts files of settings where an earlier attempt missed them."""
    for name in run.spec.learned.get("settings", ()):
        path = os.path.normpath(os.path.join(run.spec.cwd, name))
        fresh = not os.path.exists(path) and not run.spec.learned.get("settings made")
        among = composed.group(path) if composed.composes(run) else None
        found = own(run, os.path.splitext(name)[1], called=os.path.basename(name), group=among) if fresh else None
        if found is not None:
            run.neutral(f"settings {name}: {os.path.relpath(found, run.spec.work)} in its place")
            _copy(found, path)
        elif not os.path.exists(path):
            made(run, path)


def own(
    run: Run,
    kind: str | None = None,
    words: frozenset[str] | None = None,
    called: str | None = None,
    group: str | None = None,
) -> str | None:
    """The project's own file of settings, of a kind, that knows most of the script's words (its texts and attributes,
    where no others are given), before all of the keys that it asks its settings for; near ones first, before them those
    that are `called` so. Without a kind: of those that the script can read. With a `group`: of those in a folder
    of that name."""
    asked = asked_settings.asked(sources.trees(run.spec.script, run.spec.work)) if words is None else {}
    words = run.hints.strings | run.hints.attributes if words is None else words
    home = os.path.dirname(run.spec.script)
    kinds = (kind,) if kind is not None else _read_by(run)
    best: tuple[tuple[bool, int, int], str] | None = None
    for folder in dict.fromkeys((home, run.spec.cwd, os.path.dirname(home), run.spec.work)):
        for path in _below(folder):
            if group is not None and composed.group(path) != group:
                continue
            keys = _keys(path) if any(_alike(path, k) for k in kinds) else set()
            fit = EXAMPLES.sub("", os.path.basename(path)) == called, len(keys & set(asked)), len(keys & words)
            if fit[-1] >= ENOUGH and (best is None or fit > best[0]):
                best = (fit, path)
    return filled(run, best[1]) if best is not None else None


def made(run: Run, path: str, rows: list[Any] | None = None, *, data: bool = False) -> str | None:
    """Writes a file with all that the script asks of its settings: TOML, else JSON, which is YAML, too. None if it asks
    for nothing, and loads no settings whole. In a file of data, which is never empty, a list is one of `rows`."""
    trees = list(sources.trees(run.spec.script, run.spec.work))
    of_part = composed.wanted(run, path) if composed.composes(run) and not data else None
    wanted = of_part or asked_settings.asked(trees, through=not data)
    if not (wanted or (not data and asked_settings.loaded(trees))):
        return None
    run.neutral(f"settings {os.path.basename(path)}: made up ({_said_of(wanted)})")
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        filled = _Made(run, asked_settings.uses(trees), rows).filled(wanted)
        write = next((form for ends, form in FORMS.items() if path.endswith(ends)), None)
        file.write(write(filled) if write is not None else json.dumps(filled, indent=2))
    return path


def _said_of(wanted: dict[str, Any]) -> str:
    names = [key for key in wanted if key not in ANY_NAMES]
    through = ["several parts"] if len(names) < len(wanted) else []
    return ", ".join([*names, *through]) or "empty"


def _as_toml(filled: dict[str, Any]) -> str:
    """The texts and numbers of TOML are written like those of JSON; it has no null."""
    return "".join(f"{json.dumps(key)} = {_inline(value)}\n" for key, value in filled.items() if value is not None)


def _as_sections(filled: dict[str, Any]) -> str:
    """As configparser reads it: what is in no section is the same for all."""
    plain = {key: value for key, value in filled.items() if not isinstance(value, dict)}
    parts = {**({"DEFAULT": plain} if plain else {}), **{k: v for k, v in filled.items() if isinstance(v, dict)}}
    return "\n".join(
        f"[{name}]\n" + "".join(f"{k} = {_said(v)}\n" for k, v in held.items()) for name, held in parts.items()
    )


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value).replace("%", "%%")


FORMS: dict[str, Callable[[dict[str, Any]], str]] = {
    ".toml": _as_toml, ".ini": _as_sections, ".cfg": _as_sections, ".conf": _as_sections,
}  # fmt: skip


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        held = (f"{json.dumps(key)} = {_inline(inner)}" for key, inner in value.items() if inner is not None)
        return f"{{{', '.join(held)}}}"
    return f"[{', '.join(map(_inline, value))}]" if isinstance(value, list) else json.dumps(value)


class _Made:
    """Settings that are made up, by what becomes of them; a list is one of `rows`, where there are any."""

    def __init__(self, run: Run, uses: dict[str, asked_settings.Use], rows: list[Any] | None) -> None:
        self.run, self.uses, self.rows = run, uses, rows
        self.lists = 0  # of rows

    def filled(self, wanted: dict[str, Any], above: str = "") -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, inner in wanted.items():
            if key in ANY_NAMES:
                for place in range(SEVERAL):
                    name = str(place) if asked_settings.NUMBERED in wanted else f"{above or 'part'}_{place}"
                    part = self.filled(inner, above or f"part_{place}") if isinstance(inner, dict) else {}
                    found[name] = {**found.get(name, {}), **part}
            elif key.lower() in MAPPINGS and (inner == "mapping" or ANY_NAMES & {*inner}):
                found[key] = MAPPINGS[key.lower()]
            elif isinstance(inner, dict):
                found[key] = self.filled(inner, key)
            elif inner == "list" and self.rows:
                found[key] = self.rows if self.lists < MOST_LISTS else self.rows[:ENOUGH]
                self.lists += 1
            elif inner == "list" and (among := self.run.hints.compared.get(key.removesuffix("s"), ())):
                found[key] = list(among)[:ENOUGH]  # `methods`, each of them compared as `method`
            elif inner == "table" and self.rows is not None and key in self.run.hints.columns:
                cells = contents.cells_of(self.run, key)  # what the names of kinds in the rows stand for
                found[key] = {str(cell): kinds.text(place) for place, cell in enumerate(cells)}
            elif inner in TYPED:
                value = self._value(key, above)
                known = type(value) in (int, float) and inner != "switch"
                found[key] = type(TYPED[inner])(value) if known else TYPED[inner]
            else:
                value = {} if inner == "mapping" else 0.5 if inner == "number" else self._value(key, above, inner)
                found[key] = [value] if inner == "list" and not isinstance(value, list) else value
        return found

    def _value(self, key: str, above: str, kind: str = "value") -> Any:
        """By the key; for one that says little (`model.name`) together with the one above it. Of a list (`ranks`) it is
        one in it."""
        learned = self.run.spec.learned.get("values", {})
        if key in learned:
            return learned[key]
        assert self.run.filler is not None
        value = self._made_up(key, above, key.removesuffix("s") if kind == "list" else key)
        self.run.filler.options[key] = value
        self.run.filler.given.add(key)
        return value

    def _made_up(self, key: str, above: str, one: str) -> Any:
        use = self.uses.get(key, asked_settings.Use())
        for name in filter(None, (key, one, use.argument)):
            for pattern, value in VALUES:
                if re.search(pattern, name.lower()):
                    return value
        if use.default:
            return use.default
        kind = kinds.by_name(key) if self.rows is not None else ""
        if kind in (*COUNTED, "file"):
            return kinds.KINDS[kind](key, 1)
        if kind in FILES:
            return f"{key}-1{FILES[kind]}"
        plain = key.lower() in ("name", "path", "id", "dir", "file", "repo", "type")
        assert self.run.filler is not None
        return self.run.filler.value(f"{above}_{key}" if plain and above else key)


def _read_by(run: Run) -> tuple[str, ...]:
    """The kinds of files that the script has a reader for."""
    return tuple(k for name, kinds in READERS.items() if name in run.hints.roots for k in kinds) or KINDS


def _alike(path: str, kind: str) -> bool:
    return EXAMPLES.sub("", path).endswith((".yaml", ".yml") if kind in (".yaml", ".yml") else kind)


def _copy(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
    with open(source, "rb") as file, open(target, "wb") as copy:
        copy.write(file.read())


def _below(folder: str) -> list[str]:
    found: list[str] = []
    for root, inner, names in os.walk(folder, followlinks=True):  # folders of the copy may be links
        inner[:] = [d for d in sorted(inner) if not d.startswith(".") and d != "node_modules"][:50]
        if os.path.relpath(root, folder).count(os.sep) >= 2:
            inner.clear()
        found += [os.path.join(root, n) for n in sorted(names) if _may_be(EXAMPLES.sub("", n))]
        if len(found) > MOST_FILES:
            break
    return found


def _may_be(name: str) -> bool:
    return name.endswith(KINDS) and not OF_TOOLS.match(name)


def _keys(path: str) -> set[str]:
    """The keys in a file, at whatever depth."""
    try:
        if os.path.getsize(path) > MOST_BYTES:
            return set()
        with open(path, encoding="utf-8", errors="replace") as file:
            return set(re.findall(r"(?:^|[{,])[\s\"'-]*([\w-]+)[\"']?\s*[:=]", file.read(), re.M))
    except OSError:
        return set()
