"""Which files are linted, by the end of their names."""

from __future__ import annotations

SCRIPT = ".py"
NOTEBOOK = ".ipynb"
MARKDOWN = (".md", ".markdown")
SUFFIXES = (SCRIPT, NOTEBOOK, *MARKDOWN)
