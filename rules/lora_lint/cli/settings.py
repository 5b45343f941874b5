"""From the options to the settings of each file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lora_lint import Config, ConfigError, Configs
from lora_lint.cli.options import Options

if TYPE_CHECKING:
    from pathlib import Path


def configs_for(options: Options) -> Configs:
    """The settings that count for each file under these options. Raises ConfigError."""
    files, tables = _given(options.config) if options.config else ([], [])
    adjust = _adjust(options, tables)
    if files:
        from lora_lint import load_config

        return Configs(load_config(files[-1]), adjust)
    return Configs(Config() if options.isolated else None, adjust)


def run_config(configs: Configs) -> Config:
    """The settings for the run as a whole: those that count in the working folder. Raises ConfigError."""
    return configs.of_folder(os.getcwd())


def _given(values: Iterable[str]) -> tuple[list[Path], list[dict[str, Any]]]:
    """The config files and the single settings among the values of --config. Raises ConfigError."""
    from pathlib import Path

    files: list[Path] = []
    tables: list[dict[str, Any]] = []
    for value in values:
        path = Path(value).expanduser()
        if "=" in value and not path.is_file():
            from lora_lint.settings.table import parse_toml

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
            from lora_lint.settings.table import unknown_rule

            complaint = unknown_rule(entry, flag)
            if complaint:
                raise ConfigError(complaint)

    def adjust(config: Config) -> Config:
        for table in tables:
            from lora_lint.settings.table import with_settings

            config = with_settings(config, table, "--config")
        on = (*config.extend_select, *extend)
        off = tuple(entry for entry in config.ignore if entry not in extend)
        return config._replace(
            select=select or config.select,
            extend_select=extend if select else on,
            ignore=ignore if select else (*off, *ignore),  # what the command line selects, the config does not ignore
            preview=options.preview or config.preview,
            unsafe_fixes=options.unsafe_fixes or config.unsafe_fixes,
            markdown=options.markdown or config.markdown,
            extend_exclude=(*config.extend_exclude, *listed(options.exclude)),
            respect_gitignore=config.respect_gitignore and not options.no_respect_gitignore,
        )

    return adjust


def shown(config: Config) -> str:
    """Settings as a config file has them, with the file that they come from."""
    import json

    from lora_lint.settings.table import SETTINGS

    versions = dict(config.versions)
    lines = [f"# {config.source or 'defaults: no config file found'}"]
    for setting in SETTINGS:
        if setting.kind == "ignores":
            entries = (f"{json.dumps(pattern)} = {json.dumps(codes)}" for pattern, codes in config.per_file_ignores)
            lines.append(f"{setting.key} = {{ {', '.join(entries)} }}")
            continue
        own = versions.get(setting.library) if setting.library else getattr(config, setting.key.replace("-", "_"), None)
        if own is not None:
            lines.append(f"{setting.key} = {json.dumps(own)}")
    return "\n".join(lines) + "\n"
