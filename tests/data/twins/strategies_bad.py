from abc import ABC, abstractmethod

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Ending(ABC):
    def __init__(self, folder):
        self.folder = folder

    def finish(self, model):
        self.prepare(model).save_pretrained(self.folder)  # expect: save-after-merge

    @abstractmethod
    def prepare(self, model): ...


class Adapter(Ending):
    def prepare(self, model):
        return model


class Whole(Ending):
    def prepare(self, model):
        return model.merge_and_unload()


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
endings = [Whole("out/whole")]
for ending in endings:
    ending.finish(model)
