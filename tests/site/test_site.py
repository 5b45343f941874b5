"""The built site: every address that lora-lint prints is a page of it, and the pages show what they are made of."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.rules.page import read

import lora_lint
from lora_lint.registry import page_path

ROOT = Path(__file__).resolve().parents[2]
HOME = "https://lora-lint.github.io/lora-lint/"
RULES = lora_lint.rules()

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a broken link is an error."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


def shown(site: Path, url: str) -> str:
    assert url.startswith(HOME)
    return (site / url.removeprefix(HOME) / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_address_of_a_finding_is_the_page_of_its_rule(site: Path, rule: lora_lint.RuleInfo) -> None:
    """`url` in JSON and SARIF, `codeDescription.href` in the editor."""
    example = read(page_path(rule.name)).under("Example")[0]
    findings = lora_lint.check_source(example.text, config=lora_lint.Config(preview=True))
    urls = {finding.url for finding in findings if finding.name == rule.name} or {rule.url}
    assert urls == {rule.url}
    assert f'<h1 id="{rule.code.lower()}-{rule.name}">' in shown(site, rule.url)


def test_the_index_names_every_rule(site: Path) -> None:
    index = shown(site, f"{HOME}rules/")
    assert [rule.name for rule in RULES if f">{rule.name}</a>" not in index] == []


def test_the_picture_of_a_models_life_leads_to_the_rules_of_each_phase(site: Path) -> None:
    index = shown(site, f"{HOME}rules/")
    picture = index[index.index('<svg class="life"') :].partition("</svg>")[0]
    phases = re.findall(r'<a href="#([\w-]+)">', picture)
    assert sorted(phases) == ["adapters", "files-and-versions", "saving", "training", "types"]
    assert [phase for phase in phases if f'<h2 id="{phase}">' not in index] == []


def test_marks_of_the_examples_are_lines_that_stand_out(site: Path) -> None:
    pages = [shown(site, rule.url) for rule in RULES]
    assert not any("expect:" in page for page in pages)
    assert all('class="hll"' in page for page in pages)


def test_the_quick_start_shows_what_the_tool_prints(site: Path) -> None:
    page = re.sub(r"<[^>]+>", "", shown(site, f"{HOME}quick-start/"))
    assert "error LL101 save-after-merge" in page
    assert "+model.save_pretrained(" in page


def test_a_broken_link_fails_the_build(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("[nowhere](nowhere.md)\n")
    settings = (ROOT / "mkdocs.yml").read_text()
    alone = re.sub(r"^(nav|hooks|extra_css):\n(?:^[ \t]+.*\n)+", "", settings, flags=re.MULTILINE)
    (tmp_path / "mkdocs.yml").write_text(alone)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "'nowhere.md', but the target is not found" in done.stderr
