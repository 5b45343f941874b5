import argparse
from dataclasses import dataclass, field

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


@dataclass
class Lora:
    r: int = 8
    targets: list = field(default_factory=lambda: ["q_proj"])

    def build(self):
        return LoraConfig(r=self.r, target_modules=self.targets, task_type="CAUSAL_LM")


@dataclass
class Output:
    folder: str = "out"
    merge: bool = False

    @property
    def adapter(self):
        return f"{self.folder}/adapter"

    @property
    def merged(self):
        return f"{self.folder}/merged"


@dataclass
class Config:
    lora: Lora = field(default_factory=Lora)
    output: Output = field(default_factory=Output)


parser = argparse.ArgumentParser()
parser.add_argument("--merge", action="store_true")
cfg = Config(output=Output(merge=parser.parse_args().merge))
tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), cfg.lora.build())
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained(cfg.output.adapter)
if cfg.output.merge:
    model.merge_and_unload().save_pretrained(cfg.output.merged)
