"""Draws docs/images/terminal.svg, the README's picture: what lora-lint prints for examples/finetune.py."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "images" / "terminal.svg"
COMMANDS = (["lora-lint", "finetune.py"], ["lora-lint", "--run", "finetune.py"])
WIDTH = 132

# rich's own template loads a font from elsewhere; this one takes what the reader has
TEMPLATE = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
    <style>
    .{unique_id}-matrix {{
        font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
        font-variant-east-asian: full-width;
    }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""


def main() -> None:
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for argv in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-m", "lora_lint", *argv[1:], "--no-cache"],
            cwd=ROOT / "examples",
            env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)},
            capture_output=True,
            text=True,
        )
        console.print(Text("$ " + " ".join(argv), style="bold"))
        console.print(Text.from_ansi(done.stdout))
        console.print()
    TARGET.parent.mkdir(exist_ok=True)
    drawn = console.export_svg(title="lora-lint", code_format=TEMPLATE, unique_id="terminal")
    TARGET.write_text("\n".join(line.rstrip() for line in drawn.splitlines()) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(drawn) // 1024} kB")


if __name__ == "__main__":
    main()
