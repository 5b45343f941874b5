import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Base:
    def __init__(self, name):
        self.tok = AutoTokenizer.from_pretrained(name)
        self.model = get_peft_model(AutoModelForCausalLM.from_pretrained(name), LoraConfig(task_type="CAUSAL_LM"))

    def fit(self, lines):
        opt = torch.optim.AdamW(self.model.parameters(), lr=1e-4)
        for line in lines:
            enc = self.tok(line, return_tensors="pt")
            self.model(**enc, labels=enc["input_ids"]).loss.backward()
            opt.step()
            opt.zero_grad()

    def save(self, folder):
        self.tok.save_pretrained(folder)


class AdapterMixin:
    def save(self, folder):
        self.model.save_pretrained(f"{folder}/adapter")
        super().save(folder)


class MergedMixin:
    def save(self, folder):
        super().save(f"{folder}/merged")
        self.model = self.model.merge_and_unload()
        self.model.save_pretrained(f"{folder}/merged")  # expect: save-after-merge


class Run(MergedMixin, Base):
    pass


run = Run("gpt2")
run.fit(open("a.txt"))
run.save("out")
