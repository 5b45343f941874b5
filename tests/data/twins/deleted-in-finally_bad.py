from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"), adapter_name="task")
model.add_adapter("scratch", LoraConfig(task_type="CAUSAL_LM"))
try:
    Trainer(model, TrainingArguments("out", save_strategy="no"), train_dataset=ds).train()
finally:
    model.set_adapter("scratch")
    model.delete_adapter("task")  # expect: adapter-deleted-before-save
model.save_pretrained("out/final")
