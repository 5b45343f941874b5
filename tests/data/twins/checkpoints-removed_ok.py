import json
import shutil

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

scores = {}
for rank in (4, 8):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(r=rank, task_type="CAUSAL_LM"))
    args = TrainingArguments(f"tmp/{rank}", eval_strategy="steps", save_strategy="steps", load_best_model_at_end=True)
    trainer = Trainer(model, args, train_dataset=load_dataset("imdb", split="train"), eval_dataset=load_dataset("imdb"))
    trainer.train()
    scores[rank] = trainer.evaluate()
    shutil.rmtree(f"tmp/{rank}")
with open("scores.json", "w") as file:
    json.dump(scores, file)
