"""Why a save asks for embeddings that a model of speech has not, is said with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lora_lint_runner.child.stopped import no_embeddings


def get_peft_model_state_dict() -> None:
    """As PEFT's: it asks the model for its embeddings."""
    raise NotImplementedError("`get_input_embeddings` not auto-handled for Wav2Vec2Model; please override it.")


def resize() -> None:
    raise NotImplementedError("`get_input_embeddings` not auto-handled for Wav2Vec2Model; please override it.")


@pytest.mark.parametrize(("asking", "told"), [(get_peft_model_state_dict, True), (resize, False)])
def test_it_is_told_where_peft_asks_while_it_saves(asking: Callable[[], None], told: bool) -> None:
    with pytest.raises(NotImplementedError) as met:
        asking()
    assert ("save_embedding_layers=False" in no_embeddings.of(met.value)) == told
