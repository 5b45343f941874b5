"""Scripts that the tests edit."""

LOST = """from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))

rows = load_dataset("json", data_files="train.jsonl", split="train")
options = TrainingArguments("runs", max_steps=2, save_strategy="no", report_to="none")
Trainer(model=model, args=options, train_dataset=rows).train()

merged = model.merge_and_unload()
merged.save_pretrained("out")
"""
KEPT = LOST.replace("merged = model", 'model.save_pretrained("adapter")\nmerged = model')
# `add_adapter` is one that can go: it raises.
REDUNDANT = """from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
config = LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
model = get_peft_model(model, config)
model.add_adapter("default", config)
Trainer(model=model, train_dataset=load_dataset("json", data_files="train.jsonl", split="train")).train()
model.save_pretrained("out")
"""
# Two models, and both lose their adapter.
TWO = """from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

rows = load_dataset("json", data_files="train.jsonl", split="train")
options = TrainingArguments("runs", max_steps=2, save_strategy="no", report_to="none")

first = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-125m"), LoraConfig(task_type="CAUSAL_LM"))
Trainer(model=first, args=options, train_dataset=rows).train()
one = first.merge_and_unload()
one.save_pretrained("one")

second = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig(task_type="CAUSAL_LM"))
Trainer(model=second, args=options, train_dataset=rows).train()
two = second.merge_and_unload()
two.save_pretrained("two")
"""
