import copy

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM


class Best:
    def __init__(self):
        self.loss, self.weights = float("inf"), None

    def offer(self, loss, model):
        if loss < self.loss:
            self.loss, self.weights = loss, copy.deepcopy(get_peft_model_state_dict(model))

    def put_back(self, model):
        if self.weights is not None:
            model.load_state_dict(self.weights, strict=False)  # expect: adapter-keys-unmatched


model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
optimizer, best = torch.optim.AdamW(model.parameters()), Best()
for batch in torch.load("batches.pt"):
    loss = model(**batch).loss
    loss.backward()
    optimizer.step()
    best.offer(loss.item(), model)
best.put_back(model)
model.save_pretrained("out")
