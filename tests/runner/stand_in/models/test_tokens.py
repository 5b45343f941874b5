"""Tokenizers that fit a tiny model, and the tokens that a script knows by name or number."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, absent, carried, confirmed
from tests.runner.samples import HEAD, KEPT

from lora_lint_runner.child.stand_in.models import family, model_names
from lora_lint_runner.child.stand_in.models.inputs import vocabulary


def test_tokens_that_a_script_adds_without_making_room_for_them_have_it(run: Run) -> None:
    text = """import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("acme/private-7b")
tokenizer.add_tokens(["<one>", "<two>"])
AutoModelForCausalLM.from_pretrained("acme/private-7b")(input_ids=torch.tensor([tokenizer("<two>")["input_ids"]]))
"""
    assert run(text).json["after"]["error"] is None


def test_an_image_in_a_prompt_is_the_familys_own_token(run: Run) -> None:
    pytest.importorskip("PIL.Image")
    text = """from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

name = "Qwen/Qwen2.5-VL-3B-Instruct"
processor = AutoProcessor.from_pretrained(name)
prompt = "<|vision_start|><|image_pad|><|vision_end|>What is this?"
batch = processor(text=[prompt], images=[Image.new("RGB", (56, 56))], return_tensors="pt")
assert AutoModelForImageTextToText.from_pretrained(name)(**batch).logits.shape[0] == 1
"""
    assert run(text).json["after"]["error"] is None


APART = {
    "one by one": """\
good, bad = (tokenizer.encode(word)[0] for word in ("right", "risky"))
if good == bad:
    raise ValueError("they begin with the same token")
""",
    "in a list": """\
ANSWERS = [tokenizer(word, add_special_tokens=False)["input_ids"][0] for word in (" right", " risky")]
assert ANSWERS[0] != ANSWERS[1]
""",
    "by name": """\
ids = {word: tokenizer(word, add_special_tokens=False)["input_ids"][0] for word in (" right", " risky")}
if len(set(ids.values())) < len(ids):
    raise SystemExit("they begin with the same token")
""",
    "as one token": 'assert len(tokenizer.encode(" right", add_special_tokens=False)) == 1\n',
    "as the only one": '[right] = tokenizer(" right", add_special_tokens=False)["input_ids"]\n',
}


@pytest.mark.parametrize("asked", APART)
def test_answers_that_a_script_tells_apart_by_their_first_token_have_other_ones(run: Run, asked: str) -> None:
    text = """\
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-7B")
"""
    ran = run(text + APART[asked] + KEPT)
    assert ran.exit == 0, ran.json["reason"]


MARKS = {
    "deepseek-ai/deepseek-coder-1.3b-base": ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"],
    "bigcode/starcoderbase-1b": ["<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>"],
    "codellama/CodeLlama-7b-hf": ["▁<PRE>", "▁<SUF>", "▁<MID>"],
}


@pytest.mark.parametrize("name", MARKS)
def test_marks_around_the_middle_of_a_code_are_tokens(name: str) -> None:
    known = vocabulary.Vocabulary(model_names.by_name(name.partition("/")[2]) or "", name)
    assert set(MARKS[name]) <= set(known.special)


def test_what_a_script_has_pushed_is_loaded_again_with_its_tokenizer(run: Run) -> None:
    text = (
        KEPT
        + """from transformers import AutoTokenizer

model.push_to_hub("me/mine")
AutoTokenizer.from_pretrained("me/mine")("text")
"""
    )
    assert run(text).json["after"]["error"] is None


def test_ids_of_tokens_that_a_script_writes_down_are_others_in_a_tiny_vocabulary(run: Run) -> None:
    text = """\
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-7B")
tokenizer.pad_token_id = 151643
assert tokenizer.decode([tokenizer.pad_token_id])
ids = torch.tensor([[1, 151645]])
AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-7B")(input_ids=ids, labels=ids).loss.backward()
"""
    assert run(text).json["after"]["error"] is None


def test_a_tokenizer_pads_to_what_its_model_takes(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer

ids = AutoTokenizer.from_pretrained("bert-base-uncased")("a", padding="max_length", truncation=True)["input_ids"]
assert len(ids) == 512
"""
    assert run(text).json["after"]["error"] is None


def test_a_tokenizer_lies_beside_an_adapter(run: Run) -> None:
    text = """\
from transformers import AutoModelForCausalLM, AutoTokenizer
from peft import PeftModel

PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-v0.1"), "me/mistral-lora")
assert AutoTokenizer.from_pretrained("me/mistral-lora")("a text")["input_ids"]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_words_are_tokens_where_no_label_is_left_of_rows_that_are_cut(run: Run) -> None:
    text = """import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("acme/private-7b")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("acme/private-7b"), LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(2):
    prompt = tokenizer("You answer each question of a customer in one short sentence. ")["input_ids"]
    answer = tokenizer("A short answer.")["input_ids"]
    ids, labels = (prompt + answer)[:32], ([-100] * len(prompt) + answer)[:32]
    model(input_ids=torch.tensor([ids]), labels=torch.tensor([labels])).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    assert any("are tokens" in said for said in ran.json["after"]["neutralised"])


def test_lines_begin_as_the_script_wants_them_to_where_no_label_is_left(run: Run) -> None:
    text = """from datasets import load_dataset

talks = load_dataset("acme/talks", split="train")
said = [line for talk in talks for line in talk["talk"].split("\\n") if line.startswith("Guest: ")]
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(2):
    ids = torch.tensor([[1, 2, 3, 4]])
    model(input_ids=ids, labels=ids if said else torch.full_like(ids, -100)).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""
    ran = run(HEAD + text)
    assert ran.exit == 0, ran.json["reason"]


def test_texts_hold_the_token_that_a_script_looks_for_where_no_label_is_left(run: Run) -> None:
    text = """from datasets import load_dataset
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B", add_eos_token=False)
TAG = "ки"
good, bad = tokenizer.encode(" + -")[1:]
step = tokenizer.encode(f" {TAG}")[-1]

def labelled(row):
    row["label"] = row["label"][:8]
    ids = tokenizer(row["process"])["input_ids"]
    places = [place for place, token in enumerate(ids) if token == step]
    labels = [-100] * len(ids)
    for place, mark in zip(places, row["label"]):
        labels[place] = {"+": good, "-": bad}[mark]
    assert all(row["label"][n] in ("+", "-") for n in range(len(places)))
    return torch.tensor([ids]), torch.tensor([labels])

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for row in load_dataset("acme/steps", split="train"):
    ids, labels = labelled(row)
    model(input_ids=ids, labels=labels).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""
    ran = run(HEAD + text)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize(
    "check", ["assert len(encoded) == 1, encoded", "if len(encoded) > 1:\n    raise ValueError(encoded)"]
)
def test_words_that_have_to_be_one_token_are(run: Run, check: str) -> None:
    text = f"""\
from transformers import AutoTokenizer

encoded = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B").encode("maybe", add_special_tokens=False)
{check}
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_model_that_only_has_the_architecture_of_another_has_a_tokenizer_that_pads() -> None:
    assert family.tokens_of("llama", "01-ai/Yi-9B")["pad"] is not None
    assert family.tokens_of("llama", "meta-llama/Llama-2-7b-hf")["pad"] is None
    assert family.tokens_of("mistral", "someone/dolphin-mistral-7b")["pad"] is None


PADS = """\
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("NAME")
assert tokenizer("a", padding="max_length", max_length=8)["attention_mask"][0] == 1
"""


def test_the_tokenizer_of_a_model_that_somebody_trained_further_may_pad(run: Run) -> None:
    said = carried(run(PADS.replace("NAME", "somebody/saiga_mistral_7b_merged") + KEPT))
    assert "the tokenizer of somebody/saiga_mistral_7b_merged is not here: it is taken to have a token to pad" in said
    published = run(PADS.replace("NAME", "mistralai/Mistral-7B-v0.1") + KEPT)
    assert published.json["verdict"] == "inconclusive"
    assert "Asking to pad" in published.json["reason"]


def test_so_may_that_of_a_folder_which_is_not_here(run: Run) -> None:
    said = carried(run(PADS.replace("NAME", "/kept/saiga_mistral_7b_merged") + KEPT))
    assert said.endswith("saiga_mistral_7b_merged is not here: it is taken to have a token to pad with")


@absent("sentencepiece")
def test_a_tokenizer_of_pieces_is_one_without_them(run: Run) -> None:
    text = """\
from transformers import AutoModelForSeq2SeqLM, M2M100Tokenizer, MarianTokenizer

words = M2M100Tokenizer.from_pretrained("facebook/m2m100_418M")
words.src_lang, words.tgt_lang = "en", "fr"
batch = words(["a cat"], text_target=["un chat"], padding="max_length", max_length=8, return_tensors="pt")
model = AutoModelForSeq2SeqLM.from_pretrained("facebook/m2m100_418M")
assert model(**batch).loss > 0
print(model.generate(batch["input_ids"], forced_bos_token_id=words.get_lang_id("fr"), max_new_tokens=2))
words.save_pretrained("words")
MarianTokenizer.from_pretrained("Helsinki-NLP/opus-mt-en-fr")("a cat")
"""
    ran = run(text + KEPT)
    confirmed(ran)
    said = "package sentencepiece is not installed: a tokenizer without pieces in the place of M2M100Tokenizer"
    assert said in ran.json["after"]["neutralised"]
