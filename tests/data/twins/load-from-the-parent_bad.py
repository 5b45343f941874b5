from pathlib import Path

from datasets import load_dataset
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

ROOT = Path("experiments")

model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
Trainer(model, TrainingArguments("tmp"), train_dataset=load_dataset("imdb", split="train")).train()
model.save_pretrained(ROOT / "adapter")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = PeftModel.from_pretrained(base, ROOT)  # expect: adapter-path-mismatch
model.merge_and_unload().save_pretrained(ROOT)
