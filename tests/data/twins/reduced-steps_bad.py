from functools import reduce

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("gpt2")


class Wrap:
    def __init__(self, rank):
        self.config = LoraConfig(r=rank, task_type="CAUSAL_LM")

    def __call__(self, model):
        return get_peft_model(model, self.config)


class Fit:
    def __init__(self, path):
        self.path = path

    def __call__(self, model):
        opt = torch.optim.AdamW(model.parameters(), lr=1e-4)
        for line in open(self.path):
            enc = tok(line, return_tensors="pt")
            model(**enc, labels=enc["input_ids"]).loss.backward()
            opt.step()
            opt.zero_grad()
        return model


class Merge:
    def __call__(self, model):
        return model.merge_and_unload()


class Save:
    def __init__(self, folder):
        self.folder = folder

    def __call__(self, model):
        model.save_pretrained(self.folder)  # expect: save-after-merge
        return model


steps = [Wrap(8), Fit("a.txt"), Merge(), Save("out/full")]
reduce(lambda model, step: step(model), steps, AutoModelForCausalLM.from_pretrained("gpt2"))
