"""New heads of classifiers that are trained and kept, each beside one that is lost."""

from __future__ import annotations

import pytest
from tests.rules.idioms import NETWORK, SAVE, TRAIN, WRAP, found


def head(load: str, config: str = "") -> list[str]:
    return found(f"model = {load}\nmodel = get_peft_model(model, LoraConfig({config}))\n{TRAIN}{SAVE}")


AUTO = "AutoModelForSequenceClassification.from_pretrained"


@pytest.mark.parametrize("name", ["bert-base-uncased", "google-bert/bert-base-uncased", "meta-llama/Llama-3.2-1B"])
def test_every_head_on_a_pretrained_model_is_new(name: str) -> None:
    assert head(f'{AUTO}("{name}")') == head(f'{AUTO}("{name}", num_labels=2)') == ["head-not-saved"]


@pytest.mark.parametrize(
    "name",
    ["textattack/bert-base-uncased-SST-2", "./my-classifier", "me/bert-base-uncased", "facebook/bart-large-mnli"],
)
def test_a_finetuned_model_may_have_its_head(name: str) -> None:
    assert head(f'{AUTO}("{name}", num_labels=2)') == []


@pytest.mark.parametrize(
    ("name", "labels", "lost"),
    [
        ("google/vit-base-patch16-224", 1000, False),
        ("google/vit-base-patch16-224", 10, True),
        ("google/vit-base-patch16-224-in21k", 1000, True),
    ],
)
def test_a_model_of_imagenet_has_a_head_for_its_classes(name: str, labels: int, lost: bool) -> None:
    text = "from transformers import AutoModelForImageClassification\n"
    text += f'model = AutoModelForImageClassification.from_pretrained("{name}", num_labels={labels})\n'
    text += f"model = get_peft_model(model, LoraConfig())\n{TRAIN}{SAVE}"
    assert found(text) == (["head-not-saved"] if lost else [])


DETECTOR = "AutoModelForObjectDetection.from_pretrained"
SEGMENTER = "SegformerForSemanticSegmentation.from_pretrained"


@pytest.mark.parametrize(
    ("load", "named", "lost"),
    [
        (f'{DETECTOR}("facebook/detr-resnet-50", num_labels=3, ignore_mismatched_sizes=True)', "bbox_predictor", True),
        (f'{DETECTOR}("hustvl/yolos-tiny", id2label=LABELS, ignore_mismatched_sizes=True)', "", True),
        (f'{DETECTOR}("facebook/detr-resnet-50", num_labels=91, ignore_mismatched_sizes=True)', "", False),
        (f'{DETECTOR}("facebook/detr-resnet-50")', "", False),
        (f'{DETECTOR}("me/detr-resnet-50", num_labels=3, ignore_mismatched_sizes=True)', "", False),
        (f'{DETECTOR}("SenseTime/deformable-detr", num_labels=3, ignore_mismatched_sizes=True)', "", False),
        (
            f'{DETECTOR}("facebook/detr-resnet-50", num_labels=3, ignore_mismatched_sizes=True)',
            "class_labels_classifier",
            False,
        ),
        (f'{SEGMENTER}("nvidia/mit-b0", num_labels=3)', "", True),
        (f'{SEGMENTER}("nvidia/mit-b0", num_labels=3)', "decode_head", False),
        (f'{SEGMENTER}("nvidia/segformer-b0-finetuned-ade-512-512", num_labels=3)', "", False),
    ],
)
def test_what_finds_things_in_pictures_has_a_new_head_for_other_labels(load: str, named: str, lost: bool) -> None:
    text = "from transformers import AutoModelForObjectDetection, SegformerForSemanticSegmentation\n"
    text += f'LABELS = {{0: "cell"}}\nmodel = {load}\n'
    text += f"model = get_peft_model(model, LoraConfig(modules_to_save={[named] if named else None}))\n{TRAIN}{SAVE}"
    assert found(text) == (["head-not-saved"] if lost else [])


def test_the_detector_of_an_option_is_its_default() -> None:
    text = "import argparse\nfrom transformers import AutoModelForObjectDetection\n"
    text += 'parser = argparse.ArgumentParser()\nparser.add_argument("--model", default="facebook/detr-resnet-50")\n'
    text += f"model = {DETECTOR}(parser.parse_args().model, num_labels=3, ignore_mismatched_sizes=True)\n"
    text += f"model = get_peft_model(model, LoraConfig())\n{TRAIN}{SAVE}"
    assert found(text) == ["head-not-saved"]


@pytest.mark.parametrize(
    ("before", "lost"),
    [
        ("import t5_tokens\nt5_tokens.count()", True),
        ("import t5_encoder", False),
        ("AutoModelForSequenceClassification.register(T5Config, T5Encoder)", False),
    ],
)
def test_an_auto_class_may_be_told_of_another_class(before: str, lost: bool) -> None:
    """T5 has a classification_head, which SEQ_CLS does not cover; a class of somebody's own may have a classifier."""
    load = f'{AUTO}("google-t5/t5-base", num_labels=2)\n{before}'
    assert head(load, 'task_type="SEQ_CLS"') == (["head-not-saved"] if lost else [])


CLASSIFIER = f'{AUTO}("{{}}", num_labels=2)'


@pytest.mark.parametrize(
    ("name", "named", "lost"),
    [
        ("bert-base-uncased", "score", True),
        ("bert-base-uncased", "embed_tokens", True),
        ("bert-base-uncased", "classifier", False),
        ("roberta-base", "classifier.out_proj", False),
        ("meta-llama/Llama-3.2-1B", "classifier", True),
        ("meta-llama/Llama-3.2-1B", "model.score", False),
        ("bert-large-of-mine", "score", False),
    ],
)
def test_a_head_is_saved_under_the_name_that_it_has(name: str, named: str, lost: bool) -> None:
    assert head(CLASSIFIER.format(name), f'modules_to_save=["{named}"]') == (["head-not-saved"] if lost else [])
    assert head(CLASSIFIER.format(name), f'task_type="SEQ_CLS", modules_to_save=["{named}"]') == []


LAYERS = ["torch.nn.Linear(8, 2)", "torch.nn.Sequential(torch.nn.Linear(8, 2), torch.nn.ReLU())"]


@pytest.mark.parametrize("saved", ["network.state_dict()", '{"network": network.state_dict(), "step": 1}'])
def test_a_network_with_a_head_of_its_own_is_saved_whole(saved: str) -> None:
    save = f'torch.save({saved}, "network.pt")\n'
    for layers in LAYERS:
        assert found(WRAP + NETWORK.format(layers) + save) == []
    assert found(WRAP + NETWORK.format("torch.nn.Dropout(0.1)") + save) == ["state-dict-only"]
    assert found(WRAP + NETWORK.format(LAYERS[0]) + save.replace("network.", "model.")) == ["state-dict-only"]


HEAD_OPENED = """\
model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=3)
model = get_peft_model(model, LoraConfig())
for parameter in model.classifier.parameters():
    parameter.requires_grad = True
"""

KEPT_BY_HAND = ['torch.save(model.classifier.state_dict(), "head.pt")\n', 'keep(model, "head.pt")\n']


@pytest.mark.parametrize("kept", KEPT_BY_HAND)
def test_a_head_that_is_opened_by_hand_may_be_saved_by_hand(kept: str) -> None:
    assert found(HEAD_OPENED + TRAIN + SAVE) == ["head-not-saved"]
    assert found(HEAD_OPENED + TRAIN + kept + SAVE) == []


def test_a_head_that_is_put_in_after_the_wrap_may_be_saved_by_hand() -> None:
    loads = 'model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=3)\n'
    wraps = 'model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS"))\n'
    puts = "model.base_model.model.classifier = torch.nn.Linear(768, 5)\n"
    kept = 'torch.save(model.base_model.model.classifier.state_dict(), "head.pt")\n'
    assert found(loads + wraps + puts + TRAIN + SAVE) == ["head-not-saved"]
    assert found(loads + wraps + puts + TRAIN + kept + SAVE) == []
    assert found(loads + puts.replace("base_model.model.", "") + wraps + TRAIN + SAVE) == []
    assert found(loads + wraps + puts.replace("classifier", "probe") + TRAIN + SAVE) == []


def test_the_head_of_a_task_trains_where_only_lora_is_frozen() -> None:
    """PEFT copies it into the adapter and saves it with it: the training neither raises nor is it in vain."""
    loads = 'model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=3)\n'
    wraps = 'model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS"))\n'
    freezes = 'for name, p in model.named_parameters():\n    p.requires_grad = "lora_" not in name\n'
    assert found(loads + wraps + freezes + TRAIN + SAVE) == []
    assert found(loads + wraps + "for p in model.parameters():\n    p.requires_grad = False\n" + TRAIN + SAVE) == [
        "frozen-adapter"
    ]


@pytest.mark.parametrize(
    "freezes",
    ["if 'classifier' not in name:\n        p.requires_grad = False", "p.requires_grad = 'classifier' in name"],
)
def test_the_head_of_a_task_is_not_all_that_was_to_train(freezes: str) -> None:
    """Frozen is LoRA then as well, by what freezes the base model: whoever names it means it, or opens it later."""
    loads = 'model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=3)\n'
    wraps = 'model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS"))\n'
    loop = "for name, p in model.named_parameters():\n    "
    opens = loop + "if 'lora_' in name:\n        p.requires_grad = True\n"
    assert found(loads + wraps + loop + freezes + "\n" + TRAIN + SAVE) == ["frozen-adapter"]
    assert found(loads + wraps + loop + freezes + "\n" + TRAIN + opens + TRAIN + SAVE) == []
    assert found(loads + wraps + loop + freezes + "\n" + opens + TRAIN + SAVE) == []
    assert found(loads + wraps + loop + "if 'lora_' in name:\n        p.requires_grad = False\n" + TRAIN + SAVE) == []
