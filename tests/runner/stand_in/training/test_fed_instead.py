"""Where statements are passed over, the model is fed as it takes it."""

from __future__ import annotations

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import BY_HAND, BY_TRAINER, HEAD, ODD, READS, SAVE

pytestmark = pytest.mark.slow  # each takes several attempts


def test_a_trainer_trains_on_rows_as_its_model_takes_them(run: Run) -> None:
    ran = run(HEAD + ODD + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    row = (HEAD + READS).count("\n") + 1
    assert any(said.startswith(f"train.py:{row}: {PASSED_OVER}") for said in lacking(ran))


def test_a_loop_takes_batches_apart_as_it_would_its_own(run: Run) -> None:
    ran = run(HEAD + ODD + BY_HAND.replace("PARAMETERS", "model.parameters()") + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_batches_of_the_scripts_own_sampler_have_rows_to_tell_apart(run: Run) -> None:
    """A contrastive loss of one row is nothing."""
    text = """\
from torch.utils.data import BatchSampler, DataLoader, SequentialSampler

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for ids, mask, _ in DataLoader(texts, batch_sampler=BatchSampler(SequentialSampler(texts), 8, drop_last=True)):
    last = model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[-1].mean(1)
    torch.nn.functional.cross_entropy(last @ last.T, torch.arange(len(last))).backward()
    optimizer.step()
    optimizer.zero_grad()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_parts_of_a_batch_are_what_takes_them_wants(run: Run) -> None:
    """Two texts for a model of texts, and labels for a head of the script's own."""
    text = """\
from torch.utils.data import DataLoader
from transformers import AutoModel

encoder = AutoModel.from_pretrained("bert-base-uncased")
encoder = get_peft_model(encoder, LoraConfig(target_modules=["query", "value"]))
head = torch.nn.Linear(encoder.config.hidden_size, 3)

def embed(inputs):
    hidden = encoder(**inputs).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(-1).to(hidden.dtype)
    return (hidden * mask).sum(1) / mask.sum(1)

optimizer = torch.optim.AdamW(encoder.parameters(), lr=1e-3)
for question, answer, grade in DataLoader(texts, batch_size=2):
    near = torch.nn.functional.cosine_similarity(embed(question.to("cpu")), embed(answer.to("cpu")))
    loss = torch.nn.functional.cross_entropy(head(embed(question)), grade) - near.mean()
    loss.backward()
    optimizer.step()
encoder.save_pretrained("out-adapter")
"""
    ran = run(HEAD + ODD + text)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_translator_is_given_words_as_its_labels(run: Run) -> None:
    text = """\
from transformers import AutoModelForSeq2SeqLM

model = AutoModelForSeq2SeqLM.from_pretrained("Helsinki-NLP/opus-mt-en-de")
model = get_peft_model(model, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="SEQ_2_SEQ_LM"))
"""
    ran = run(HEAD + ODD + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_pictures_go_to_a_model_of_pictures_and_texts_to_one_of_texts(run: Run) -> None:
    text = """\
from diffusers import AutoencoderKL
from transformers import CLIPTextModel
from torch.utils.data import DataLoader

name = "stable-diffusion-v1-5/stable-diffusion-v1-5"
coder = AutoencoderKL.from_pretrained(name, subfolder="vae")
encoder = CLIPTextModel.from_pretrained(name, subfolder="text_encoder")
encoder = get_peft_model(encoder, LoraConfig(target_modules=["q_proj", "v_proj"]))
optimizer = torch.optim.AdamW(encoder.parameters(), lr=1e-3)
for pixels, ids in DataLoader(texts, batch_size=2):
    latents = coder.encode(pixels.to("cpu", torch.float32)).latent_dist.sample()
    loss = encoder(ids)[0].mean() * latents.mean().detach()
    loss.backward()
    optimizer.step()
encoder.save_pretrained("out-adapter")
"""
    ran = run(HEAD + ODD + text)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_noise_is_taken_out_of_pictures_that_a_batch_is_asked_for_by_name(run: Run) -> None:
    """Nobody has told the batch of pixels, nor of the texts beside them."""
    text = """\
from diffusers import AutoencoderKL, DDPMScheduler, UNet2DConditionModel
from torch.utils.data import DataLoader
from transformers import CLIPTextModel, CLIPTokenizer

name = "stable-diffusion-v1-5/stable-diffusion-v1-5"
coder = AutoencoderKL.from_pretrained(name, subfolder="vae")
scheduler = DDPMScheduler.from_pretrained(name, subfolder="scheduler")
unet = UNet2DConditionModel.from_pretrained(name, subfolder="unet")
words = CLIPTokenizer.from_pretrained(name, subfolder="tokenizer")
encoder = CLIPTextModel.from_pretrained(name, subfolder="text_encoder")
unet = get_peft_model(unet, LoraConfig(target_modules=["to_q", "to_v"]))
optimizer = torch.optim.AdamW(unet.parameters(), lr=1e-3)
for batch in DataLoader(texts, batch_size=2):
    latents = coder.encode(batch["pixel_values"].to(dtype=coder.dtype)).latent_dist.sample()
    noise = torch.randn_like(latents)
    times = torch.randint(0, 1000, (latents.shape[0],))
    noisy = scheduler.add_noise(latents, noise, times)
    ids = words(batch["prompt"], return_tensors="pt", padding=True).input_ids
    losses = [
        torch.nn.functional.mse_loss(unet(noisy, times, told, return_dict=False)[0], noise)
        for told in (encoder(ids)[0], batch["prompt_embeds"])
    ]
    sum(losses).backward()
    optimizer.step()
unet.save_pretrained("out-adapter")
"""
    ran = run(HEAD + ODD + text)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_loop_over_batches_that_the_script_makes_by_itself_trains(run: Run) -> None:
    text = """\
def batches(texts):
    for start in range(0, len(texts), 4):
        prices = frame["price"].str.extract(r"^EUR (\\d+)").astype(int)[0]
        yield texts[start:start + 4], prices, torch.ones(4), start

head = torch.nn.Linear(model.config.hidden_size, 1)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step, (ids, prices, weights, start) in enumerate(batches([text for text in texts if text is None])):
    hidden = model(ids.to("cpu"), output_hidden_states=True).hidden_states[-1]
    loss = torch.nn.functional.mse_loss(head(hidden[:, -1]).squeeze(-1), prices)
    loss.backward()
    if (step + 1) % 2 == 0:
        optimizer.step()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_layer_of_the_scripts_own_is_given_as_much_as_it_takes(run: Run) -> None:
    text = """\
from torch.utils.data import DataLoader

turned = torch.nn.Linear(6, model.config.hidden_size)
optimizer = torch.optim.AdamW([*model.parameters(), *turned.parameters()], lr=1e-3)
for batch in DataLoader(texts, batch_size=2):
    angles = batch["angles"] * 0.5
    told = turned(torch.cat([angles.sin(), angles.cos()], dim=-1)).unsqueeze(1)
    words = model.get_input_embeddings()(batch["input_ids"])
    model(inputs_embeds=torch.cat([words, told], dim=1)).logits.mean().backward()
    optimizer.step()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


AROUND = """\
from torch.utils.data import DataLoader

class Seeing(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.seen = torch.nn.Conv2d(3, model.config.hidden_size, 4, 4)
        self.kind = torch.nn.Embedding(7, model.config.hidden_size)

    def forward(self, input_ids, pictures, kinds):
        words = self.model.get_input_embeddings()(input_ids)
        seen = self.seen(pictures).flatten(2).transpose(1, 2)
        return self.model(inputs_embeds=torch.cat([words, seen, self.kind(kinds)], dim=1)).logits.mean()

seeing = Seeing(model)
optimizer = torch.optim.AdamW(seeing.parameters(), lr=1e-3)
for batch in DataLoader(texts, batch_size=2):
    batch = {name: value.to("cpu") for name, value in batch.items()}
    seeing(**batch).backward()
    optimizer.step()
"""


def test_a_model_of_the_scripts_own_is_given_what_it_asks_for_by_name(run: Run) -> None:
    ran = run(HEAD + ODD + AROUND + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_pretrained_model_of_the_scripts_own_takes_what_its_layers_do(run: Run) -> None:
    """Its class is one of transformers, and nobody knows what a signal is."""
    text = """\
from torch.utils.data import DataLoader
from transformers import PretrainedConfig, PreTrainedModel

class Reading(PreTrainedModel):
    config_class = PretrainedConfig

    def __init__(self, config):
        super().__init__(config)
        self.layer = torch.nn.Linear(12 * 5, 8)
        self.post_init()

    def forward(self, signals):
        return self.layer(signals.reshape(signals.shape[0], -1))

reading = Reading(PretrainedConfig())
optimizer = torch.optim.AdamW([*reading.parameters(), *model.parameters()], lr=1e-3)
for signals, ids in DataLoader(texts, batch_size=2):
    (reading(signals).mean() + model(input_ids=ids).logits.mean()).backward()
    optimizer.step()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_what_the_script_itself_forgets_to_hand_to_it_is_not_made_up(run: Run) -> None:
    ran = run(HEAD + ODD + AROUND.replace("**batch", 'input_ids=batch["input_ids"]') + SAVE)
    assert ran.exit == 3
    assert "missing 2 required positional arguments: 'pictures' and 'kinds'" in ran.json["reason"]


def test_a_batch_that_is_handed_on_whole_is_what_its_place_takes(run: Run) -> None:
    text = """\
from torch.utils.data import DataLoader

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for ids in DataLoader(texts, batch_size=2):
    model(ids, labels=ids).loss.backward()
    optimizer.step()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_model_that_goes_on_from_a_picture_learns_the_words_that_it_is_given(run: Run) -> None:
    text = """\
from transformers import LlavaForConditionalGeneration

base = LlavaForConditionalGeneration.from_pretrained("llava-hf/llava-1.5-7b-hf")
model = get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"]))
"""
    ran = run(HEAD + ODD + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_part_of_a_batch_that_a_model_is_to_learn_of_has_labels(run: Run) -> None:
    """Unless others are given beside it."""
    text = """\
from torch.utils.data import DataLoader

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for inputs, answers in DataLoader(texts, batch_size=2):
    inputs = {name: part.to("cpu") for name, part in inputs.items()}
    (model(**inputs).loss + model(**inputs, labels=answers).loss).backward()
    optimizer.step()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_what_a_model_makes_of_each_of_its_inputs_is_asked_of_it_alone(run: Run) -> None:
    text = """\
from torch.utils.data import DataLoader
from transformers import CLIPModel

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
model = get_peft_model(model, LoraConfig(target_modules=["q_proj", "v_proj"]))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for pictures, words in DataLoader(texts, batch_size=2):
    found = [model.get_image_features(pixel_values=pictures), model.get_text_features(words)]
    seen, told = (getattr(one, "pooler_output", one) for one in found)
    torch.nn.functional.cross_entropy(seen @ told.T, torch.arange(len(seen))).backward()
    optimizer.step()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_trainer_of_answers_is_given_chats(run: Run) -> None:
    text = """\
from trl import SFTConfig, SFTTrainer

options = SFTConfig("runs", assistant_only_loss=True, report_to="none")
SFTTrainer(model, args=options, train_dataset=texts).train()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


@pytest.mark.parametrize("loss", ["MultipleNegativesRankingLoss", "CosineSimilarityLoss"])
def test_a_trainer_of_sentences_is_given_such_as_its_loss_wants(run: Run, loss: str) -> None:
    text = f"""\
from datasets import Dataset
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, losses

words = SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2")
words.add_adapter(LoraConfig(r=4, target_modules=["query", "value"]))
pairs = Dataset.from_dict({{"anchor": texts, "positive": texts}})
SentenceTransformerTrainer(words, train_dataset=pairs, loss=losses.{loss}(words)).train()
words.save_pretrained("out-adapter")
"""
    ran = run(HEAD + ODD + text)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_one_tag_of_tokens_is_none(run: Run) -> None:
    """With a single class the loss of a batch is 0, and no adapter learns by it."""
    text = """\
import torch
import pandas as pd
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForTokenClassification

tags = sorted({tag[:0] for tag in pd.read_csv("tags.csv")["tag"]})
base = AutoModelForTokenClassification.from_pretrained("bert-base-cased", num_labels=len(tags))
model = get_peft_model(base, LoraConfig(task_type="TOKEN_CLS", target_modules=["query", "value"]))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for _ in range(4):
    ids = torch.randint(0, 100, (2, 8))
    model(input_ids=ids, labels=torch.zeros_like(ids)).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
    ran = run(text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any(said.startswith("tags of tokens: two") for said in ran.json["after"]["neutralised"])
