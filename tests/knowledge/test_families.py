"""The module names of each family in the tables, against a model of that family built without weights."""

from __future__ import annotations

import pytest
from tests.knowledge.families import modules_of

from lora_lint.knowledge.families import MODULES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("family", sorted(MODULES))
def test_no_module_of_the_family_is_missing(family: str) -> None:
    pytest.importorskip("transformers")
    linear, embeddings = modules_of(family)
    assert not (linear | embeddings) - MODULES[family]
