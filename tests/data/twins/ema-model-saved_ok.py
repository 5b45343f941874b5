import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

from copy import deepcopy


class Averaged:
    def __init__(self, model, decay=0.99):
        self.module, self.decay = deepcopy(model).eval().requires_grad_(False), decay

    @torch.no_grad()
    def update(self, model):
        for mine, theirs in zip(self.module.parameters(), model.parameters()):
            mine.lerp_(theirs, 1 - self.decay)


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
ema = Averaged(model)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
for row in torch.load("rows.pt"):
    model(**row).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    ema.update(model)
ema.module.save_pretrained("ema")
