import yaml
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

with open("config.yaml") as f:
    cfg = yaml.safe_load(f)

model = AutoModelForCausalLM.from_pretrained(cfg["model"])
model = get_peft_model(model, LoraConfig(**cfg["lora"], task_type="CAUSAL_LM"))
trainer = Trainer(
    model=model,
    args=TrainingArguments(output_dir=cfg["out"], save_strategy="no"),
    train_dataset=load_dataset("json", data_files=cfg["data"])["train"],
)
trainer.train()
if cfg.get("save_adapter") and not cfg.get("merge"):
    model.save_pretrained(cfg["out"] + "/adapter")
if cfg.get("merge"):
    model = model.merge_and_unload()
    model.save_pretrained(cfg["out"] + "/merged")  # expect: save-after-merge
