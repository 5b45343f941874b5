"""Trainers that are used as older releases had them: what a script gives them, and what it overrides."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, carried, reason
from tests.runner.samples import HEAD, SAVE, TRAINER

from lora_lint_runner.child.stand_in.older import sentences
from lora_lint_runner.child.stand_in.older.trainers import pairs, sighted


def test_a_trainer_of_the_scripts_own_has_its_tokenizer_under_the_older_name(run: Run) -> None:
    text = """\
class Mine(Trainer):
    def compute_loss(self, *args, **options):
        assert self.tokenizer.eos_token
        return super().compute_loss(*args, **options)

words = AutoTokenizer.from_pretrained("microsoft/phi-2")
words.pad_token = words.eos_token
Mine(model, TrainingArguments("o"), train_dataset=rows, processing_class=words).train()
"""
    assert carried(run(HEAD + TRAINER + text + SAVE)).endswith("has no tokenizer; now processing_class")


@pytest.mark.parametrize("kept", ["remove_unused_columns=False, ", ""])
def test_a_list_of_chats_is_taken_as_older_trainers_took_it(run: Run, kept: str) -> None:
    text = f"""\
from transformers import AutoTokenizer
from trl import SFTConfig, SFTTrainer

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
chats = [[{{"role": "user", "content": f"{{place}}"}}] for place in range(8)]

def collate(rows):
    batch = tokenizer([row[0]["content"] for row in rows], return_tensors="pt", padding=True)
    return {{**batch, "labels": batch["input_ids"]}}

args = SFTConfig("o", {kept}dataset_kwargs={{"skip_prepare_dataset": True}})
tokenizer.pad_token = tokenizer.eos_token
SFTTrainer(model, args, data_collator=collate, train_dataset=chats, processing_class=tokenizer).train()
"""
    assert carried(run(HEAD + text + SAVE)).endswith("is no list any more, but a Dataset")


@pytest.mark.slow
def test_a_tokenizer_that_cannot_pad_was_made_to_by_the_trainer(run: Run) -> None:
    text = """\
from datasets import Dataset
from transformers import AutoTokenizer, DataCollatorForLanguageModeling
from trl import SFTConfig, SFTTrainer

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
rows = Dataset.from_dict({"text": ["a word"] * 16})
collate = DataCollatorForLanguageModeling(tokenizer, mlm=False)
SFTTrainer(model, SFTConfig("o"), data_collator=collate, train_dataset=rows, processing_class=tokenizer).train()
"""
    assert carried(run(HEAD + text + SAVE)).endswith("now tokenizer.pad_token = tokenizer.eos_token before it")


def test_labels_that_a_collator_makes_itself_were_not_those_of_the_trainer(run: Run) -> None:
    text = """\
from datasets import Dataset
from transformers import AutoTokenizer, DataCollatorForLanguageModeling
from trl import SFTConfig, SFTTrainer

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
tokenizer.pad_token = tokenizer.eos_token
rows = Dataset.from_dict({"text": ["a word", "two words of it"] * 8})
collate = DataCollatorForLanguageModeling(tokenizer, mlm=False)
SFTTrainer(model, SFTConfig("o"), data_collator=collate, train_dataset=rows, processing_class=tokenizer).train()
"""
    assert carried(run(HEAD + text + SAVE)).endswith("now no data_collator: its own one pads")


@pytest.mark.slow
def test_labels_are_made_of_the_masks_of_rows_that_the_script_prepared(run: Run) -> None:
    text = """\
from datasets import Dataset
from trl import SFTConfig, SFTTrainer

rows = Dataset.from_dict({"input_ids": [[1, 2, 3, 4]] * 8, "completion_mask": [[0, 0, 1, 1]] * 8})
options = SFTConfig("runs", dataset_kwargs={"skip_prepare_dataset": True}, completion_only_loss=True)
trainer = SFTTrainer(model, args=options, train_dataset=rows, eval_dataset={"some": rows})
trainer.train()
assert trainer.train_dataset[0]["labels"] == [-100, -100, 3, 4]
trainer.save_model("out")
"""
    assert "makes no labels of completion_mask" in carried(run(HEAD + text))


PROMPTED = {
    "texts": """\
rows = Dataset.from_dict({"prompt": ["how?"] * 8, "answer": ["so"] * 8, "text": ["how? so"] * 8})
options = {}
""",
    "chats": """\
turns = [{"role": "user", "content": "how?"}, {"role": "assistant", "content": "so"}]
rows = Dataset.from_dict({"prompt": ["how?"] * 8, "messages": [turns] * 8})
options = {}
""",
    "the text itself": """\
rows = Dataset.from_dict({"prompt": ["how? so"] * 8})
options = {"field": "prompt"}
""",
    "formatted": """\
rows = Dataset.from_dict({"prompt": ["how?"] * 8, "answer": ["so"] * 8})
options = {"formatting_func": lambda row: row["prompt"] + row["answer"]}
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("rows", PROMPTED.values(), ids=PROMPTED)
def test_a_prompt_beside_the_text_was_nothing_to_train_on(run: Run, rows: str) -> None:
    text = """\
from trl import SFTConfig, SFTTrainer

config = SFTConfig("runs", dataset_text_field=options.pop("field", "text"))
trainer = SFTTrainer(model, args=config, train_dataset=rows, eval_dataset=rows, **options)
trainer.train()
assert "completion_mask" not in trainer.train_dataset.column_names
trainer.save_model("out")
"""
    why = carried(run(HEAD + "from datasets import Dataset\n" + rows + text))
    assert 'takes rows with a column "prompt" as prompts and completions' in why


def test_a_trainer_of_the_scripts_own_need_not_know_new_arguments(run: Run) -> None:
    text = """\
class Mine(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return model(**inputs).loss

Mine(model, TrainingArguments("o"), train_dataset=rows).train()
"""
    assert "num_items_in_batch" in carried(run(HEAD + TRAINER + text + SAVE))


def test_nor_need_one_that_is_called_as_the_librarys_own(run: Run) -> None:
    text = """\
import transformers

class Trainer(transformers.Trainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return model(**inputs).loss

Trainer(model, TrainingArguments("o"), train_dataset=rows).train()
"""
    assert "num_items_in_batch" in carried(run(HEAD + TRAINER + text + SAVE))


def test_a_trainer_of_the_scripts_own_is_called_with_more_than_it_takes(run: Run) -> None:
    text = """
class Own(Trainer):
    def _get_train_sampler(self):
        return super()._get_train_sampler()

Own(model, TrainingArguments("o"), train_dataset=rows).train()
model.save_pretrained("out")
"""
    assert "Own._get_train_sampler() takes 1 positional argument but 2 were given" in carried(
        run(HEAD + TRAINER + text)
    )


LOGS = """
class Own(Trainer):
    def log(self, logs):
        super().log({**logs, "share": 0.5})

Own(model, TrainingArguments("o", logging_strategy="WHEN"), train_dataset=rows).train()
"""


def test_what_a_trainer_calls_at_its_first_steps_stops_no_trained_adapter(run: Run) -> None:
    why = carried(run(HEAD + TRAINER + LOGS.replace("WHEN", "steps") + SAVE))
    assert "Own.log() takes 2 positional arguments but 3 were given" in why


def test_what_it_calls_once_the_training_is_over_may_lose_the_adapter(run: Run) -> None:
    code, why = reason(run(HEAD + TRAINER + LOGS.replace("WHEN", "epoch") + SAVE))
    assert code == 3
    assert "Own.log() takes 2 positional arguments but 3 were given" in why


def test_a_model_that_is_wrapped_twice_is_still_refused_as_the_installed_trl_does(run: Run) -> None:
    text = """\
from datasets import Dataset
from trl import SFTConfig, SFTTrainer

rows = Dataset.from_dict({"text": ["a few words"] * 8})
config = LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
SFTTrainer(model, SFTConfig("o", max_length=32), train_dataset=rows, peft_config=config).train()
"""
    ran = run(HEAD + text + SAVE, "--ignore", "LL")
    assert ran.exit == 3
    assert "You passed a `PeftModel` instance together with a `peft_config`" in ran.json["after"]["error"]


CALLED_BACK = """\
from datasets import Dataset
from transformers import AutoTokenizer, Trainer, TrainerCallback, TrainingArguments

class Keep(TrainerCallback):
    def on_init_end(self, args, state, control, **kwargs):
        kwargs["tokenizer"].save_pretrained("words")

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
tokenizer.pad_token = tokenizer.eos_token
ids = {"input_ids": [[1, 2, 3, 4]] * 8, "labels": [[1, 2, 3, 4]] * 8}
rows = Dataset.from_dict(ids)
trainer = Trainer(model, TrainingArguments("o"), train_dataset=rows, processing_class=tokenizer, callbacks=[Keep()])
trainer.train()
model.save_pretrained("out")
"""


def test_a_callback_is_given_the_tokenizer_as_in_older_releases(run: Run) -> None:
    assert carried(run(HEAD + CALLED_BACK)).endswith("KeyError: 'tokenizer'")


DISPLACED = """
class Preferring(Trainer):
    def get_batch_samples(self, model, batch, device=None):
        return model.generate(batch["input_ids"])

Preferring(model, TrainingArguments("o"), train_dataset=rows).train()
"""


def test_a_method_whose_name_the_library_has_taken_since(run: Run) -> None:
    why = carried(run(HEAD + TRAINER + DISPLACED + SAVE))
    assert "Preferring.get_batch_samples takes the place of a method of the Trainer of transformers" in why


def test_an_optimizer_is_known_by_its_older_name(run: Run) -> None:
    text = (
        HEAD
        + TRAINER
        + 'args = TrainingArguments("o", optim="adamw_hf")\nTrainer(model, args, train_dataset=rows).train()\n'
    )
    assert carried(run(text + SAVE)).endswith("has no optim=adamw_hf; now adamw_torch")


def test_an_adapter_under_another_name_than_default_is_trained(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer
from trl import DPOConfig, DPOTrainer

model = get_peft_model(base, LoraConfig(), adapter_name="policy")
tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
rows = Dataset.from_dict({name: ["a b", "c d"] * 4 for name in ("prompt", "chosen", "rejected")})
DPOTrainer(model, None, DPOConfig("o"), train_dataset=rows, processing_class=tokenizer).train()
"""
    head = HEAD[: HEAD.index("model = ")]
    assert 'trains the adapter "default" and no other' in carried(run(head + TRAINER + text + SAVE))


@pytest.mark.slow
def test_a_reference_under_its_name_is_loaded(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer
from trl import DPOConfig, DPOTrainer

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
rows = Dataset.from_dict({name: ["a b", "c d"] * 4 for name in ("prompt", "chosen", "rejected")})
frozen = "meta-llama/Llama-3.2-1B"
DPOTrainer(model, frozen, args=DPOConfig("o"), train_dataset=rows, processing_class=tokenizer).train()
"""
    assert "takes no name as ref_model" in carried(run(HEAD + TRAINER + text + SAVE))


def test_a_tokenizer_for_rows_with_pictures_leads_to_its_processor() -> None:
    from transformers.processing_utils import ProcessorMixin

    class Sees(ProcessorMixin):
        def __init__(self, tokenizer: object) -> None:
            self.tokenizer = tokenizer

    words = object()
    seeing = Sees(words)
    sighted._hand_over(given := {"processing_class": words, "model": "m"})
    assert given == {"processing_class": seeing, "model": "m"}
    error = ValueError("The dataset appears to be vision-related (contains 'image' or 'images' keys), but")
    assert "give it processing_class=processor" in str(sentences.said(error))


def test_pairs_of_tokens_are_given_under_their_new_names() -> None:
    from datasets import Dataset

    names = [f"{kind}_{answer}" for kind in ("input_ids", "attention_mask") for answer in ("chosen", "rejected")]
    rows = Dataset.from_dict({name: [[1, 2]] for name in names})
    pairs._rename(given := {"train_dataset": rows, "eval_dataset": None})
    assert given["train_dataset"].column_names == ["chosen_ids", "rejected_ids"]
    assert given["eval_dataset"] is None


def test_a_model_class_that_does_not_finish_its_making_is_told_so() -> None:
    error = AttributeError("'Mine' object has no attribute 'all_tied_weights_keys'")
    assert sentences.said(error) == "since transformers 5 Mine.__init__ has to end with self.post_init()"


def test_ppo_of_older_releases_learns_from_the_answers_that_the_script_scores(run: Run) -> None:
    text = """\
import torch
from datasets import load_dataset
from peft import LoraConfig
from transformers import AutoTokenizer, HfArgumentParser
from trl import AutoModelForCausalLMWithValueHead, PPOConfig, PPOTrainer, create_reference_model
from trl.core import LengthSampler

(config,) = HfArgumentParser(PPOConfig).parse_args_into_dataclasses(["--model_name", "gpt2", "--batch_size", "64"])
words = AutoTokenizer.from_pretrained(config.model_name)
words.pad_token = words.eos_token
model = AutoModelForCausalLMWithValueHead.from_pretrained(
    config.model_name, peft_config=LoraConfig(r=8, task_type="CAUSAL_LM")
)
rows = load_dataset("imdb", split="train").map(lambda row: {"input_ids": words(row["text"])["input_ids"][:8]})
rows.set_format("torch")
trainer = PPOTrainer(
    config, model, create_reference_model(model), words, dataset=rows,
    data_collator=lambda rows: {name: [row[name] for row in rows] for name in rows[0]},
)
length = LengthSampler(4, 16)
for batch in trainer.dataloader:
    questions = batch["input_ids"]
    answers = trainer.generate(questions, return_prompt=False, length_sampler=length, pad_token_id=words.eos_token_id)
    stats = trainer.step(questions, answers, [torch.tensor(float(len(answer))) for answer in answers])
    trainer.log_stats(stats, batch, answers)
    print(stats["objective/kl"], trainer.accelerator.device)
trainer.save_pretrained("out")
"""
    ran = run(text)
    assert "has no AutoModelForCausalLMWithValueHead" in carried(ran)
    (kept,) = ran.json["after"]["adapters"]
    assert (kept["directory"], kept["trained"], kept["notes"]) == ("out", True, [])


def test_a_trainer_of_the_scripts_own_may_have_rows_to_evaluate_on_once_it_is_made(run: Run) -> None:
    text = """
class Mine(Trainer):
    def __init__(self, model, args, train_dataset, eval_dataset):
        super().__init__(model, args)
        self.train_dataset, self.eval_dataset = train_dataset, eval_dataset

Mine(model, TrainingArguments("o", eval_strategy="steps", eval_steps=1), rows, rows).train()
"""
    assert "takes eval_dataset from its own __init__" in carried(run(HEAD + TRAINER + text + SAVE))
    plain = 'Trainer(model, TrainingArguments("o", eval_strategy="steps", eval_steps=1), train_dataset=rows).train()\n'
    assert "but you didn't pass an `eval_dataset`" in reason(run(HEAD + TRAINER + plain + SAVE))[1]


def test_arguments_by_place_are_those_of_an_older_trainer(run: Run) -> None:
    text = """\
class Own(Trainer):
    def __init__(self, model, args, rows, optimizers=(None, None)):
        super().__init__(model, args, None, rows, None, None, None, None, None, optimizers, None)

Own(model, TrainingArguments("runs", report_to="none"), rows).train()
"""
    assert "Trainer of transformers" in carried(run(HEAD + TRAINER + text + SAVE))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("base", "said"), [("Arguments", "TrainingArguments"), ("RewardConfig", "one of the script's own")]
)
def test_a_trainer_of_trl_took_arguments_that_are_not_its_own(run: Run, base: str, said: str) -> None:
    text = f"""\
from dataclasses import dataclass
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForSequenceClassification, AutoTokenizer, TrainingArguments
from trl import RewardTrainer

Arguments = TrainingArguments

@dataclass
class RewardConfig(TrainingArguments):
    max_length: int = 64

name = "Qwen/Qwen2.5-0.5B"
tokenizer = AutoTokenizer.from_pretrained(name)
model = AutoModelForSequenceClassification.from_pretrained(name, num_labels=1)
model.config.pad_token_id = tokenizer.pad_token_id
rows = Dataset.from_dict({{"chosen": ["a good answer"] * 8, "rejected": ["no"] * 8}})
args = {base}("o", report_to="none")
tuned = LoraConfig(task_type="SEQ_CLS")
trainer = RewardTrainer(model=model, args=args, train_dataset=rows, processing_class=tokenizer, peft_config=tuned)
trainer.train()
assert trainer.args is args
trainer.save_model("out")
"""
    assert carried(run(text)).endswith(f"takes trl's RewardConfig as its args, not {said}")


def test_a_reward_model_with_two_scores_was_taken(run: Run) -> None:
    text = """\
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from trl import RewardConfig, RewardTrainer

name = "Qwen/Qwen2.5-0.5B"
tokenizer, model = AutoTokenizer.from_pretrained(name), AutoModelForSequenceClassification.from_pretrained(name)
rows = Dataset.from_dict({"chosen": ["a good answer"] * 8, "rejected": ["no"] * 8})
trainer = RewardTrainer(model=model, args=RewardConfig("o", report_to="none"), train_dataset=rows,
                        processing_class=tokenizer, peft_config=LoraConfig(task_type="SEQ_CLS"))
trainer.train()
trainer.save_model("out")
"""
    assert carried(run(text)).endswith("takes no model with num_labels=2; give it num_labels=1")
