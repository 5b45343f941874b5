"""Comments that suppress findings, `--add-noqa`, and baselines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, GOOD, Said, notebook

Lint = Callable[..., Said]
SAVE = 'model.save_pretrained("out")'


@pytest.mark.parametrize(
    "line",
    [
        f"{SAVE}  # noqa: LL101",
        f"{SAVE}  # NOQA:LL101",
        f"{SAVE}  # noqa: E501, LL101 because the adapter is not wanted",
        f"{SAVE}  # noqa",
        f"{SAVE}  # lora-lint: ignore[save-after-merge] the adapter is not wanted",
        f"{SAVE}  # lora-lint: ignore[LL101]",
        f"{SAVE}  # lora-lint: ignore",
        f"# lora-lint: ignore[save-after-merge]\n{SAVE}",
        'model.save_pretrained(\n    "out",\n)  # noqa: LL101',
        'model.save_pretrained(\n    "out",  # lora-lint: ignore[save-after-merge]\n)',
        f"{SAVE}\n# lora-lint: ignore-file[save-after-merge]",
        f"{SAVE}\n# lora-lint: noqa: LL101",
        f"{SAVE}\n# ruff: noqa: LL101",
    ],
)
def test_a_suppressed_finding_is_not_reported(folder: Path, lint: Lint, line: str) -> None:
    (folder / "train.py").write_text(BAD.replace(SAVE, line))
    assert lint("train.py").out == "No findings in 1 file.\n"


@pytest.mark.parametrize(
    "line",
    [
        f"{SAVE}  # noqa: LL201",
        f"{SAVE}  # noqa: because",
        f"{SAVE}\n# noqa: LL101",
        f"print('# noqa: LL101'); {SAVE}",
        f"{SAVE}\n# flake8: noqa",
        f"# noqa: LL101\n{SAVE}",
    ],
)
def test_what_suppresses_nothing_leaves_the_finding(folder: Path, lint: Lint, line: str) -> None:
    (folder / "train.py").write_text(BAD.replace(SAVE, line))
    assert "error LL101" in lint("train.py").out


def test_a_comment_in_a_block_counts_for_its_own_statement(folder: Path, lint: Lint) -> None:
    script = BAD.replace(SAVE, "with model.disable_adapter():\n    pass  # lora-lint: ignore")
    (folder / "train.py").write_text(script)
    assert "LL302" in lint("train.py").out


@pytest.mark.parametrize(
    ("line", "message", "fixed"),
    [
        ("x = 1  # noqa: LL101", "no finding of `LL101` is suppressed here", "x = 1"),
        ("x = 1  # noqa: E501, LL101", "no finding of `LL101` is suppressed here", "x = 1  # noqa: E501"),
        ("x = 1  # lora-lint: ignore", "nothing is suppressed here", "x = 1"),
        ("# lora-lint: ignore[save-after-merge]\nx = 1", "no finding of `save-after-merge`", "x = 1"),
        ("x = 1  # type: ignore # noqa: LL101", "no finding of `LL101`", "x = 1  # type: ignore"),
        ("x = print  # noqa: LL101 (intended)", "no finding of `LL101`", "x = print"),
        ("x = 10  # lora-lint: noqa: LL101 - 2", "no finding of `LL101`", "x = 10"),
    ],
)
def test_an_unused_suppression_is_a_hint_with_a_fix(
    folder: Path, lint: Lint, line: str, message: str, fixed: str
) -> None:
    (folder / "train.py").write_text(f"{GOOD}{line}\n")
    said = lint("train.py", "--output-format", "concise")
    assert said.code == 0
    assert message in said.out
    lint("--fix", "train.py")
    assert (folder / "train.py").read_text() == f"{GOOD}{fixed}\n"


def test_what_is_meant_for_other_linters_is_theirs(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(f"{GOOD}x = 1  # noqa\ny = 2  # noqa: E501, B008\n# flake8: noqa\n")
    assert lint("train.py").out == "No findings in 1 file.\n"


def test_a_misspelt_rule_in_a_suppression_is_said(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(f"{GOOD}x = 1  # lora-lint: ignore[save-aftr-merge]\n")
    assert "there is no rule `save-aftr-merge`; did you mean `save-after-merge`?" in lint("train.py").out


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# lora-lint: ignore[LL1]", "`LL1` is no rule but a group of them, a comment names each: `LL101`"),
        ("# lora-lint: disable=LL102", "`disable` suppresses nothing; what does is `# lora-lint: ignore[LL102]`"),
        ("# lora-lint: ignore LL102", "no finding of `LL102` is suppressed here"),
        ("# lora-lint: ignore[] it is served", "no rule stands in these brackets: nothing is suppressed here"),
    ],
)
def test_a_suppression_that_is_written_otherwise_is_answered(
    folder: Path, lint: Lint, comment: str, message: str
) -> None:
    (folder / "train.py").write_text(BAD.replace(SAVE, f"{SAVE}  {comment}"))
    out = lint("train.py", "--output-format", "concise").out
    assert message in out
    assert "error LL101" in out


@pytest.mark.parametrize(
    "magics",
    [
        "!pip install -q peft  # noqa: LL101\nimport os",
        "%%bash\necho one  # noqa: LL101\n# lora-lint: ignore[LL101]",
        "os.walk?  # noqa: LL101\nif x:\n    !ls -la  # lora-lint: ignore[LL101]",
        "this is no Python  # noqa: LL101",
    ],
)
def test_what_a_notebook_hides_behind_magics_is_left_as_it_is(folder: Path, lint: Lint, magics: str) -> None:
    (folder / "train.ipynb").write_text(notebook(magics, GOOD))
    assert lint("--fix", "train.ipynb").out == "No findings in 1 file.\n"
    assert (folder / "train.ipynb").read_text() == notebook(magics, GOOD)


def test_a_rule_that_is_off_leaves_its_suppressions_alone(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(f"{GOOD}x = 1  # noqa: LL101\n")
    assert lint("train.py", "--ignore", "LL101").out == "No findings in 1 file.\n"
    assert lint("train.py", "--ignore", "LL001").out == "No findings in 1 file.\n"


@pytest.mark.parametrize("comment", ["ignore", "ignore-file"])
def test_a_comment_for_all_rules_is_judged_where_all_were_asked(folder: Path, lint: Lint, comment: str) -> None:
    (folder / "train.py").write_text(f"{GOOD}x = 1  # lora-lint: {comment}\n")
    assert lint("train.py", "--select", "LL2,LL001").out == "No findings in 1 file.\n"
    assert "LL001 unused-suppression" in lint("train.py").out
    assert "LL001 unused-suppression" in lint("train.py", "--preview").out


def test_a_suppression_that_another_script_uses_is_used(folder: Path, lint: Lint) -> None:
    (folder / "saving.py").write_text(f"def finish(model):\n    {SAVE}  # noqa: LL101\n")
    (folder / "train.py").write_text("from saving import finish\n" + BAD.replace(SAVE, "finish(model)"))
    assert lint().out == "No findings in 2 files.\n"
    assert lint("saving.py").out == "No findings in 1 file.\n"


# -- --add-noqa --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "with_comment"),
    [
        (SAVE, f"{SAVE}  # noqa: LL101"),
        (f"{SAVE}  # noqa: E501", f"{SAVE}  # noqa: E501, LL101"),
        ('model.save_pretrained("out # noqa: F401")', 'model.save_pretrained("out # noqa: F401")  # noqa: LL101'),
        (f"{SAVE}  # saved", f"{SAVE}  # saved  # noqa: LL101"),
        ('model.save_pretrained(\n    "out",\n)', 'model.save_pretrained(  # noqa: LL101\n    "out",\n)'),
        ('model.save_pretrained("""\nout""")', 'model.save_pretrained("""\nout""")  # noqa: LL101'),
        ("model. \\\n    save_pretrained('out')", "model. \\\n    save_pretrained('out')  # noqa: LL101"),
    ],
)
def test_add_noqa_puts_the_comment_where_one_can_stand(folder: Path, lint: Lint, line: str, with_comment: str) -> None:
    (folder / "train.py").write_text(BAD.replace(SAVE, line))
    said = lint("--add-noqa", "train.py")
    assert (said.code, said.err) == (0, "lora-lint: added 1 noqa comment\n")
    assert (folder / "train.py").read_text() == BAD.replace(SAVE, with_comment)
    assert lint("train.py").code == 0
    assert lint("--add-noqa", "train.py").err == "lora-lint: added 0 noqa comments\n"


def test_add_noqa_is_quiet_where_it_is_asked_to_be(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    assert lint("--add-noqa", "--quiet") == (0, "", "")
    assert lint().code == 0


def test_add_noqa_says_where_no_comment_can_stand(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD.replace(SAVE, f"{SAVE}; \\\n") + "print(1)\n")
    before = (folder / "train.py").read_text()
    said = lint("--add-noqa")
    assert said.err.splitlines() == [
        "lora-lint: train.py:15: not silenced: on the lines of LL101 no comment can stand",
        "lora-lint: added 0 noqa comments",
    ]
    assert (folder / "train.py").read_text() == before


def test_add_noqa_leaves_to_the_baseline_what_it_knows(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    assert lint("--add-noqa", "--baseline", "known.json").code == 2
    lint("--write-baseline", "known.json")
    (folder / "other.py").write_text(BAD)
    assert lint("--add-noqa", "--baseline", "known.json").err == "lora-lint: added 1 noqa comment\n"
    assert [(folder / name).read_text() == BAD for name in ("train.py", "other.py")] == [True, False]


def test_add_noqa_in_a_notebook(folder: Path, lint: Lint) -> None:
    (folder / "train.ipynb").write_text(notebook("!nvidia-smi", BAD))
    lint("--add-noqa", "train.ipynb")
    changed = notebook("!nvidia-smi", BAD.replace(SAVE, f"{SAVE}  # noqa: LL101"))
    assert (folder / "train.ipynb").read_text() == changed
    assert lint("train.ipynb").code == 0


def test_add_noqa_behind_a_magic_and_in_markdown(folder: Path, lint: Lint) -> None:
    (folder / "train.ipynb").write_text(notebook(BAD.replace(SAVE, f"%time {SAVE}")))
    lint("--add-noqa", "train.ipynb")
    assert (folder / "train.ipynb").read_text() == notebook(BAD.replace(SAVE, f"%time {SAVE}  # noqa: LL101"))
    (folder / "guide.md").write_text(f"It's so:\n\n```python\n{BAD}```\n")
    lint("--add-noqa", "--markdown", "guide.md")
    changed = BAD.replace(SAVE, f"{SAVE}  # noqa: LL101")
    assert (folder / "guide.md").read_text() == f"It's so:\n\n```python\n{changed}```\n"
    assert lint("--markdown").code == 0


def test_add_noqa_does_not_write_through_a_link_out_of_the_tree(
    folder: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "train.py"
    outside.write_text(BAD)
    (folder / "link.py").symlink_to(outside)
    said = lint("--add-noqa")
    assert "not changed: link.py is a link out of the folder that is linted" in said.err
    assert "added 0 noqa comments" in said.err
    assert outside.read_text() == BAD


def test_add_noqa_counts_a_file_with_two_names_once(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    (folder / "again.py").symlink_to("train.py")
    assert lint("--add-noqa").err == "lora-lint: added 1 noqa comment\n"


# -- baselines ---------------------------------------------------------------------------------------------------------


def test_findings_of_a_baseline_are_known(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    assert lint("--write-baseline", "known.json").err == "lora-lint: 1 finding written to known.json\n"
    (folder / "train.py").write_text(f"# a new first line\n{BAD}")
    said = lint("--baseline", "known.json")
    assert (said.code, said.out) == (0, "No findings in 1 file. 1 finding of the baseline not shown.\n")
    (folder / "other.py").write_text(BAD)
    assert lint("--baseline", "known.json").code == 1
    (folder / "lora-lint.toml").write_text('baseline = "known.json"\n')
    assert lint("train.py").code == 0


def test_a_line_that_is_known_once_is_new_the_second_time(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    lint("--write-baseline", "known.json")
    (folder / "train.py").write_text(BAD + BAD)
    said = lint("--baseline", "known.json", "--output-format", "concise")
    assert [line.split(" ")[0] for line in said.out.splitlines()] == ["train.py:30:1:", "Found"]


def test_a_script_is_not_overwritten_by_a_baseline(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    said = lint("--write-baseline", "train.py")
    assert (said.code, said.err) == (2, "lora-lint: train.py: is not a baseline that lora-lint wrote\n")
    assert (folder / "train.py").read_text() == BAD


def test_a_baseline_is_by_line_and_rule(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    lint("--write-baseline", "known.json")
    assert json.loads((folder / "known.json").read_text()) == {
        "lora-lint-baseline": 1,
        "findings": [{"filename": "train.py", "code": "LL101", "line": SAVE}],
    }
