"""One run, and the forms in which it is told: JSON, text, JUnit, HTML."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .conftest import Run
from .samples import HEAD, KEPT, LOST, TRAINED

OUTCOME = {"script", "verdict", "reason", "before", "after", "sites", "versions", "seconds"}
SIDE = {"exit", "seconds", "error", "adapters", "neutralised"}
ADAPTER = {"directory", "usable", "files", "problems"}
SITE = {"filename", "line", "predicted", "observed", "verdict"}


def test_json_has_the_keys_that_programs_count_on(run: Run, tmp_path: Path) -> None:
    found = run(LOST).json
    assert found.keys() >= OUTCOME
    assert found["script"] == str(tmp_path / "train.py")
    for side in (found["before"], found["after"]):
        assert side.keys() >= SIDE
        assert (side["exit"], side["error"]) == (0, None)
    (adapter,) = found["after"]["adapters"]
    assert adapter.keys() >= ADAPTER
    assert adapter["files"].keys() == {"README.md", "adapter_config.json", "adapter_model.safetensors"}
    assert all(isinstance(size, int) for size in adapter["files"].values())
    for site in found["sites"]:
        assert site.keys() >= SITE
        assert site["filename"] == str(tmp_path / "train.py")
    assert found["sites"][0]["predicted"] == found["sites"][0]["observed"] == {
        "out-adapter": ["README.md", "adapter_config.json", "adapter_model.safetensors"]
    }  # fmt: skip
    assert found["versions"].keys() >= {"python", "torch", "transformers", "peft"}


def test_text_is_a_table_of_before_and_after(run: Run) -> None:
    out = run(LOST, form="text").out
    lines = out.splitlines()
    assert lines[0].startswith(
        "train.py: 1 finding, corrected: LL101  (smoke run: LlamaForCausalLM stand-in, 2 steps, "
    )
    assert lines[1].split() == ["as", "written", "corrected"]
    assert lines[2].split()[:2] == ["out-adapter/adapter_config.json", "missing"]
    assert lines[3].endswith("8 tensors, trained, reloads")
    assert lines[4].endswith("holds the adapter")
    verdict = "Confirmed: the adapter files appear. Predicted and observed files agree at 2 of 2 save sites."
    assert verdict in " ".join(out.split())


def test_a_lost_adapter_is_red_and_a_found_one_green(run: Run) -> None:
    out = run(LOST, "--color", "always", form="text").out
    row = next(line for line in out.splitlines() if "adapter_config.json" in line)
    assert re.search(r"\x1b\[31m +missing\x1b\[0m +\x1b\[32m +\d\.\d kB\x1b\[0m", row)


def test_what_stays_uncorrected_is_listed(run: Run) -> None:
    out = run(KEPT + 'model.merge_and_unload().save_pretrained("out")\n', form="text").out
    assert re.search(r"not corrected: line 15: LL103 .* \(unsafe fix, see --unsafe-fixes\)", " ".join(out.split()))


def test_junit_has_a_suite_a_script_and_a_case_a_save_site(run: Run) -> None:
    root = ElementTree.fromstring(run(LOST, form="junit").out)
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "0", "0")
    assert [case.get("name") for case in suite] == ["adapter files", "save at line 14", "save at line 16"]


def test_junit_tells_failure_and_skip_apart(run: Run) -> None:
    failed = ElementTree.fromstring(run(KEPT.replace("lr=1e-3", "lr=float('0')"), form="junit").out)
    assert failed[0].get("failures") == "1"
    assert "not trained" in failed.find(".//failure").get("message")
    skipped = ElementTree.fromstring(run("print()\n", form="junit").out)
    assert skipped[0].get("skipped") == "1"


def test_what_the_script_says_steers_no_terminal_and_breaks_no_report(run: Run) -> None:
    script = HEAD + 'raise RuntimeError("\\x1b[31mred\\u202e\\ufffe")\n'
    assert "RuntimeError: [31mred" in run(script, form="text").out
    skipped = ElementTree.fromstring(run(script, form="junit").out).find(".//skipped")
    assert "RuntimeError: [31mred" in skipped.get("message")


def test_the_page_needs_nothing_else(run: Run) -> None:
    run(LOST, "--report", "report.html")
    page = Path("report.html").read_text()
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_shows_what_was_lost_and_what_was_found(run: Run) -> None:
    run(LOST, "--report", "report.html")
    page = Path("report.html").read_text()
    assert '<td class="number lost">missing</td>' in page
    assert re.search(r'<td class="number found">\d\.\d kB</td>', page)
    assert page.count('<svg class="life"') == 2
    assert page.count('class="card lost"') == 1
    assert page.count('class="card adapter"') == 1
    assert '<span class="new">+model.save_pretrained(&quot;out-adapter&quot;)</span>' in page
    for text in (
        "wrapped by PEFT",
        "merged and unloaded",
        "Line by line: 6 of 6 as predicted",
        "prefers-color-scheme: dark",
    ):
        assert text in page


def test_the_page_of_several_scripts_has_an_index(run: Run, lora_lint: Run) -> None:
    Path("a").mkdir()
    for name in ("one_a.py", "one-a.py"):
        (Path("a") / name).write_text(KEPT)
    ran = run(KEPT, "a", "--report", "report.html")
    assert [o["script"].rsplit("/", 1)[-1] for o in ran.json] == ["train.py", "one-a.py", "one_a.py"]
    page = Path("report.html").read_text()
    assert page.count("<article") == 3
    assert len(set(re.findall(r'<article id="([^"]+)"', page))) == 3
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page


def test_what_stands_in_another_module_is_named_with_its_file(run: Run) -> None:
    Path("saving.py").write_text(
        'def save(model):\n    model.save_pretrained("out")\n    model.merge_and_unload().save_pretrained("out")\n'
    )
    script = "from saving import save\n" + TRAINED + "save(model)\n"
    assert "not corrected: saving.py:3: LL103" in run(script, form="text").out
    names = [case.get("name") for case in ElementTree.fromstring(run(script, form="junit").out).iter("testcase")]
    assert names == ["adapter files", "save at saving.py:2", "save at saving.py:3"]


def test_names_of_the_script_are_escaped(run: Run) -> None:
    run(HEAD + 'print("<script>alert(1)</script>")\nmodel.save_pretrained("<b>")\n', "--report", "report.html")
    page = Path("report.html").read_text()
    assert "<script>" not in page
    assert "<b>" not in page


def test_a_report_that_cannot_be_written_is_said(run: Run) -> None:
    ran = run(KEPT, "--report", "nowhere/report.html")
    assert ran.exit == 2
    assert ran.err == "lora-lint: nowhere/report.html: cannot be written: there is no folder nowhere\n"


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_output_goes_to_a_file(run: Run, form: str) -> None:
    ran = run(KEPT, "-o", "result", form=form)
    assert ran.out == ""
    text = Path("result").read_text()
    assert {"text": "Confirmed", "json": '"verdict": "confirmed"', "junit": "<testsuites"}[form] in text
    if form == "json":
        assert json.loads(text)["verdict"] == "confirmed"
