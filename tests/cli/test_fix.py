"""`--fix` and `--diff`: what changes, and everything that must not."""

from __future__ import annotations

import codecs
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, FIXED, GOOD, SAVED, Said, notebook

from lora_lint.silencing import silence
from lora_lint.silencing.rewriting import Rewriting
from lora_lint.silencing.suppressions import Suppression
from lora_lint.source.positions import Position

Lint = Callable[..., Said]


def test_a_safe_fix_is_made(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    assert lint("--fix", "train.py") == (0, "Fixed 1 finding. No findings in 1 file.\n", "")
    assert (folder / "train.py").read_text() == FIXED
    assert lint("--fix", "train.py").out == "No findings in 1 file.\n"


def test_a_diff_changes_nothing_and_can_be_applied(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    said = lint("--diff", "train.py")
    assert said.code == 1
    assert said.err == "lora-lint: would fix 1 finding\n"
    assert (folder / "train.py").read_text() == BAD
    if shutil.which("patch"):
        subprocess.run(["patch", "-p0"], input=said.out.encode(), check=True, capture_output=True)
        assert (folder / "train.py").read_text() == FIXED
    (folder / "train.py").write_text(GOOD)
    assert lint("--diff", "train.py") == (0, "", "lora-lint: would fix 0 findings\n")


def test_standard_input_comes_back_fixed(folder: Path, program: Lint) -> None:
    said = program("--fix", "-", stdin=BAD.encode())
    assert (said.code, said.out) == (0, FIXED)
    assert "Fixed 1 finding" in said.err


@pytest.mark.parametrize(
    ("encoding", "head", "newline"),
    [
        ("utf-8", b"", "\r\n"),
        ("utf-8", codecs.BOM_UTF8, "\n"),
        ("latin-1", b"# -*- coding: latin-1 -*-\n", "\n"),
        ("utf-8", b"", "\r"),
    ],
    ids=["crlf", "byte order mark", "coding cookie", "cr"],
)
def test_line_ends_and_encoding_stay(folder: Path, lint: Lint, encoding: str, head: bytes, newline: str) -> None:
    def as_bytes(text: str) -> bytes:
        return head + (text + "# caf\xe9\x0c\n").replace("\n", newline).encode(encoding)

    (folder / "train.py").write_bytes(as_bytes(BAD))
    assert lint("--fix", "train.py").code == 0
    assert (folder / "train.py").read_bytes() == as_bytes(FIXED)


def test_of_a_notebook_only_the_changed_source_changes(folder: Path, lint: Lint) -> None:
    first, last = BAD.split("trainer.train()")
    cells = ("!pip install peft\n" + first, "%time trainer.train()\n!nvidia-smi" + last)
    (folder / "train.ipynb").write_text(notebook(*cells), encoding="utf-8")
    assert lint("--fix", "train.ipynb").code == 0
    changed = cells[1].replace("model = model.merge", f"{SAVED}\nmodel = model.merge")
    assert (folder / "train.ipynb").read_text(encoding="utf-8") == notebook(cells[0], changed)


def test_a_notebook_without_formatting_stays_without(folder: Path, lint: Lint) -> None:
    raw = json.dumps(json.loads(notebook(BAD)), separators=(",", ":"))
    (folder / "train.ipynb").write_text(raw)
    assert lint("--fix", "train.ipynb").code == 0
    line = json.dumps(f"{SAVED}\n")
    assert (folder / "train.ipynb").read_text() == raw.replace('"model = model.merge', f'{line},"model = model.merge')


def test_the_diff_of_a_notebook_is_by_cell(folder: Path, lint: Lint) -> None:
    (folder / "train.ipynb").write_text(notebook("import os", BAD))
    out = lint("--diff", "train.ipynb").out
    assert out.startswith("--- train.ipynb:cell 2\n+++ train.ipynb:cell 2\n")
    assert f"+{SAVED}\n" in out


def test_a_fix_in_markdown_keeps_the_indentation_of_the_block(folder: Path, lint: Lint) -> None:
    def guide(text: str) -> str:
        return "1. Train:\n\n   ```python\n" + "".join(f"   {line}\n" for line in text.splitlines()) + "   ```\n"

    (folder / "guide.md").write_text(guide(BAD))
    assert lint("--markdown", "--fix").code == 0
    assert (folder / "guide.md").read_text() == guide(FIXED)


def test_line_ends_stay_in_markdown_and_in_the_cells_of_a_notebook(folder: Path, lint: Lint) -> None:
    before, after = (text.replace("\n", "\r\n") for text in (BAD, FIXED))
    (folder / "guide.md").write_bytes(f"```python\r\n{before}```\r\n".encode())
    (folder / "train.ipynb").write_text(notebook(f"!nvidia-smi\r\n{before}"))
    assert lint("--markdown", "--fix").code == 0
    assert (folder / "guide.md").read_bytes() == f"```python\r\n{after}```\r\n".encode()
    cell = json.loads((folder / "train.ipynb").read_text())["cells"][0]
    assert "".join(cell["source"]) == f"!nvidia-smi\r\n{after}"


def test_mode_stays(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    (folder / "train.py").chmod(0o751)
    lint("--fix", "train.py")
    assert (folder / "train.py").stat().st_mode & 0o777 == 0o751


def test_a_file_whose_name_is_as_long_as_one_can_be(folder: Path, lint: Lint) -> None:
    long = folder / f"{'t' * 240}.py"
    long.write_text(BAD)
    assert lint("--fix", long.name).code == 0
    assert long.read_text() == FIXED


def test_a_read_only_file_is_left_alone_and_said(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    (folder / "train.py").chmod(0o444)
    said = lint("--fix", "train.py")
    assert said.code == 2
    assert said.err == "lora-lint: train.py: it is read-only; left as it is\n"
    assert "error LL101" in said.out  # which is still there
    assert (folder / "train.py").read_text() == BAD


def test_a_link_inside_the_tree_stays_a_link(folder: Path, lint: Lint) -> None:
    (folder / "real.py").write_text(BAD)
    (folder / "link.py").symlink_to("real.py")
    lint("--fix", "link.py")
    assert (folder / "link.py").is_symlink()
    assert (folder / "real.py").read_text() == FIXED


def test_a_link_out_of_the_tree_is_not_written(
    folder: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "train.py"
    outside.write_text(BAD)
    (folder / "link.py").symlink_to(outside)
    for path in ("link.py", "."):
        said = lint("--fix", path)
        assert said.code == 1
        assert "not fixed: link.py is a link out of" in said.err
        assert "can be fixed" not in said.out
        assert outside.read_text() == BAD


def test_a_folder_that_is_a_link_is_written_whether_it_or_a_file_in_it_is_named(
    folder: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (folder / "linked").symlink_to(outside)
    for path in ("linked", "linked/train.py"):
        (outside / "train.py").write_text(BAD)
        assert lint("--fix", path).code == 0
        assert (outside / "train.py").read_text() == FIXED


@pytest.mark.parametrize("form", ["train.py", "train.ipynb"])
def test_a_fix_that_breaks_its_file_is_left_out_and_said(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def broken(comment: Suppression, names: set[str], line: str) -> Rewriting:
        return Rewriting(Position(comment.row, 1), Position(comment.row, 1), "(")

    monkeypatch.setattr(silence, "without", broken)
    write = notebook if form.endswith(".ipynb") else str
    comment = "x = 1  # noqa: LL102\n"
    (folder / form).write_text(write(BAD + comment), encoding="utf-8")
    said = lint("--fix", form)
    assert (folder / form).read_text(encoding="utf-8") == write(FIXED + comment)
    assert said.out.endswith("Fixed 1 finding. Found 1 hint in 1 of 1 file.\n")
    assert "not fixed: with the fix of LL001 the finding stays, or the file is broken" in said.err


def test_only_files_that_were_passed_are_edited(folder: Path, lint: Lint) -> None:
    (folder / "wrapping.py").write_text(BAD.partition("trainer =")[0])
    finish = 'def finish(model):\n    model.save_pretrained("out")\n'
    (folder / "saving.py").write_text(finish)
    main = "from saving import finish\n" + BAD.replace('model.save_pretrained("out")', "finish(model)")
    (folder / "train.py").write_text(main)
    said = lint("--fix", "saving.py")
    assert said.code == 1
    assert "can be fixed" not in said.out
    assert (folder / "train.py").read_text() == main
    assert "train.py, which is not among the files to lint" in said.err
    assert lint("--fix", "saving.py", "train.py").code == 0


def test_what_cannot_be_encoded_is_not_written(folder: Path, lint: Lint) -> None:
    text = "# coding: ascii\n" + BAD
    (folder / "train.py").write_text(text)
    assert lint("--fix", "train.py").code == 0
    assert (folder / "train.py").read_text() == "# coding: ascii\n" + FIXED


def test_a_file_that_somebody_else_changed_is_left_alone(folder: Path) -> None:
    from lora_lint import Unwritten, replace

    (folder / "train.py").write_text(GOOD)
    with pytest.raises(Unwritten, match="changed by somebody else"):
        replace(os.fspath(folder / "train.py"), BAD.encode(), FIXED.encode())
    assert (folder / "train.py").read_text() == GOOD
    assert sorted(os.listdir(folder)) == [".git", "train.py"]
