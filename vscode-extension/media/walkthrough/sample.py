"""A fine-tune that runs for hours, prints a falling loss, and leaves no adapter behind."""

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))

rows = load_dataset("json", data_files="train.jsonl", split="train")
options = TrainingArguments("runs", num_train_epochs=3, save_strategy="no")
Trainer(model=model, args=options, train_dataset=rows).train()

model = model.merge_and_unload()
model.save_pretrained("out")
