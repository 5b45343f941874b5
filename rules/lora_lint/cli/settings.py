"""From the options to the settings of each file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lora_lint import Config, ConfigError, Configs
from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.stdin import STDIN

if TYPE_CHECKING:
    from pathlib import Path


def configs_for(options: Options) -> Configs:
    """The settings that count for each file under these options. Raises ConfigError and UsageError."""
    files, tables = _given(options.config) if options.config else ([], [])
    if files and options.isolated:
        raise UsageError(f"--isolated reads no config file: leave it out, or --config {files[0]}")
    if len(files) > 1:
        raise UsageError(f"--config takes one file, not {files[0]} and {files[1]}; in a file, `extend` names another")
    adjust = _adjust(options, tables)
    if files:
        from lora_lint import load_config

        return Configs(load_config(files[0], os.getcwd()), adjust)
    return Configs(Config() if options.isolated else None, adjust)


def run_config(options: Options, configs: Configs) -> Config:
    """The settings for the run as a whole: those that count for the folder that all its paths lie in.

    Raises ConfigError.
    """
    named = [options.stdin_filename or STDIN] if STDIN in options.paths else options.paths or ["."]
    paths = [os.path.abspath(path) for path in named]
    try:
        common = os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in paths])
    except ValueError:  # on several drives
        common = os.getcwd()
    return configs.of_folder(common)


def _given(values: Iterable[str]) -> tuple[list[Path], list[dict[str, Any]]]:
    """The config files and the single settings among the values of --config. Raises ConfigError."""
    from pathlib import Path

    files: list[Path] = []
    tables: list[dict[str, Any]] = []
    for value in values:
        path = Path(value).expanduser()
        if "=" in value and not path.is_file():
            from lora_lint.settings.toml import parse_toml

            tables.append(parse_toml(value, "--config"))
        else:
            files.append(path)
    return files, tables


def listed(values: Iterable[str] | None) -> tuple[str, ...]:
    """The entries of an option that takes several, with commas or given more than once."""
    return tuple(entry.strip() for value in values or () for entry in value.split(",") if entry.strip())


def _adjust(options: Options, tables: list[dict[str, Any]]) -> Callable[[Config], Config]:
    select, ignore, extend = (listed(v) for v in (options.select, options.ignore, options.extend_select))
    for flag, entries in (("--select", select), ("--ignore", ignore), ("--extend-select", extend)):
        for entry in entries:
            from lora_lint.settings.reading import unknown_rule

            complaint = unknown_rule(entry, flag)
            if complaint:
                raise ConfigError(complaint)

    excluded = _excluded(options)

    def adjust(config: Config) -> Config:
        for table in tables:
            from lora_lint.settings.reading import with_settings

            config = with_settings(config, table, "--config", os.getcwd())
        on = (*config.extend_select, *extend)
        off = tuple(entry for entry in config.ignore if entry not in extend)
        return config._replace(
            select=select or config.select,
            extend_select=extend if select else on,
            ignore=ignore if select else (*off, *ignore),  # what the command line selects, the config does not ignore
            preview=options.preview or config.preview,
            unsafe_fixes=options.unsafe_fixes or config.unsafe_fixes,
            markdown=options.markdown or config.markdown,
            extend_exclude=(*config.extend_exclude, *excluded),
            respect_gitignore=config.respect_gitignore and not options.no_respect_gitignore,
        )

    return adjust


def _excluded(options: Options) -> tuple[str, ...]:
    """The patterns of --exclude, from the working folder; a path from the root is one. Raises ConfigError."""
    patterns = listed(options.exclude)
    if not patterns:
        return ()
    from lora_lint.settings.patterns import placed

    try:
        own = [placed(entry, os.sep if os.path.isabs(entry) else os.getcwd()) for entry in patterns]
        below = os.path.join(os.getcwd(), "")
        outside = {path for path in map(os.path.abspath, options.paths) if not f"{path}{os.sep}".startswith(below)}
        names = [entry for entry in patterns if "/" not in entry.rstrip("/")]
        return (*own, *(placed(entry, path) for entry in names for path in sorted(outside)))
    except ValueError:
        raise ConfigError(f"--exclude: no pattern, as .gitignore has them: {', '.join(patterns)}") from None


def shown(config: Config) -> str:
    """Settings as a config file has them, with the file that they come from."""
    import json

    from lora_lint.settings.patterns import BUILT_IN, plain
    from lora_lint.settings.table import SETTINGS

    folder = os.path.dirname(config.source) if config.source is not None else os.getcwd()
    versions = dict(config.versions)
    lines = [f"# {config.source or 'defaults: no config file found'}"]
    for setting in SETTINGS:
        if setting.kind == "ignores":
            entries = (
                f"{json.dumps(plain(key, folder))} = {json.dumps(codes)}" for key, codes in config.per_file_ignores
            )
            lines.append(f"{setting.key} = {{ {', '.join(entries)} }}")
            continue
        own = versions.get(setting.library) if setting.library else getattr(config, setting.key.replace("-", "_"), None)
        if setting.kind == "patterns" and own is not None:
            own = [plain(pattern, folder) for pattern in own]
        if setting.key == "exclude" and own is None:
            own = list(BUILT_IN)
        if own is not None:
            lines.append(f"{setting.key} = {json.dumps(own)}")
    return "\n".join(lines) + "\n"
