"""Scripts that the tests open."""

LOST = '''"""Fine-tunes, merges, saves: the adapter is lost."""

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(model, LoraConfig(r=8, task_type="CAUSAL_LM"))

rows = load_dataset("json", data_files="train.jsonl", split="train")
options = TrainingArguments("runs", max_steps=2, save_strategy="no", report_to="none")
Trainer(model=model, args=options, train_dataset=rows).train()

merged = model.merge_and_unload()
merged.save_pretrained("out")
'''
SAVE = 'merged.save_pretrained("out")'
FIX = 'model.save_pretrained("out-adapter")'
ROWS = '{"input_ids": [5, 6, 7, 8], "labels": [5, 6, 7, 8]}\n' * 8
