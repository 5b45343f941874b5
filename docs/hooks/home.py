"""The home page is the README, with its links as they are from here."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the home page."""
    files.append(
        File.generated(config, "index.md", content=home((ROOT / "README.md").read_text(encoding="utf-8"), config))
    )
    return files


def home(text: str, config: MkDocsConfig) -> str:
    """The README as a page of the site. What lies outside docs/ is shown where the repository is."""

    def moved(match: re.Match[str]) -> str:
        target = match["target"]
        if "://" in target or target.startswith("#"):
            return match[0]
        inside = target.removeprefix("docs/")
        return f"]({inside if inside != target else f'{config.repo_url}/blob/main/{target}'})"

    return _LINK.sub(moved, text)
