"""Findings as text, JSON, SARIF and so on: one module a format, of its name, each with `render(run) -> str`."""

from __future__ import annotations

from importlib import import_module

from lora_lint.report.run import Run

FORMATS = ("text", "concise", "json", "json-lines", "sarif", "github", "gitlab", "junit")


def render(output_format: str, run: Run) -> str:
    """What a run found, in one of `FORMATS`."""
    rendered = import_module(f"lora_lint.report.{output_format.replace('-', '_')}").render(run)
    return str(rendered)


__all__ = ["FORMATS", "Run", "render"]
