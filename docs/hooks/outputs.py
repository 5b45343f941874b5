"""What lora-lint prints, in place of `<!-- output: lora-lint train.py -->`: run when the site is built, not copied."""

from __future__ import annotations

import io
import re
import shlex
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from lora_lint.cli.command import main

ROOT = Path(__file__).resolve().parents[2]
_MARK = re.compile(r"^<!-- output: lora-lint (?P<arguments>[^>]+) -->$", re.MULTILINE)
_SCRIPT = re.compile(r"^<!-- script: (?P<path>\S+) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Puts scripts of the repository, and the tool's output for them, where a page asks for them."""
    shown = _SCRIPT.sub(lambda m: f"```python\n{(ROOT / m['path']).read_text(encoding='utf-8')}```", markdown)
    return _MARK.sub(lambda m: _fenced(m["arguments"]), shown)


def _fenced(arguments: str) -> str:
    words = shlex.split(arguments)
    language = "diff" if "--diff" in words else "text"
    return (
        f"```{language}\n{output(words, {'train.py': (ROOT / 'examples/finetune.py').read_text(encoding='utf-8')})}```"
    )


def output(arguments: list[str], files: dict[str, str]) -> str:
    """What lora-lint prints in a folder with these files. Raises PluginError where it does not work."""
    with tempfile.TemporaryDirectory(prefix="site-") as room:
        Path(room, ".git").mkdir()
        for name, text in files.items():
            Path(room, name).parent.mkdir(parents=True, exist_ok=True)
            Path(room, name).write_text(text, encoding="utf-8")
        printed, complaints = io.StringIO(), io.StringIO()
        with chdir(room), redirect_stdout(printed), redirect_stderr(complaints):
            code = main([*arguments, "--no-cache"])
    if code not in (0, 1):
        raise PluginError(f"lora-lint {shlex.join(arguments)}: {complaints.getvalue()}")
    return printed.getvalue()
