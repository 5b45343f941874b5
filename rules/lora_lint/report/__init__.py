"""Findings as text, JSON, SARIF and so on: one module a format, each with `render(run) -> str`."""

from __future__ import annotations

from importlib import import_module

from lora_lint.report.run import Run

FORMATS = {
    "text": "text",
    "concise": "concise",
    "json": "plain",
    "json-lines": "lines",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
}


def render(output_format: str, run: Run) -> str:
    """What a run found, in one of `FORMATS`."""
    rendered = import_module(f"lora_lint.report.{FORMATS[output_format]}").render(run)
    return str(rendered)


__all__ = ["FORMATS", "Run", "render"]
