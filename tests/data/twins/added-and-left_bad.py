from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("facebook/opt-125m")
config = LoraConfig(task_type="CAUSAL_LM")
model = get_peft_model(model, config)
model.add_adapter("scratch", config)  # expect: redundant-add-adapter
rows = load_dataset("json", data_files="a.json", split="train")
Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
model.save_pretrained("out")
