import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

import shutil
from pathlib import Path

rows = torch.load("rows.pt")


class Keeper:
    def __init__(self, root, keep=2):
        self.root, self.keep, self.kept = Path(root), keep, []

    def add(self, model, step):
        path = self.root / f"{step:06d}"
        model.save_pretrained(path)
        self.kept.append(path)
        while len(self.kept) > self.keep:
            shutil.rmtree(self.kept.pop(0))


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
keeper = Keeper("ckpt")
optimizer = torch.optim.AdamW(model.parameters())
for step, batch in enumerate(rows, start=1):
    model(**batch).loss.backward()
    optimizer.step()
    if not step % 100:
        keeper.add(model, step)
shutil.rmtree(keeper.root)
model.merge_and_unload().save_pretrained("merged")  # expect: save-after-merge
