"""Which files to lint: what is named, and in folders all scripts and notebooks that nobody ignores.

Paths are plain strings here: this runs before anything else, over folders in which there may be nothing to lint.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lora_lint.project.users_git import users_excludes
from lora_lint.settings.config import Config
from lora_lint.settings.configs import Configs
from lora_lint.settings.patterns import spec
from lora_lint.source.folders import SKIPPED
from lora_lint.source.regular import read_regular
from lora_lint.source.suffixes import MARKDOWN, NOTEBOOK, SCRIPT

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    Rules = tuple[tuple[str, GitIgnoreSpec], ...]  # folders, and what is ignored from there down

SCRIPTS = (SCRIPT, NOTEBOOK)
LOCK = ".#"  # Emacs keeps one beside a file with unsaved changes: a link that leads nowhere


class Missed(NamedTuple):
    """A path that there is nothing to lint at, and why."""

    path: str
    message: str


class Found(NamedTuple):
    """Absolute paths of the files to lint, each with the folder that it was found under (None: it was named)."""

    files: dict[str, str | None]
    missed: list[Missed]


def discover(paths: Iterable[str | os.PathLike[str]], configs: Configs | None = None, *, force: bool = False) -> Found:
    """The files that the paths lead to, in order. With `force`, what is excluded stays out even if it is named.

    Raises ConfigError where a config on the way is broken.
    """
    walk = _Walk(configs or Configs(), force)
    for path in paths:
        walk.add(os.fspath(path))
    return Found(walk.files, walk.missed)


def refused(path: str, configs: Configs) -> str | None:
    """Why a file is not linted although it is named; None where it is. Raises ConfigError."""
    if path.endswith(MARKDOWN) and not configs.of_file(path).markdown:
        return "Markdown is only linted with --markdown"
    return None


class _Walk:
    def __init__(self, configs: Configs, force: bool) -> None:
        self.configs, self.force = configs, force
        self.files: dict[str, str | None] = {}
        self.missed: list[Missed] = []
        self._excludes: dict[tuple[str, ...], GitIgnoreSpec] = {}

    def add(self, named: str) -> None:
        path = os.path.abspath(named)
        try:
            mode = os.stat(path).st_mode
        except FileNotFoundError:
            why = "a symbolic link that leads nowhere" if os.path.islink(path) else "no such file or folder"
            self.missed.append(Missed(named, why))
        except OSError as error:
            self.missed.append(Missed(named, f"cannot be read: {error.strerror}"))
        else:
            if self.force and path != os.getcwd() and self._left_out(path, stat.S_ISDIR(mode)):
                return
            if stat.S_ISDIR(mode):
                above = _ignored_above(path)
                # whoever names an ignored folder wants it linted
                self._folders(path, () if _ignored(path, True, above) else above)
            elif not stat.S_ISREG(mode):
                self.missed.append(Missed(named, "not a regular file; pipe its text to `lora-lint -` instead"))
            elif (why_not := refused(path, self.configs)) is not None:
                self.missed.append(Missed(named, why_not))
            else:
                self.files.setdefault(path, None)

    def _left_out(self, path: str, is_folder: bool) -> bool:
        """Would a walk from the config's folder, or the working folder, have come to this file or folder?"""
        config = self.configs.of_folder(path if is_folder else os.path.dirname(path))
        top = os.path.dirname(config.source) if config.source is not None else ""
        if not _lies_in(path, top):
            top = os.getcwd()
        outside = () if is_folder else (path,)
        for inner in _down(top, path) if _lies_in(path, top) else outside:
            if self._excluded(inner, os.path.basename(inner), config, is_folder or inner != path):
                return True
        return config.respect_gitignore and _ignored_on_the_way(path, is_folder)

    def _folders(self, top: str, above: Rules) -> None:
        """Walks down from a folder. Without recursion: folders may lie deeper than Python's stack goes."""
        left = [(top, above)]
        while left:
            folder, rules = left.pop()
            rules = self._ignored_from(folder, rules)
            left += [(inner, rules) for inner in reversed(self._folder(folder, top, rules))]

    def _ignored_from(self, folder: str, above: Rules) -> Rules:
        if not self.configs.of_folder(folder).respect_gitignore:
            return above
        own = _gitignore(os.path.join(folder, ".gitignore"))
        return (*above, (folder, own)) if own is not None else above

    def _folder(self, folder: str, top: str, rules: Rules) -> list[str]:
        """Takes the files of a folder that was found under `top`, and gives the folders in it that are walked, too."""
        config = self.configs.of_folder(folder)
        suffixes = SCRIPTS + MARKDOWN if config.markdown else SCRIPTS
        checked = bool(config.exclude or config.extend_exclude)
        folders: list[str] = []
        try:
            entries = sorted(os.scandir(folder), key=_name)
        except OSError as error:
            self.missed.append(Missed(folder, f"cannot be read: {error.strerror}"))
            return folders
        for entry in entries:
            name, path = entry.name, entry.path
            is_folder = _is_folder(entry)
            if not is_folder and not name.endswith(suffixes):
                continue
            if (checked or is_folder) and self._excluded(path, name, config, is_folder):
                continue
            if rules and config.respect_gitignore and _ignored(path, is_folder, rules):
                continue
            if is_folder:
                folders.append(path)
            elif _is_file(entry):
                self.files.setdefault(path, top)
        return folders

    def _excluded(self, path: str, name: str, config: Config, is_folder: bool) -> bool:
        if is_folder and config.exclude is None and name in SKIPPED:
            return True
        key = (*(config.exclude or ()), *config.extend_exclude)
        if not key:
            return False
        if key not in self._excludes:
            self._excludes[key] = spec(key)
        return self._excludes[key].match_file(path + ("/" if is_folder else ""))


def _lies_in(path: str, folder: str) -> bool:
    return bool(folder) and path.startswith(os.path.join(folder, ""))


def _down(top: str, path: str) -> Iterator[str]:
    """What lies on the way from a folder down to a path below it, which is the last."""
    for part in os.path.relpath(path, top).split(os.sep):
        top = os.path.join(top, part)
        yield top


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)  # links to folders may lead round in circles, or out of the tree


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Is it a regular file, or a link that leads to one, or nowhere? Reading that one will say so."""
    try:
        if entry.is_file():
            return True
        return entry.is_symlink() and not os.path.exists(entry.path) and not entry.name.startswith(LOCK)
    except OSError:
        return True  # a loop of links: reading it will say so


# -- .gitignore --------------------------------------------------------------------------------------------------------


def _ignored_above(path: str) -> Rules:
    """What the .gitignore files above a path ignore, up to the repository's root; nothing outside a repository."""
    found: list[tuple[str, GitIgnoreSpec]] = []
    for above in _parents(path):
        own = _gitignore(os.path.join(above, ".gitignore")) if above != path else None
        if own is not None:
            found.append((above, own))
        if os.path.exists(os.path.join(above, ".git")):
            for private in (os.path.join(above, ".git", "info", "exclude"), users_excludes()):
                own = _gitignore(private)
                if own is not None:
                    found.append((above, own))
            return tuple(reversed(found))
    return ()


def _parents(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _ignored(path: str, is_folder: bool, rules: Rules) -> bool:
    for base, ignored in reversed(rules):  # the nearest file decides
        verdict = ignored.check_file(os.path.relpath(path, base) + ("/" if is_folder else "")).include
        if verdict is not None:
            return verdict
    return False


def _gitignore(path: str) -> GitIgnoreSpec | None:
    try:
        text = read_regular(path).decode("utf-8", "replace")
    except OSError:
        return None
    return _spec([line for line in text.splitlines() if line.strip() and not line.startswith("#")])


def _ignored_on_the_way(path: str, is_folder: bool) -> bool:
    """Is a path ignored, or a folder that it lies in? What lies in an ignored one cannot be taken back, as in git."""
    rules = _ignored_above(path)
    for inner in _down(rules[0][0], path) if rules else ():
        if _ignored(inner, is_folder or inner != path, tuple(rule for rule in rules if _lies_in(inner, rule[0]))):
            return True
    return False


def _spec(patterns: list[str]) -> GitIgnoreSpec | None:
    """What a .gitignore ignores. A line that cannot be read ignores nothing, as in git."""
    if not patterns:
        return None
    try:
        return spec(patterns)
    except ValueError:
        return spec([line for line in patterns if _readable(line)])


def _readable(pattern: str) -> bool:
    try:
        spec([pattern])
    except ValueError:
        return False
    return True
