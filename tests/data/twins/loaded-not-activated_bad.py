from datasets import load_dataset
from peft import PeftModel
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

base = AutoModelForCausalLM.from_pretrained("gpt2")
model = PeftModel.from_pretrained(base, "sft", adapter_name="reference")
model.load_adapter("sft", adapter_name="policy", is_trainable=True)  # expect: inactive-adapter
trainer = Trainer(
    model=model,
    args=TrainingArguments("ckpt", save_strategy="no"),
    train_dataset=load_dataset("json", data_files="a.json")["train"],
)
trainer.train()
model.save_pretrained("out", selected_adapters=["policy"])
