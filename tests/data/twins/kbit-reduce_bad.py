from functools import reduce

from datasets import load_dataset
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, Trainer, TrainingArguments

config = LoraConfig(r=8, task_type="CAUSAL_LM")
stages = [lambda m: get_peft_model(m, config), lambda m: prepare_model_for_kbit_training(m)]  # expect: kbit-prepare-after-wrap
base = AutoModelForCausalLM.from_pretrained("tiny-llama", quantization_config=BitsAndBytesConfig(load_in_8bit=True))
model = reduce(lambda m, stage: stage(m), stages, base)
trainer = Trainer(model=model, args=TrainingArguments("runs"), train_dataset=load_dataset("imdb", split="train"))
trainer.train()
trainer.save_model("out")
