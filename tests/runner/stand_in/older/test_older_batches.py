"""Rows and batches of a script's own, as older releases of trl took them."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, carried
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE, TRAINER

from lora_lint_runner.child.stand_in.older import sentences

OF_TORCH = """\
from trl import SFTConfig, SFTTrainer

class Own(torch.utils.data.Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, place):
        ids = torch.tensor([1, 2, 3, 4])
        return {"input_ids": ids, "labels": ids}

def collate(rows):
    return {name: torch.stack([row[name] for row in rows]) for name in ("input_ids", "labels")}
"""


def test_rows_of_torch_and_batches_without_a_mask_are_taken_as_older_releases_of_trl_took_them(run: Run) -> None:
    text = OF_TORCH + 'SFTTrainer(model, SFTConfig("o"), train_dataset=Own(), data_collator=collate).train()\n'
    ran = run(HEAD + text + SAVE)
    assert "take no Dataset of torch, as Own is one; now datasets.Dataset" in carried(ran)
    assert "wants attention_mask in each batch" in ran.json["after"]["lacking"][1]["text"]


def test_a_loss_of_the_scripts_own_asks_a_second_model_about_the_batch(run: Run) -> None:
    text = """\
from trl import SFTConfig, SFTTrainer

class Held(SFTTrainer):
    def compute_loss(self, model, inputs, **options):
        loss = super().compute_loss(model, inputs, **options)
        return loss + 0 * base(**inputs, use_cache=False).logits.mean()

words = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
Held(model, SFTConfig("o"), train_dataset=rows, processing_class=words).train()
"""
    assert "leaves use_cache in each batch" in carried(run(HEAD + TRAINER + text + SAVE))


def test_a_processor_that_is_put_together_knows_nothing_of_patches(run: Run) -> None:
    text = """\
from PIL import Image
from transformers import AutoTokenizer, CLIPImageProcessor, LlavaForConditionalGeneration, LlavaProcessor

name = "llava-hf/llava-1.5-7b-hf"
base = LlavaForConditionalGeneration.from_pretrained(name)
model = get_peft_model(base, LoraConfig(target_modules=["q_proj"]))
parts = CLIPImageProcessor.from_pretrained(name), AutoTokenizer.from_pretrained(name)
processor = LlavaProcessor(image_processor=parts[0], tokenizer=parts[1])
batch = processor(text="USER: <image> What is it?", images=Image.new("RGB", (64, 48)), return_tensors="pt")
model(**batch, labels=batch["input_ids"]).loss.backward()
torch.optim.SGD(model.parameters(), lr=1.0).step()
"""
    assert carried(run(HEAD + text + SAVE)).endswith("wants patch_size and vision_feature_select_strategy")


def test_sounds_under_an_older_name_may_go_unseen() -> None:
    def call(**kwargs: object) -> None:
        raise ValueError("Found 1 <|AUDIO|> tokens in the text but no audio inputs were passed.")

    with pytest.raises(ValueError) as stopped:
        call(audios=[[0.1, 0.2]])
    assert str(sentences.said(stopped.value)).endswith("take no audios; now audio")
    with pytest.raises(ValueError) as stopped:
        call(sampling_rate=16000)
    assert sentences.said(stopped.value) is None


def test_the_language_model_of_a_larger_one_had_its_head(run: Run) -> None:
    text = """\
from transformers import LlavaForConditionalGeneration

whole = LlavaForConditionalGeneration.from_pretrained("llava-hf/llava-1.5-7b-hf")
model = whole.model.language_model = get_peft_model(
    whole.model.language_model, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
ids = torch.tensor([[1, 2, 3, 4]])
model(input_ids=ids, labels=ids).loss.backward()
torch.optim.SGD(model.parameters(), lr=1.0).step()
assert whole(input_ids=ids).logits.shape[:2] == (1, 4)
"""
    assert "language_model of LlavaForConditionalGeneration is a LlamaModel without" in carried(run(HEAD + text + SAVE))


def test_also_where_the_larger_one_is_let_go(run: Run) -> None:
    text = """\
from transformers import LlavaForConditionalGeneration

model = LlavaForConditionalGeneration.from_pretrained("llava-hf/llava-1.5-7b-hf")
model = model.model.language_model
model = get_peft_model(model, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))
ids = torch.tensor([[1, 2, 3, 4]])
model(input_ids=ids, labels=ids).loss.backward()
torch.optim.SGD(model.parameters(), lr=1.0).step()
"""
    assert "language_model of a larger model is a LlamaModel without a head" in carried(run(HEAD + text + SAVE))


@pytest.mark.parametrize(
    "use",
    [
        'random.shuffle(rows["text"])',
        'print(["a"] + rows["text"])',
        'json.dumps(rows["text"])',
        'rows["text"].append("a")',
        'AutoTokenizer.from_pretrained("gpt2")(rows["text"])',
    ],
)
def test_a_column_is_a_list(run: Run, use: str) -> None:
    text = "import json, random\nfrom transformers import AutoTokenizer\nfrom datasets import Dataset\n"
    text += f'rows = Dataset.from_dict({{"text": ["b", "c"] * 8}})\n{use}\n'
    assert carried(run(text + HEAD + LOOP + SAVE)).endswith('is no list, rows["text"][:] is one')


def test_a_text_model_of_clip_had_its_parts_in_one(run: Run) -> None:
    text = """\
from transformers import CLIPTextModel

CLIPTextModel.from_pretrained("openai/clip-vit-base-patch32").text_model.embeddings.requires_grad_(True)
"""
    assert "CLIPTextModel of transformers 5.23.0 has no text_model; now the model itself" in carried(run(text + KEPT))
