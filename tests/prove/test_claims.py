"""Each comparison of `make prove` can fail: results that are as claimed, and results that are not."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.prove.caught import Caught
from tests.prove.claims import disagreements
from tests.prove.listing import listing
from tests.prove.script import BAD, FIXED, GOOD, Claim, Script
from tests.prove.sites import Sites
from tests.prove.table import Table
from tests.prove.workers import Results

ADAPTER = {
    "directory": "out",
    "files": {"adapter_config.json": 1000, "adapter_model.safetensors": 9000},
    "problems": [],
    "notes": [],
    "trained": True,
    "tensors": 8,
}
SITE = {"filename": "/room/train.py", "line": 9, "verdict": "confirmed", "why": None, "sure": True, "predicted": {}}
RESULT: dict[str, Any] = {
    "script": "/room/train.py",
    "verdict": "confirmed",
    "reason": "the adapter files appear",
    "sites": [SITE],
    "after": {
        "error": None,
        "adapters": [ADAPTER],
        "neutralised": [],
        "left": {"out": ["adapter_config.json", "adapter_model.safetensors", "README.md"]},
    },
}
LISTED = "out/\n  adapter_config.json\n  adapter_model.safetensors  # trained\n"
FACTS = {
    "directories": {
        "out": {
            "files": ["README.md", "adapter_config.json", "adapter_model.safetensors"],
            "weights": {"adapter_model.safetensors": {"tensors": 8, "trained_lora_B": 4}},
        }
    }
}
PAGE = Claim("rule", "page", BAD, "as written", LISTED)
CASE = Claim("rule", "case", GOOD, seen=FACTS, fails=False)


def changed(**after: Any) -> dict[str, Any]:
    result = copy.deepcopy(RESULT)
    result["after"].update(after)
    return result


@pytest.mark.parametrize("claim", [PAGE, CASE, Claim("rule", "fix", FIXED)], ids=["page", "case", "fix"])
def test_what_is_as_claimed_agrees(claim: Claim) -> None:
    assert list(disagreements(claim, RESULT)) == []


def test_a_listing_is_compared_line_by_line() -> None:
    result = changed(adapters=[{**ADAPTER, "problems": ["adapter_model.safetensors holds no tensors (40 bytes): why"]}])
    assert "-  adapter_model.safetensors  # trained" in list(disagreements(PAGE, result))
    assert "+  adapter_model.safetensors  # holds no tensors" in list(disagreements(PAGE, result))


def test_a_contradicted_site_disagrees_whatever_is_claimed() -> None:
    result = {**RESULT, "sites": [{**SITE, "verdict": "contradicted", "why": "predicted out; written nothing"}]}
    for claim in (PAGE, CASE, Claim("rule", "good", GOOD)):
        assert list(disagreements(claim, result)) == ["line 9: predicted out; written nothing"]


@pytest.mark.parametrize("error", [None, "ValueError: no"])
def test_an_error_is_claimed_or_not(error: str | None) -> None:
    claim = Claim("rule", "case", BAD, fails=error is None)
    assert len(list(disagreements(claim, changed(error=error)))) == 1
    assert list(disagreements(claim._replace(fails=error is not None), changed(error=error))) == []


def test_files_and_state_are_those_of_the_facts() -> None:
    missing = changed(left={"out": ["adapter_config.json"]})
    assert list(disagreements(CASE, missing)) == [
        "out/ holds adapter_config.json; the facts say adapter_config.json adapter_model.safetensors"
    ]
    untrained = changed(adapters=[{**ADAPTER, "trained": False, "problems": ["not trained: all 4 lora_B are zero"]}])
    assert list(disagreements(CASE, untrained)) == ["out/: the adapter is untrained; the facts say trained"]


def test_facts_of_half_precision_are_not_those_of_a_run_in_full() -> None:
    assert list(disagreements(CASE, changed(left={}, neutralised=["half precision: 32 bit on the CPU"]))) == []


def test_a_correction_of_the_tool_must_be_confirmed() -> None:
    failed = {**RESULT, "verdict": "failed", "reason": "no adapter was left"}
    assert list(disagreements(Claim("rule", "fix", FIXED), failed)) == ["failed: no adapter was left"]
    nothing = {**RESULT, "verdict": "inconclusive", "reason": "no PEFT model"}
    assert list(disagreements(Claim("rule", "fix", FIXED), nothing)) == ["inconclusive: no PEFT model"]
    assert list(disagreements(Claim("rule", "fix", FIXED, adapter=False), nothing)) == []
    assert list(disagreements(Claim("rule", "fix", FIXED, adapter=False), failed)) == ["failed: no adapter was left"]


def test_a_script_that_was_not_run_disagrees() -> None:
    assert list(disagreements(PAGE, {**RESULT, "after": None})) == ["was not run: the adapter files appear"]


def test_a_listing_has_nothing_of_this_run_in_it() -> None:
    error = "OSError: /room/out/x.bin: names {'b', 'a'} (give it, or let rows be made up)"
    assert listing(changed(error=error, left={}, adapters=[])) == (
        "no model or adapter files\nstops: OSError: out/x.bin: names {'a', 'b'}\n"
    )


def test_a_site_counts_once_and_only_with_a_certain_prediction() -> None:
    script = Script((("train.py", ""),), "train.py")
    sites = Sites()
    sites.add(script._replace(arguments=("--a",)), {**RESULT, "sites": [{**SITE, "verdict": "not reached"}]})
    assert not sites.enough()
    sites.add(script._replace(arguments=("--b",)), RESULT)
    assert (len(sites.seen), sites.enough()) == (1, True)
    sites.add(script, {**RESULT, "sites": [{**SITE, "line": 12, "sure": False}]})
    assert (len(sites.seen), sites.enough()) == (2, False)
    assert sites.unreached() == ["train.py:12 confirmed, maybe"]


def test_results_are_kept_for_the_code_that_gave_them(tmp_path: Path) -> None:
    script = Script((("train.py", "x"),), "train.py")
    results = Results(tmp_path / "results.jsonl")
    results.add(script, RESULT)
    with (tmp_path / "results.jsonl").open("a") as file:
        file.write('["cut o')
    assert Results(tmp_path / "results.jsonl").known == {script.digest: RESULT}
    (tmp_path / "results.jsonl").write_text((tmp_path / "results.jsonl").read_text().replace(results.code, "earlier"))
    assert Results(tmp_path / "results.jsonl").known == {}
    assert Results(tmp_path / "results.jsonl", any_code=True).known == {script.digest: RESULT}


def test_the_table_has_what_is_caught_and_what_is_reported_falsely() -> None:
    cases = Caught(Counter(rule=2), Counter(rule=3), Counter(other=1))
    pages = Caught(Counter(rule=1), Counter(rule=1), Counter())
    table = Table(cases, pages)
    table.add(Script((("train.py", "x"),), "train.py"), Claim("rule", "fix", FIXED), RESULT, [])
    *_, row, total = table.text().splitlines()
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["rule", "2/3", "1/1", "0", "1", "1", "1", "0"]
    assert total.startswith("| all")
    assert table.wrong == 2  # a mark that is missed, and a finding where nothing is wrong
