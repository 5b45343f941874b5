from pathlib import Path
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

RANKS = {"small": 4, "large": 16}
ROOT = Path("runs")
models = {k: get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(r=r, task_type="CAUSAL_LM")) for k, r in RANKS.items()}
for name, model in models.items():
    Trainer(model, TrainingArguments(str(ROOT / name), save_strategy="no"), train_dataset=ds).train()
for name, model in models.items():
    model.save_pretrained(ROOT / name / "adapter")
merged = {k: m.merge_and_unload() for k, m in models.items()}
for name, model in merged.items():
    model.save_pretrained(ROOT / name / "final")
