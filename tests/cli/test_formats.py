"""`--output-format`: what other programs read, checked with the programs and models that read it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_samples import BAD, GOOD, LINE, Said, notebook

Lint = Callable[..., Said]


@pytest.fixture
def train(folder: Path) -> Path:
    path = folder / "train.py"
    path.write_text(BAD)
    return path


def test_json_has_the_documented_keys(train: Path, lint: Lint) -> None:
    said = lint("train.py", "--output-format", "json")
    assert said.code == 1
    (finding,) = json.loads(said.out)
    assert {k: finding[k] for k in ("code", "name", "filename", "location", "severity", "confidence", "cell")} == {
        "code": "LL101",
        "name": "save-after-merge",
        "filename": str(train),
        "location": {"row": LINE, "column": 1},
        "severity": "error",
        "confidence": "high",
        "cell": None,
    }
    assert finding["end_location"] == {"row": LINE, "column": 29}
    assert finding["url"].endswith("/save-after-merge/")
    assert finding["fix"]["applicability"] == "safe"
    (edit,) = finding["fix"]["edits"]
    assert edit["content"] == 'model.save_pretrained("out-adapter")\n'
    assert (edit["filename"], edit["location"], edit["end_location"]) == (
        str(train),
        {"row": 14, "column": 1},
        {"row": 14, "column": 1},
    )
    assert [step["location"]["row"] for step in finding["related"]] == [12, 14, 15]


def test_json_of_a_clean_run_is_an_empty_array(train: Path, lint: Lint) -> None:
    train.write_text(GOOD)
    said = lint("train.py", "--output-format", "json")
    assert (said.code, json.loads(said.out)) == (0, [])


def test_json_lines_has_one_finding_a_line(train: Path, lint: Lint) -> None:
    (train.parent / "other.py").write_text(BAD)
    lines = lint("--output-format", "json-lines").out.splitlines()
    assert [json.loads(line)["code"] for line in lines] == ["LL101", "LL101"]


def test_concise_has_one_line_a_finding(train: Path, lint: Lint) -> None:
    first, counts = lint("--output-format", "concise").out.splitlines()
    assert first.startswith("train.py:15:1: error LL101 save-after-merge: ")
    assert first.endswith("[*]")
    assert counts.startswith("Found 1 error")


def test_github_gets_an_annotation(train: Path, lint: Lint) -> None:
    (line,) = lint("--output-format", "github").out.splitlines()
    assert line.startswith("::error file=train.py,line=15,col=1,endLine=15,endColumn=29,title=LL101 save-after-merge::")
    assert "%0Amissing: adapter_config.json, adapter_model.safetensors%0A" in line


def test_gitlab_gets_a_code_quality_report(train: Path, lint: Lint) -> None:
    (entry,) = json.loads(lint("--output-format", "gitlab").out)
    assert (entry["check_name"], entry["severity"], entry["location"]["path"]) == (
        "save-after-merge",
        "major",
        "train.py",
    )
    assert entry["location"]["positions"]["begin"] == {"line": 15, "column": 1}
    train.write_text("\n\n" + BAD)
    (moved,) = json.loads(lint("--output-format", "gitlab").out)
    assert moved["fingerprint"] == entry["fingerprint"]


def test_junit_has_a_failed_test_a_finding(train: Path, lint: Lint) -> None:
    root = ElementTree.fromstring(lint("--output-format", "junit").out)
    assert (root.attrib["tests"], root.attrib["failures"]) == ("1", "1")
    case = root.find("testsuite/testcase")
    assert case is not None
    assert case.attrib["line"] == "15"
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "error"
    train.write_text(GOOD)
    clean = ElementTree.fromstring(lint("--output-format", "junit").out)
    assert (clean.attrib["tests"], clean.attrib["failures"]) == ("1", "0")


def test_junit_stays_xml_whatever_a_script_holds(train: Path, lint: Lint) -> None:
    train.write_text(BAD.replace('"out"', '"o\x01<&>\'t"'))
    assert ElementTree.fromstring(lint("--output-format", "junit").out).attrib["failures"] == "1"


def test_sarif_is_read_by_sarif_pydantic(train: Path, lint: Lint) -> None:
    import sarif_pydantic

    (train.parent / "broken.py").write_text("import peft\ndef f(:\n")
    (train.parent / "n.ipynb").write_text(notebook(BAD))
    log = sarif_pydantic.Sarif.model_validate_json(lint("--output-format", "sarif").out)
    run = log.runs[0]
    assert run.tool.driver.name == "lora-lint"
    assert [result.rule_id for result in run.results or []] == ["LL101", "LL101"]
    result = (run.results or [])[1]
    location = (result.locations or [])[0].physical_location
    assert location is not None
    assert location.artifact_location is not None
    assert location.artifact_location.uri == "train.py"
    assert location.region is not None
    assert location.region.start_line == LINE
    assert len(result.related_locations or []) == 3
    rules = run.tool.driver.rules or []
    assert rules[result.rule_index or 0].id == "LL101"


def test_every_format_says_how_grave_a_finding_is(train: Path, lint: Lint) -> None:
    train.write_text(BAD.replace("train_dataset", "  # noqa: LL102\n    train_dataset"))  # a hint, and an error
    [run] = json.loads(lint("--output-format", "sarif").out)["runs"]
    assert [result["level"] for result in run["results"]] == ["note", "error"]
    assert [line.split(" ")[0] for line in lint("--output-format", "github").out.splitlines()] == [
        "::notice",
        "::error",
    ]
    assert [entry["severity"] for entry in json.loads(lint("--output-format", "gitlab").out)] == ["info", "major"]
    assert ElementTree.fromstring(lint("--output-format", "junit").out).attrib["failures"] == "1"


def test_github_gets_paths_with_what_ends_a_property_escaped(folder: Path, lint: Lint) -> None:
    (folder / "a,b:c%.py").write_text(BAD)
    (line,) = lint("--output-format", "github").out.splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25.py,line=15,")


def test_sarif_is_read_by_sarif_tools(train: Path, lint: Lint) -> None:
    lint("--output-format", "sarif", "-o", "found.sarif")
    tool = [sys.executable, "-m", "sarif", "--check", "error", "summary", "found.sarif"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert "LL101" in done.stdout
    assert done.returncode == 1
    lint("--output-format", "sarif", "-o", "found.sarif", "--select", "LL2")
    assert subprocess.run(tool, capture_output=True, check=False).returncode == 0


def test_reports_name_what_could_not_be_linted(train: Path, lint: Lint) -> None:
    (train.parent / "broken.py").write_text("import peft\ndef f(:\n")
    said = lint("--output-format", "github").out.splitlines()[-1]
    assert said.startswith("::error file=broken.py,line=2,title=not linted::not valid Python: ")
    entry = json.loads(lint("--output-format", "gitlab").out)[-1]
    assert (entry["check_name"], entry["location"]) == ("not-linted", {"path": "broken.py", "lines": {"begin": 2}})
    assert ElementTree.fromstring(lint("--output-format", "junit").out).attrib["errors"] == "1"
    [invocation] = json.loads(lint("--output-format", "sarif").out)["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"


def test_gitlab_knows_again_what_could_not_be_linted(folder: Path, lint: Lint) -> None:
    def known() -> list[str]:
        return [entry["fingerprint"] for entry in json.loads(lint("--output-format", "gitlab").out)]

    for name in ("a.py", "b.py"):
        (folder / name).write_text("import peft\ndef f(:\n")
    before = known()
    assert len(set(before)) == 2
    (folder / "a.py").write_text("import peft\n\n\ndef f(:\n")  # the same further down
    (folder / "b.py").write_bytes(b"import peft\n\xff\n")  # another reason
    after = known()
    assert after[0] == before[0]
    assert after[1] not in before


def test_a_cell_that_is_left_out_is_no_error_of_a_report(folder: Path, lint: Lint) -> None:
    (folder / "train.ipynb").write_text(notebook("no python at all", BAD))
    assert lint("--output-format", "github").out.count("::error") == 1
    assert ElementTree.fromstring(lint("--output-format", "junit").out).attrib["errors"] == "0"
    [invocation] = json.loads(lint("--output-format", "sarif").out)["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is True
    assert invocation["toolExecutionNotifications"][0]["level"] == "note"


def test_what_could_not_be_linted_stays_out_of_standard_output(train: Path, lint: Lint) -> None:
    (train.parent / "broken.py").write_text("import peft\ndef f(:\n")
    said = lint("--output-format", "json")
    assert len(json.loads(said.out)) == 1
    assert said.err.startswith("lora-lint: broken.py:2: not valid Python")


def test_a_row_in_a_cell_is_no_line_of_the_notebooks_file(folder: Path, lint: Lint) -> None:
    (folder / "train.ipynb").write_text(notebook("import os", BAD))
    row = BAD.splitlines().index('model.save_pretrained("out")') + 1
    [run] = json.loads(lint("--output-format", "sarif").out)["runs"]
    [place] = run["results"][0]["locations"]
    assert "region" not in place["physicalLocation"]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == f"cell 2:{row}:1"
    [entry] = json.loads(lint("--output-format", "gitlab").out)
    assert entry["location"] == {"path": "train.ipynb", "lines": {"begin": 1}}
    assert entry["description"].startswith(f"cell 2, line {row}: LL101")
    [case] = ElementTree.fromstring(lint("--output-format", "junit").out).iter("testcase")
    assert (case.get("name"), case.get("line")) == (f"LL101 save-after-merge (cell 2, {row}:1)", None)
