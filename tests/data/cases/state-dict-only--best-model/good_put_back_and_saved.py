import copy

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.best, self.state, self.bad = patience, float("inf"), None, 0

    def step(self, model, loss):
        if loss < self.best:
            self.best, self.bad = loss, 0
            self.state = {k: v.detach().clone() for k, v in model.state_dict().items() if "lora_" in k}
        else:
            self.bad += 1
        return self.bad > self.patience


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"),
    LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"),
)
batch = tokenizer(["first come", "first served", "last in", "last out"], return_tensors="pt", padding=True)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=5e-3)
stopping = EarlyStopping(patience=1)
for epoch in range(5):
    loss = model(**batch, labels=batch["input_ids"]).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if stopping.step(model, loss.item()):
        break
model.load_state_dict({**model.state_dict(), **stopping.state})
model.save_pretrained("out/best")
