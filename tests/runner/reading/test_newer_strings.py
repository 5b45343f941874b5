"""f-strings of Python 3.12 are rewritten for an older one, and mean the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lora_lint_runner.child.reading.newer_strings import readable, rewrite

SAME = {  # what is written, and what it comes to
    'f"{row["text"]}"': "hello",
    'f"{"a/b".split("/")[-1]}!"': "b!",
    "f'{row['text']!r:>{len('12345678')}} {{x}}'": " 'hello' {x}",
    'f"{"\\n".join(["a", row["text"]])}\\n"': "a\nhello\n",
    'f"{f"{row["text"]}, {1}"}"': "hello, 1",
    'f"""{row["text"]} "quoted" {\'\'\'x\'\'\'}"""': 'hello "quoted" x',
    'f"{row.get("x", "it\'s")} {3 != 4} {(n := 2)}"': "it's True 2",
    "# it's f\"{no}\" string\nf'{row['text']}'": "hello",
}


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="it reads them itself")
@pytest.mark.parametrize("text", SAME)
def test_a_string_of_a_newer_python_means_the_same(text: str) -> None:
    found = readable(text) or text
    assert eval(found.rpartition("\n")[2] if text.startswith("#") else found, {"row": {"text": "hello"}}) == SAME[text]


def test_what_is_wrong_in_any_python_is_left_alone() -> None:
    assert readable('print(f"{row["text"]}"\n') is None
    assert readable('print("plain")\n') is None


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="it reads them itself")
def test_a_module_in_a_folder_that_the_copy_only_links_is_rewritten_in_the_copy_alone(tmp_path: Path) -> None:
    written = 'def told(row):\n    return f"{row["text"]}"\n'
    own, copy = tmp_path / "project" / "lib" / "inner", tmp_path / "copy"
    own.mkdir(parents=True)
    copy.mkdir()
    (own / "told.py").write_text(written)
    (own / "again").symlink_to(tmp_path / "project")
    (copy / "lib").symlink_to(tmp_path / "project" / "lib")
    rewrite(str(copy))
    compile((copy / "lib" / "inner" / "told.py").read_text(), "told.py", "exec")
    assert (own / "told.py").read_text() == written
