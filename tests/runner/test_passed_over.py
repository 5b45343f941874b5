"""Statements that made-up rows do not suit: where nothing else helps they are passed over, and the model is fed as it
takes it."""

from __future__ import annotations

from types import SimpleNamespace

from lora_lint_runner.child.stand_in.training import feeding

from .conftest import Ran, Run
from .samples import HEAD, SAVE

READS = """\
import pandas as pd

frame = pd.read_csv("prices.csv")
"""
ODD = (
    READS
    + """\
parts = frame["price"].str.extract(r"^EUR (\\d+)\\.(\\d\\d)$").astype(int)
texts = [f"It costs {euros} euros and {cents} cents." for euros, cents in parts.itertuples(index=False)]
"""
)
BY_TRAINER = """\
from transformers import AutoTokenizer, Trainer, TrainingArguments

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
rows = [tokenizer(text) for text in texts]
options = TrainingArguments("runs", save_strategy="no", report_to="none")
Trainer(model=model, args=options, train_dataset=rows).train()
"""
BY_HAND = """\
from torch.utils.data import DataLoader

optimizer = torch.optim.AdamW(PARAMETERS, lr=1e-3)
for ids, mask, labels in DataLoader(texts, batch_size=2):
    model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
YEARS = range(1990, 2020)
TOLD = "passed over, as made-up rows do not suit it ("


def lacking(ran: Ran) -> list[str]:
    return [lack["text"] for lack in ran.json["after"]["lacking"]]


def test_a_trainer_trains_on_rows_as_its_model_takes_them(run: Run) -> None:
    ran = run(HEAD + ODD + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    row = (HEAD + READS).count("\n") + 1
    assert any(said.startswith(f"train.py:{row}: {TOLD}") for said in lacking(ran))


def test_a_loop_takes_batches_apart_as_it_would_its_own(run: Run) -> None:
    ran = run(HEAD + ODD + BY_HAND.replace("PARAMETERS", "model.parameters()") + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_what_a_function_was_to_bind_is_bound(run: Run) -> None:
    text = """\
def prepare():
    found = []
    for price in frame["price"]:
        euros, cents = price.split(" EUR ")
        found.append((euros, cents))
    return [f"It costs {euros} euros and {cents} cents." for euros, cents in found]

texts = prepare()
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_what_the_script_itself_waits_for_is_not_passed_over(run: Run) -> None:
    """It ends the loop."""
    text = """\
def prices():
    lines = iter(frame["price"])
    while True:
        try:
            euros, cents = next(lines).split(" EUR ")
        except StopIteration:
            break
        yield f"It costs {euros} euros and {cents} cents."

texts = list(prices())
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any("passed over" in said for said in lacking(ran))


def test_a_data_set_that_is_gone_through_to_its_end_has_one(run: Run) -> None:
    text = """\
class Texts:
    def __len__(self):
        return len(texts)

    def __getitem__(self, place):
        return texts[place]

lengths = [len(text) for text in Texts()]
"""
    plain = 'texts = [*frame["price"]]\n'
    ran = run(HEAD + ODD + plain + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert not any("IndexError" in said for said in lacking(ran))


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


def test_many_statements_are_passed_over_in_one_attempt(run: Run) -> None:
    """There are more than a script is tried again."""
    text = "".join(f'parts["{year}"] = frame["price"].str.extract(r"{year}: (\\d+)").astype(int)\n' for year in YEARS)
    ran = run(HEAD + ODD + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert sum(TOLD in said for said in lacking(ran)) > len(YEARS)


def test_tests_that_are_taken_to_keep_all_rows_keep_them_there_too(run: Run) -> None:
    text = """\
texts = []
for price in frame["price"]:
    if sum(map(ord, price)) % 9973 != 1:
        continue
    texts.append(frame["price"].str.extract(r"^EUR (\\d+)").astype(int)[0][0])
assert texts or len(frame) > 10**6
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    row = (HEAD + READS).count("\n") + 3
    said = " ".join(lacking(ran))
    assert f"train.py:{row}: leaves none of the made-up rows: taken to keep them" in said
    assert f"train.py:{row + 2}: {TOLD}" in said


def test_a_group_of_errors_goes_on_to_who_waits_for_it(run: Run) -> None:
    text = """\
try:
    raise ExceptionGroup("prices", [ValueError("EUR")])
except* ValueError:
    print("no price is readable")
"""
    ran = run(HEAD + ODD + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert not any("ExceptionGroup" in said for said in lacking(ran))


def test_a_loop_that_waits_for_what_it_no_longer_gets_is_left(run: Run) -> None:
    text = """\
prices = []
while len(prices) < len(texts) or not prices:
    prices.extend(frame["price"].str.extract(r"^EUR (\\d+)").astype(int)[0])
"""
    ran = run(HEAD + ODD + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_an_adapter_that_no_optimizer_holds_has_failed_all_the_same(run: Run) -> None:
    ran = run(HEAD + ODD + BY_HAND.replace("PARAMETERS", "[torch.nn.Parameter(torch.ones(1))]") + SAVE)
    assert ran.json["verdict"] == "failed", ran.json["reason"]


def test_what_deals_with_a_model_is_not_passed_over(run: Run) -> None:
    text = HEAD + READS + "model.resize_token_embeddings(len(frame) // 0)\n" + SAVE
    ran = run(text)
    assert ran.json["verdict"] == "inconclusive"
    assert "ZeroDivisionError" in ran.json["reason"]
    assert not any("passed over" in said for said in lacking(ran))


def test_nothing_is_passed_over_where_no_rows_are_made_up(run: Run) -> None:
    ran = run(HEAD + "first = [][0]\n" + SAVE)
    assert ran.json["verdict"] == "inconclusive"
    assert "IndexError" in ran.json["reason"]


def test_that_a_tokenizer_cannot_pad_is_the_scripts_own_fault(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer

words = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
frame["ids"] = words(list(frame["note"].astype(str)), padding="max_length")["input_ids"]
"""
    ran = run(HEAD + READS + text + SAVE)
    assert ran.exit == 3
    assert "does not have a padding token" in ran.json["reason"]
    assert not any(TOLD in said for said in lacking(ran))


def test_a_trainer_of_answers_is_given_chats(run: Run) -> None:
    text = """\
from trl import SFTConfig, SFTTrainer

options = SFTConfig("runs", assistant_only_loss=True, report_to="none")
SFTTrainer(model, args=options, train_dataset=texts).train()
"""
    ran = run(HEAD + ODD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_rows_that_a_trainer_has_prepared_by_itself_are_no_batches_of_a_model() -> None:
    """Though rows that were made up at first were refused."""
    seen = SimpleNamespace(spec=SimpleNamespace(learned={"fed": True}), met=SimpleNamespace(texts_given=True))
    assert not feeding.useless(seen, [{"prompt": "What is it?"}])  # type: ignore[arg-type]
    seen.met.texts_given = False
    assert feeding.useless(seen, [{"prompt": "What is it?"}])  # type: ignore[arg-type]


def test_what_becomes_nan_may_be_for_want_of_rows(run: Run) -> None:
    text = "weights = torch.tensor([sum(len(text) for text in []) / torch.zeros(())])\n"
    lost = BY_HAND.replace("PARAMETERS", "model.parameters()").replace(".loss.", ".loss.mul(weights.sum()).")
    ran = run(HEAD + ODD + text + lost + SAVE)
    assert ran.json["verdict"] == "inconclusive", ran.json["reason"]
    assert "hold NaN or Inf" in ran.json["reason"]
