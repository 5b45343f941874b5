"""A text as `target_modules` is a pattern: of which it is certain that no module matches. Held against the modules of
each family."""

from __future__ import annotations

import pytest
from tests.knowledge.families import build

from lora_lint.knowledge.families import MODULES
from lora_lint.knowledge.targets import matches_nothing


@pytest.mark.parametrize("pattern", ["q_proj", "(q|v)_proj", "[qv]_proj", "q_proj|v_proj", "[a-z]_proj"])
def test_a_name_in_a_layer_without_room_for_its_path(pattern: str) -> None:
    assert matches_nothing(pattern, "llama")
    assert not matches_nothing(pattern, None)  # a model of which nothing is known may have it at the top


@pytest.mark.parametrize("pattern", ["q_proj,v_proj", "q_proj, k_proj, v_proj", "q_proj v_proj"])
def test_a_list_in_one_text_matches_in_no_model(pattern: str) -> None:
    assert matches_nothing(pattern, "llama")
    assert matches_nothing(pattern, None)


@pytest.mark.parametrize(
    "pattern",
    [
        "all-linear",
        "ALL-LINEAR",
        ".*q_proj",
        r".*\.(q|v)_proj",
        r"[\w.]+q_proj",
        "[^,]+_proj",
        "[!-z]+q_proj",  # holds the dot
        r"\S+_proj",
        "lm_head",
        "(q_proj|lm_head)",
        "model",
        "(",
    ],
)
def test_what_may_match(pattern: str) -> None:
    assert not matches_nothing(pattern, "llama")


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(MODULES))
def test_no_path_of_a_module_is_a_name_that_is_taken_to_match_nothing(family: str) -> None:
    pytest.importorskip("transformers")
    paths = {name for name, _ in build(family).named_modules()}
    assert not [name for name in paths if matches_nothing(name, family)]
