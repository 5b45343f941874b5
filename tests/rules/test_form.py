"""Each check of a page's form fails on a page that breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.form import faults
from tests.rules.page import Malformed, read

import lora_lint
from lora_lint.registry import page_path

RULE = next(rule for rule in lora_lint.rules() if rule.name == "merged-into-adapter-dir")
TEXT = page_path(RULE.name).read_text(encoding="utf-8")
SAVED = 'merged.save_pretrained("out")  # expect: merged-into-adapter-dir\n'

BREAKS = {
    "another title": ("# LL103", "# LL104", "the title is"),
    "another summary": ("Adapter and merged model are", "Adapter and merged model get", "is not the rule's"),
    "a preview line": (
        "directory.\n\n## What",
        "directory.\n\nPreview: soon.\n\n## What",
        "the second line must not be",
    ),
    "a heading is missing": ("## Fix\n", "", "the headings are"),
    "a heading of its own": ("## References", "## See also", "the headings are"),
    "an empty section": ("On the later of the two saves.", "", "nothing stands under 'Where the finding stands'"),
    "a finding without a mark": (SAVED, SAVED.partition("  #")[0] + "\n", "is reported at train.py:14"),
    "a mark without a finding": ("trainer.save_model()\n", "", "is not reported at train.py:13"),
    "a mark on a good script": (
        'save_pretrained("my-adapter/merged")',
        'save_pretrained("my-adapter/merged")  # expect: merged-into-adapter-dir',
        "a mark stands under",
    ),
    "a correction of one's own": ('"out-merged"', '"merged"', "'Use instead' is not what the fix makes"),
    "another safety": ("| unsafe |", "| safe |", "'Fix' has no row for the unsafe fix"),
    "a fix that is denied": ("## Fix\n", "## Fix\n\nNone.\n", "'Fix' has no row for the unsafe fix"),
    "no release": ("PEFT 0.21.2, ", "", "'Seen with' names no release"),
    "a listing is missing": ('title="as written"', 'title="before"', "no listing titled 'as written'"),
    "a thread by another number": ("[huggingface/peft#1381]", "[huggingface/peft#1382]", "leads to https://github.com"),
    "a page that is not there": ("(save_after_merge.md)", "(save_before_merge.md)", "leads nowhere"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_fault_is_seen(name: str, tmp_path: Path) -> None:
    old, new, told = BREAKS[name]
    broken = TEXT.replace(old, new)
    assert broken != TEXT
    path = tmp_path / page_path(RULE.name).name
    path.write_text(broken, encoding="utf-8")
    for other in page_path(RULE.name).parent.glob("*.md"):
        if other.name != path.name:
            (tmp_path / other.name).touch()
    assert any(told in fault for fault in faults(read(path), RULE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("```python\n", "``` python hl_lines=1\n"),
        ("## Also reported", "## Example"),
        ("```python\nimport shutil", '```python title="other.py"\nimport shutil'),
    ],
    ids=["a fence in another form", "a heading twice", "a module without a script"],
)
def test_a_page_that_cannot_be_read(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(Malformed):
        read(path)
