"""`lora-lint [PATHS]`: what people see, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, GOOD, LINE, PLAIN, Said, notebook

Lint = Callable[..., Said]

STORY = """\
train.py:15:1: error LL101 save-after-merge: "out" gets the merged model; the trained adapter is saved nowhere
   |
12 | trainer.train()
   | --------------- adapter "default" is trained here
...
14 | model = model.merge_and_unload()
   |         ------------------------ merged here: from now on this is a plain LlamaForCausalLM, \
without adapter "default"
15 | model.save_pretrained("out")
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes config.json, generation_config.json, model.safetensors
   |
   = missing: adapter_config.json, adapter_model.safetensors
   = fix: save the adapter to "out-adapter" before the merge (safe)
   = lora-lint --explain LL101

Found 1 error in 1 of 1 file. 1 can be fixed with --fix.
"""


def test_a_finding_shows_its_story_in_the_source(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    said = lint("train.py")
    assert said.code == 1
    assert said.out == STORY


def test_a_clean_file_is_exit_0(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(GOOD)
    assert lint("train.py") == (0, "No findings in 1 file.\n", "")


def test_without_paths_the_working_folder_is_linted(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    (folder / "plain.py").write_text(PLAIN)
    assert "Found 1 error in 1 of 2 files." in lint().out


def test_a_story_that_crosses_files_names_each(folder: Path, lint: Lint) -> None:
    (folder / "saving.py").write_text('def finish(model):\n    model.save_pretrained("out")\n')
    (folder / "train.py").write_text(
        BAD.replace('model.save_pretrained("out")', "finish(model)").replace(
            "from peft", "from saving import finish\nfrom peft"
        )
    )
    out = lint("saving.py").out
    assert out.startswith("saving.py:2:5: error LL101")
    assert "--> train.py" in out
    assert "--> saving.py" in out
    assert "15 | model = model.merge_and_unload()" in out


@pytest.mark.parametrize("paths", [["."], ["saving.py"]])
def test_what_a_notebook_leads_to_is_found_in_the_module(folder: Path, lint: Lint, paths: list[str]) -> None:
    (folder / "saving.py").write_text('def finish(model):\n    model.save_pretrained("out")\n')
    text = "from saving import finish\n" + BAD.replace('model.save_pretrained("out")', "finish(model)")
    cell = {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None}
    (folder / "train.ipynb").write_text(
        json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    assert lint(*paths).out.startswith("saving.py:2:5: error LL101")


def test_a_long_line_is_cut_around_what_is_underlined(folder: Path, lint: Lint) -> None:
    save = 'model.save_pretrained("out")'
    (folder / "train.py").write_text(BAD.replace(save, f"x = '{'-' * 300}'; {save}  # {'-' * 300}"))
    lines = lint("train.py").out.splitlines()
    shown = next(number for number, line in enumerate(lines) if save in line)
    assert lines[shown] == f"15 | …{'-' * 37}'; {save}  # {'-' * 36}…"
    assert lines[shown + 1].startswith(f"   | {' ' * 41}{'^' * len(save)} writes ")


@pytest.mark.parametrize("options", [[], ["--fix"]])
def test_a_finding_in_a_module_that_is_not_linted_is_mentioned(folder: Path, lint: Lint, options: list[str]) -> None:
    (folder / "saving.py").write_text('def finish(model):\n    model.save_pretrained("out")\n')
    text = "from saving import finish\n" + BAD.replace('model.save_pretrained("out")', "finish(model)")
    for name in ("train.py", "again.py"):
        (folder / name).write_text(text)
    said = lint("train.py", "again.py", *options)
    assert (said.code, said.out) == (0, "No findings in 2 files.\n")
    assert said.err == (
        "lora-lint: train.py: leads to a finding in a file that is not among those to lint: saving.py:2: LL101\n"
    )
    (folder / "lora-lint.toml").write_text('[per-file-ignores]\n"saving.py" = ["LL101"]\n')
    assert lint("train.py").err == ""
    (folder / "lora-lint.toml").write_text('extend-exclude = ["saving.py"]\n')
    assert lint("train.py").err == ""


def test_a_hint_is_shown_and_does_not_count(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(GOOD.replace('("out")', '("out")  # noqa: LL101'))
    said = lint("train.py")
    assert said.code == 0
    assert "hint LL001 unused-suppression" in said.out


def test_exit_zero_hides_findings_from_the_exit_code_only(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    said = lint("--exit-zero", "train.py")
    assert said.code == 0
    assert "LL101" in said.out


def test_quiet_leaves_the_counts_out(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(GOOD)
    assert lint("-q", "train.py") == (0, "", "")


def test_statistics_count_findings_by_rule(folder: Path, lint: Lint) -> None:
    for name in ("a.py", "b.py"):
        (folder / name).write_text(BAD)
    assert lint("--statistics").out == "2  LL101  [*]  save-after-merge\n"
    assert json.loads(lint("--statistics", "--output-format", "json").out) == [
        {"code": "LL101", "name": "save-after-merge", "count": 2, "fixable": True}
    ]


def test_the_output_file_gets_the_findings(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    said = lint("train.py", "--output-format", "json", "-o", "found.json")
    assert (said.code, said.out) == (1, "")
    assert json.loads((folder / "found.json").read_text())[0]["code"] == "LL101"


def test_colour_only_where_it_is_forced_or_on_a_terminal(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "train.py").write_text(BAD)
    assert "\x1b[" not in lint("train.py").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror\x1b[0m" in lint("train.py").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in lint("train.py").out


def test_escape_sequences_of_a_script_do_not_reach_the_terminal(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD.replace('("out")', '("out")  # \x1b[2J'))
    assert "\x1b" not in lint("train.py").out
    assert "# \\x1b[2J" in lint("train.py").out


def test_standard_input_is_linted_under_its_name(folder: Path, program: Lint) -> None:
    said = program("-", "--stdin-filename", "sub/train.py", "--output-format", "concise", stdin=BAD.encode())
    assert said.code == 1
    assert said.out.startswith(f"sub/train.py:{LINE}:1: error LL101")


def test_standard_input_counts_instead_of_the_file_on_disk(folder: Path, program: Lint) -> None:
    (folder / "train.py").write_text(GOOD)
    assert program("-", "--stdin-filename", "train.py", stdin=BAD.encode()).code == 1
    (folder / "train.py").write_text(BAD)
    assert program("-", "--stdin-filename", "train.py", stdin=GOOD.encode()).code == 0


def test_a_notebook_is_linted_as_one_script_and_reported_by_cell(folder: Path, lint: Lint) -> None:
    first, last = BAD.split("trainer.train()")
    cells = ("!pip install peft\n%load_ext autoreload\n" + first, "%time trainer.train()" + last)
    (folder / "train.ipynb").write_text(notebook(*cells))
    said = lint("train.ipynb")
    assert said.out.startswith("train.ipynb:cell 2:4:1: error LL101")
    assert "\n4 | model.save_pretrained" in said.out
    finding = json.loads(lint("train.ipynb", "--output-format", "json").out)[0]
    assert (finding["cell"], finding["location"]) == (2, {"row": 4, "column": 1})


def test_a_story_over_several_cells_names_each(folder: Path, lint: Lint) -> None:
    first, last = BAD.split("trainer.train()")
    (folder / "train.ipynb").write_text(notebook(first + "trainer.train()", last))
    shown = [line.strip() for line in lint("train.ipynb").out.splitlines() if "-->" in line]
    assert shown == ["--> train.ipynb:cell 1", "--> train.ipynb:cell 2"]


def test_a_cell_that_is_no_python_is_left_out_and_said(folder: Path, lint: Lint) -> None:
    (folder / "train.ipynb").write_text(notebook("pip install peft", "this is no Python", BAD))
    said = lint("train.ipynb")
    assert said.out.startswith("train.ipynb:cell 3:15:1: error LL101")
    assert said.err == "lora-lint: train.ipynb: cell 2 is not Python and left out\n"


def test_markdown_blocks_are_linted_when_asked_for(folder: Path, lint: Lint) -> None:
    block = "".join(f"   {line}\n" for line in BAD.splitlines())
    (folder / "guide.md").write_text(f"# Guide\n\n1. Train:\n\n   ```python\n{block}   ```\n")
    assert "no Python files" in lint(".").err
    said = lint("--markdown", "--output-format", "concise")
    assert said.out.startswith("guide.md:20:4: error LL101")


def test_select_and_ignore_by_code_group_and_name(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    assert lint("--select", "LL2").code == 0
    assert lint("--select", "LL2,save-after-merge").code == 1
    assert lint("--ignore", "LL1").code == 0
    assert lint("--ignore", "LL1", "--extend-select", "LL101").code == 1


def test_the_life_of_a_script_as_json(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    trace = json.loads(lint("--trace", "train.py").out)
    assert trace["version"] == 1
    assert {"wrapped", "trained", "merged", "saved"} <= {event["kind"] for event in trace["events"]}


def test_run_is_handed_over_whole(folder: Path, program: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    package = folder / "lora_lint_runner"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "command.py").write_text("def main(argv):\n    print(argv)\n    return 3\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    said = program("--run", "train.py", "--full", "--", "--lr", "1")
    assert (said.code, said.out) == (3, "['--run', 'train.py', '--full', '--', '--lr', '1']\n")


def test_few_scripts_are_linted_in_several_processes_where_they_lead_to_much(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lora_lint.engine import parallel

    each, counts = parallel.each, []
    monkeypatch.setattr(parallel, "each", lambda work, things, count: counts.append(count) or each(work, things, count))
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1, 2}, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("a.py", "b.py"):
        (folder / name).write_text(f"import helpers\n{BAD}")
    (folder / "helpers.py").write_text("x = 1\n")
    short = lint(".", "--no-cache")
    assert counts == []
    (folder / "helpers.py").write_text("x = 1\n" * (parallel.LONG // 12))
    assert lint(".", "--no-cache").out == short.out
    assert counts == [2]
