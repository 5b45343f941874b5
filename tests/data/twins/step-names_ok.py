import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Job:
    def __init__(self):
        self.tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
        self.model = None

    def step_build(self):
        base = AutoModelForCausalLM.from_pretrained("tiny-llama")
        self.model = get_peft_model(base, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))

    def step_train(self):
        batch = self.tokenizer(["one two"], return_tensors="pt")
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-2)
        for _ in range(3):
            self.model(**batch, labels=batch["input_ids"]).loss.backward()
            optimizer.step()
            optimizer.zero_grad()

    def step_merge(self):
        self.model = self.model.merge_and_unload()

    def step_save(self):
        self.model.save_pretrained("out")


job = Job()
for name in ["build", "train", "save"]:
    getattr(job, f"step_{name}")()
