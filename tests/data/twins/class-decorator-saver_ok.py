import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def with_saving(cls):
    def save(self, folder):
        self.model.save_pretrained(folder)

    cls.save = save
    return cls


@with_saving
class Tuned:
    def __init__(self, model):
        self.model = model

    def merge(self):
        self.model = self.model.merge_and_unload()


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
tuned = Tuned(
    get_peft_model(
        AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
    )
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(tuned.model.parameters(), lr=1e-2)
for _ in range(2):
    tuned.model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
tuned.save("out/adapter")
tuned.merge()
tuned.save("out/full")
