import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Runner:
    def __init__(self, out):
        self.out = out
        self.tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
        base = AutoModelForCausalLM.from_pretrained("tiny-llama")
        self.model = get_peft_model(base, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
        self.checkpoint()

    def checkpoint(self):
        self.model.save_pretrained(self.out)

    def fit(self, texts, steps=4):
        batch = self.tokenizer(texts, return_tensors="pt", padding=True)
        optimizer = torch.optim.AdamW([p for p in self.model.parameters() if p.requires_grad], lr=1e-2)
        for step in range(steps):
            self.model(**batch, labels=batch["input_ids"]).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        self.checkpoint()


Runner("out/runner").fit(["open the gate", "shut the door", "lift the latch", "turn the key"])
