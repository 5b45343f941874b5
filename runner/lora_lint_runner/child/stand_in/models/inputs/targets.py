"""What models are to learn, drawn at random: the labels that a class takes, by its name and by its config."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import Any

from . import drawn

BOXES = 2  # in a picture
Maker = Callable[[Any, int], dict[str, Any]]


def labels_for(model: Any, count: int, taken: Container[str]) -> dict[str, Any]:
    """`taken` are the names of what its `forward` takes."""
    name, config = type(model).__name__, getattr(model, "config", None)
    if name.endswith("ForQuestionAnswering") and "start_positions" not in taken and "pixel_values" in taken:
        return (_words if hasattr(config, "text_config") else _chosen)(config, count)  # BLIP, ViLT
    main = getattr(model, "main_input_name", "input_ids")
    if name.endswith("ForAudioFrameClassification") and hasattr(model, "_get_feat_extract_output_lengths"):
        of_sounds = main == "input_values"
        frames = model._get_feat_extract_output_lengths(drawn.SAMPLES) if of_sounds else drawn.FRAMES
        return _chosen(config, count, int(frames))
    if name.endswith("ForSequenceClassification") and main == "input_ids":
        return _of_texts(config, count)
    make = next((made for end, made in LABELS if re.search(end, name)), None)
    ends = hasattr(model, "get_output_embeddings") and model.get_output_embeddings() is not None
    if make is None and ends and "labels" in taken:  # any other model that ends in words
        make = _words if getattr(config, "is_encoder_decoder", False) else _same_words
    return make(config, count) if make is not None else {}


def _classes(config: Any, count: int, *places: int) -> dict[str, Any]:
    import torch

    kinds = int(getattr(config, "num_labels", None) or 2)
    problem = getattr(config, "problem_type", None)
    if not places and (kinds == 1 or problem == "regression"):
        return {"labels": torch.rand(count) if kinds == 1 else torch.rand(count, kinds)}
    if problem == "multi_label_classification":
        return {"labels": torch.randint(0, 2, (count, kinds)).float()}
    return {"labels": torch.randint(0, kinds, (count, *places))}


def _chosen(config: Any, count: int, *places: int) -> dict[str, Any]:
    """Which of the classes it is, as a number for each of them."""
    import torch

    kinds = int(getattr(config, "num_labels", None) or 2)
    found = torch.randint(0, kinds, (count, *places))
    return {"labels": torch.nn.functional.one_hot(found, kinds).float()}


def _of_texts(config: Any, count: int) -> dict[str, Any]:
    """A model that reads and writes tells the class by the end of a text (BART, transformers 5.23)."""
    ids, end = drawn.tokens(config, count), getattr(config, "eos_token_id", None)
    if getattr(config, "is_encoder_decoder", False) and isinstance(end, int):
        ids["input_ids"][:, -1] = end
    return {**ids, **_classes(config, count)}


def _choices(config: Any, count: int) -> dict[str, Any]:
    """Of each row as many texts as there are choices."""
    ids = drawn.tokens(config, 2 * count)
    return {**{name: part.view(count, 2, -1) for name, part in ids.items()}, "labels": _classes(None, count)["labels"]}


def _boxes(config: Any, count: int) -> dict[str, Any]:
    """Middles and sizes of what is to be found in each picture, as parts of it."""
    import torch

    def found() -> dict[str, Any]:
        return {"class_labels": _classes(config, BOXES)["labels"], "boxes": 0.25 + torch.rand(BOXES, 4) / 4}

    return {"labels": [found() for _ in range(count)]}


def _of_pixels(config: Any, count: int) -> dict[str, Any]:
    return _classes(config, count, *drawn.pictures(config, 1)["pixel_values"].shape[-2:])


def _spans(config: Any, count: int) -> dict[str, Any]:
    import torch

    return {f"{end}_positions": torch.randint(0, drawn.TOKENS, (count,)) for end in ("start", "end")}


def _answers(config: Any, count: int) -> dict[str, Any]:
    """Of a model that translates, and of one that goes on from what it was told, as those of pictures and texts do."""
    goes_on = not getattr(config, "is_encoder_decoder", False) and not hasattr(config, "decoder")
    return (_same_words if goes_on and hasattr(config, "text_config") else _words)(config, count)


def _words(config: Any, count: int) -> dict[str, Any]:
    decoder = getattr(config, "decoder", None)
    return {"labels": drawn.ids(decoder if hasattr(decoder, "vocab_size") else config, count, 8)}


def _same_words(config: Any, count: int) -> dict[str, Any]:
    ids = drawn.tokens(config, count)
    return {**ids, "labels": ids["input_ids"].clone()}


LABELS: tuple[tuple[str, Maker], ...] = (  # by the end of a class's name, the first one counts
    (r"ForTokenClassification$", lambda config, count: _classes(config, count, drawn.TOKENS)),
    (r"ForSemanticSegmentation$", _of_pixels),
    (r"Classification$", _classes),
    (r"ForMultipleChoice$", _choices),
    (r"ForObjectDetection$", _boxes),
    (r"ForQuestionAnswering$", _spans),
    (r"For(CausalLM|MaskedLM|PreTraining)$|LMHeadModel$", _same_words),
    (r"ForCTC$|ConditionalGeneration$|EncoderDecoderModel$|Seq2Seq|ForVision2Seq$", _answers),
)
