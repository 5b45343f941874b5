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
