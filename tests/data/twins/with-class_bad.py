import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Tuning:
    def __init__(self, name, folder):
        self.name, self.folder = name, folder

    def __enter__(self):
        self.model = get_peft_model(
            AutoModelForCausalLM.from_pretrained(self.name), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
        )
        return self.model

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.model.merge_and_unload().save_pretrained(f"{self.folder}/merged")  # expect: save-after-merge
        return False


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
batch = tokenizer(["one two"], return_tensors="pt")
with Tuning("tiny-llama", "out") as model:
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
