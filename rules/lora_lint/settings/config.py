"""Settings, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class ConfigError(Exception):
    """A setting or config file that cannot be used; the message names the file, the line and the remedy."""


class Config(NamedTuple):
    """Settings of one run. `source` is the file they come from, None where none was found.

    `versions` are the releases of libraries that the scripts run with (library -> version), as given here or pinned by
    the project. Patterns are absolute (see `lora_lint.settings.patterns`); without `exclude` the built-in list counts.
    `adapter_layout` says where a fix puts the adapter: "beside" (`out` gets `out-adapter`) or "in-place"
    (the adapter to `out`, the merged model to `out-merged`).
    """

    select: tuple[str, ...] = ("LL",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    preview: bool = False
    unsafe_fixes: bool = False
    adapter_layout: str = "beside"
    markdown: bool = False
    versions: tuple[tuple[str, str], ...] = ()
    output_format: str = "text"
    baseline: str | None = None
    source: Path | None = None
