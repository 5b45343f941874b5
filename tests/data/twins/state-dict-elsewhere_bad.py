import torch
import torch_xla.core.xla_model as xm
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for batch in torch.load("batches.pt"):
    model(**batch).loss.backward()  # expect: adapter-never-saved
    xm.optimizer_step(optimizer)
xm.mark_step()
