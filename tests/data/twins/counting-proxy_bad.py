import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

class Proxy:
    """Counts the calls; all else is the model's."""

    def __init__(self, inner):
        object.__setattr__(self, "_inner", inner)
        object.__setattr__(self, "calls", 0)

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def __call__(self, *args, **kwargs):
        object.__setattr__(self, "calls", self.calls + 1)
        return self._inner(*args, **kwargs)


model = Proxy(get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM")))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
for row in torch.load("rows.pt"):
    model(**row).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
print(model.calls)
model.merge_and_unload().save_pretrained("merged")  # expect: save-after-merge
