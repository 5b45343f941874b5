import os
import shutil
import tempfile

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
with tempfile.TemporaryDirectory() as tmp:
    args = TrainingArguments(output_dir=tmp, save_strategy="no")
    trainer = Trainer(model=model, args=args, train_dataset=load_dataset("json", data_files="a.json")["train"])
    trainer.train()
    trainer.save_model(os.path.join(tmp, "adapter"))
    merged = trainer.model.merge_and_unload()
merged.save_pretrained("out/merged")  # expect: save-after-merge
