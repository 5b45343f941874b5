"""A table of settings, as Config: what is wrong in it is said with its line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lora_lint.settings.config import Config, ConfigError
from lora_lint.settings.patterns import placed
from lora_lint.settings.table import BY_KEY, KINDS, Setting
from lora_lint.settings.toml import line_of, named_table
from lora_lint.spelling import nearest


def from_table(
    table: Mapping[str, Any],
    path: Path | None = None,
    folder: str | None = None,
    _seen: tuple[str, ...] = (),
    _reach: str | None = None,
) -> Config:
    """Settings from the TOML table of a file, whose patterns count from its folder, or the one that is given.

    Raises ConfigError for an unknown key or rule and a value of the wrong kind.
    """
    reach = (
        _reach if _reach is not None else os.path.abspath(folder if folder is not None else os.path.dirname(path or ""))
    )
    base = _extended(table["extend"], path, _seen, reach) if "extend" in table else Config()
    own = {key: value for key, value in table.items() if key != "extend"}
    return with_settings(base._replace(source=path), own, path, folder, reach)


def with_settings(
    base: Config,
    table: Mapping[str, Any],
    path: Path | str | None = None,
    folder: str | None = None,
    reach: str | None = None,
) -> Config:
    """Settings in which those of a table stand instead; what the `extend-` settings list is added. Raises ConfigError.

    Patterns count from `folder`, else from that of the file at `path`; those without a slash anywhere below `reach`.
    """
    values: dict[str, Any] = {}
    versions = dict(base.versions)
    above = os.path.abspath(folder if folder is not None else os.path.dirname(path or base.source or ""))
    for key, value in table.items():
        setting = BY_KEY.get(key)
        if setting is None:
            raise ConfigError(f"{line_of(path, key)}: unknown setting `{key}`{nearest(key, BY_KEY)}")
        if key == "extend":
            raise ConfigError(f"{line_of(path, key)}: `extend` stands in config files; --config FILE takes one")
        wanted, read = KINDS[setting.kind]
        try:
            made = read(setting, value)
        except (TypeError, ValueError):
            choices = " or ".join(f'"{choice}"' for choice in setting.choices)
            raise ConfigError(f"{line_of(path, key)}: `{key}` must be {choices or wanted}") from None
        for entry in _rules_named(setting, made):
            complaint = unknown_rule(entry, f"`{key}`")
            if complaint:
                raise ConfigError(f"{line_of(path, key, entry)}: {complaint}")
        if setting.library:
            versions[setting.library] = made
        elif key == "baseline":
            values["baseline"] = os.path.join(os.path.dirname(path) if path is not None else folder or "", made)
        elif setting.kind == "patterns":
            values[_field(key)] = tuple(_placed(pattern, above, reach, path, key) for pattern in made)
        elif setting.kind == "ignores":
            values[_field(key)] = tuple((_placed(pattern, above, reach, path, key), codes) for pattern, codes in made)
        else:
            values[_field(key)] = made
    if "extend_exclude" in values:
        values["extend_exclude"] = (*base.extend_exclude, *values["extend_exclude"])
    if "select" in values:  # starts anew: what was on besides the earlier selection is no longer meant
        values.setdefault("extend_select", ())
    elif "extend_select" in values:
        values["extend_select"] = (*base.extend_select, *values["extend_select"])
    return base._replace(versions=tuple(sorted(versions.items())), **values)


def _field(key: str) -> str:
    return key.replace("-", "_")


def _placed(pattern: str, folder: str, reach: str | None, path: Path | str | None, key: str) -> str:
    try:
        return placed(pattern, folder, reach)
    except ValueError:
        place = line_of(path, key, pattern)
        raise ConfigError(f"{place}: `{pattern}` in `{key}` is no pattern, as .gitignore has them") from None


def _extended(parent: object, path: Path | None, seen: tuple[str, ...], reach: str) -> Config:
    if not isinstance(parent, str) or not parent:
        raise ConfigError(f"{line_of(path, 'extend')}: `extend` must be {KINDS['file'][0]}")
    target = os.path.expanduser(parent)
    target = os.path.abspath(os.path.join(os.path.dirname(path), target) if path is not None else target)
    if target in seen or (path is not None and target == os.path.abspath(path)):
        raise ConfigError(f"{line_of(path, 'extend')}: `extend` leads back to {target}")
    try:
        table = named_table(target)
    except ConfigError as error:
        raise ConfigError(f"{line_of(path, 'extend')}: in `extend`: {error}") from None
    above = (*seen, os.path.abspath(path)) if path is not None else seen
    return from_table(table, Path(target), _seen=above, _reach=reach)


def _rules_named(setting: Setting, made: Any) -> Iterator[str]:
    if setting.kind == "rules":
        yield from made
    elif setting.kind == "ignores":
        for _, entries in made:
            yield from entries


def unknown_rule(entry: str, where: str) -> str:
    """What is wrong with an entry of `select` and its like; empty where it names a rule, a group of them, or ALL."""
    wanted = entry.strip()
    if wanted.upper() in ("LL", "ALL"):
        return ""
    from lora_lint.registry import all_rules

    rules = all_rules()
    if wanted and any(rule.code.startswith(wanted.upper()) or rule.name == wanted.lower() for rule in rules):
        return ""
    known = [name for rule in rules for name in (rule.code, rule.name)]
    return f"unknown rule `{entry}` in {where}{nearest(wanted, known)}"
