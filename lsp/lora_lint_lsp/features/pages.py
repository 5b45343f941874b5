"""The rules and their pages, for editors that show them on their own."""

from __future__ import annotations

from typing import Any

import lora_lint
from lora_lint import Finding
from lora_lint_lsp.server import LoraLintServer

EXPLAIN = "loraLint.explain"
RULES = "loraLint/rules"


def register(server: LoraLintServer) -> None:
    server.command(EXPLAIN)(explain)
    server.feature(RULES)(rules)


def explain(ls: LoraLintServer, rule: str) -> str | None:
    """The page of a rule as Markdown, None for a name that is no rule."""
    try:
        return lora_lint.explain(rule)
    except KeyError:
        return None


def reasons(ls: LoraLintServer, finding: Finding) -> str:
    """Why a rule's findings matter: that section of its page, and where the whole of it is."""
    page = explain(ls, finding.code) or ""
    sections = dict(part.partition("\n")[::2] for part in page.split("\n## ")[1:])
    head = f"**{finding.code} {finding.name}** · [the whole page]({finding.url})"
    return "\n\n".join(part for part in (head, sections.get("Why it matters", "").strip()) if part)


def rules(ls: LoraLintServer, params: object) -> list[dict[str, Any]]:
    """All rules, by code."""
    return [rule._asdict() for rule in lora_lint.rules()]
