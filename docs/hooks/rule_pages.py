"""The rules' pages, from the files beside the rules, and an index of them from the registry."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import outputs  # noqa: E402
from tests.rules import form  # noqa: E402
from tests.rules.page import ENTRY, Page, Script, read  # noqa: E402

import lora_lint  # noqa: E402
from lora_lint.registry import page_path  # noqa: E402

GROUPS = {  # in the order of a model's life
    "LL2": "Adapters",
    "LL4": "Training",
    "LL1": "Saving",
    "LL5": "Files and versions",
    "LL3": "Types",
    "LL0": "Suppressions",
}
LIFE = ROOT / "docs" / "images" / "life.svg"
_LINK = re.compile(r"\]\((?P<page>[a-z_]+)\.md\)")
_MARKED = re.compile(r"\s*# expect: [\w, -]+$")
_RELEASES = re.compile(r"PEFT (\d+\.\d+\.\d+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the index and a page a rule."""
    pages = {rule: read(page_path(rule.name)) for rule in lora_lint.rules()}
    files.append(File.generated(config, "rules/index.md", content=index(pages)))
    config.nav = [{"Rules": list(_nav(pages))} if "Rules" in entry else entry for entry in config.nav or ()]
    for rule, page in pages.items():
        files.append(File.generated(config, f"rules/{rule.name}.md", content=rule_page(rule, page)))
    return files


def _nav(pages: Iterable[lora_lint.RuleInfo]) -> Iterator[object]:
    """The index, and the pages in their groups, for the side bar."""
    yield "rules/index.md"
    for group, title in GROUPS.items():
        yield {title: [{rule.name: f"rules/{rule.name}.md"} for rule in pages if rule.code.startswith(group)]}


def index(pages: dict[lora_lint.RuleInfo, Page]) -> str:
    """The table of all rules, a section for each group of codes."""
    return "\n".join(_index(pages)) + "\n"


def _index(pages: dict[lora_lint.RuleInfo, Page]) -> Iterator[str]:
    yield "---\nhide: [toc]\n---\n\n# Rules\n"
    yield (
        "Every example on these pages is linted, corrected by the tool itself, and executed with a tiny model when the "
        "pages are tested; what they show of the disk is what was there.\n"
    )
    # in the page itself, so that its links lead on; a blank line would end the block
    yield f"<div>\n{LIFE.read_text(encoding='utf-8')}</div>\n".replace("\n\n", "\n") + "\n"
    for group, title in GROUPS.items():
        yield f"## {title}\n"
        yield "| code | rule | what it reports | severity | fix | seen with PEFT |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for rule, page in pages.items():
            if rule.code.startswith(group):
                facts = _facts(rule, page)
                name = f"[{rule.name}]({rule.name}.md)" + (" (preview)" if rule.preview else "")
                releases = ", ".join(dict.fromkeys(_RELEASES.findall(page.sections["Seen with"])))
                yield f"| {rule.code} | {name} | {rule.summary} | {facts['severity']} | {facts['fix']} | {releases} |"
        yield ""


def _facts(rule: lora_lint.RuleInfo, page: Page) -> dict[str, str]:
    """What the examples of a page show: how bad the findings are, how safe their fixes."""
    own = [
        finding
        for script in (*page.under("Example"), *page.under("Also reported"))
        for finding in form.findings(script)
        if finding.name == rule.name
    ]
    fixes = sorted({finding.fix.applicability for finding in own if finding.fix is not None})
    severities = [kind for kind in ("error", "warning", "hint") if any(f.severity == kind for f in own)]
    return {"severity": ", ".join(severities), "fix": ", ".join(fixes) or "none"}


def rule_page(rule: lora_lint.RuleInfo, page: Page) -> str:
    """A rule's page as the site shows it: the line of a finding stands out, and what lora-lint says of it follows."""
    text = _LINK.sub(lambda m: f"]({m['page'].replace('_', '-')}.md)", page.path.read_text(encoding="utf-8"))
    head, _, rest = text.partition("\n\n")
    facts = _facts(rule, page)
    chips = [facts["severity"], f"fix: {facts['fix']}", *(["preview"] if rule.preview else [])]
    line = " ".join(f"<span class='chip'>{chip}</span>" for chip in chips)
    shown = "\n".join(_with_lines_marked(rest.splitlines()))
    shown = shown.replace("\n## Use instead", f"\n{_said(page.under('Example')[0])}\n## Use instead")
    return f"{head}\n\n{line}\n\n{_side_by_side(shown)}\n"


def _with_lines_marked(lines: list[str]) -> Iterator[str]:
    """Marks in the code become lines that stand out."""
    fence: list[str] = []
    for line in lines:
        if not fence and not line.startswith("```python"):
            yield line
            continue
        fence.append(line)
        if line == "```":
            rows = [str(row) for row, text in enumerate(fence) if _MARKED.search(text)]
            opened = fence[0] + (f' hl_lines="{" ".join(rows)}"' if rows else "")
            yield from [opened, *(_MARKED.sub("", text) for text in fence[1:])]
            fence = []


def _said(script: Script) -> str:
    """What lora-lint prints for a script, folded."""
    told = outputs.output([ENTRY, "--preview"], script.files).rstrip().splitlines()
    return "\n".join(['???+ note "What lora-lint says"', "", "    ```text", *(f"    {t}" for t in told), "    ```", ""])


def _side_by_side(text: str) -> str:
    """The listings of a page in a grid."""
    before, heading, rest = text.partition("## On disk\n")
    listings, following, after = rest.partition("\n## Fix")
    return f'{before}{heading}\n<div class="grid" markdown>\n{listings}\n</div>\n{following}{after}'
