import enum
from dataclasses import dataclass

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Export(enum.Enum):
    ADAPTER = "adapter"
    MERGED = "merged"


@dataclass(frozen=True)
class Config:
    name: str = "tiny-llama"
    export: Export = Export.MERGED


config = Config()
tokenizer = AutoTokenizer.from_pretrained(config.name)
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained(config.name), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
if config.export is Export.MERGED:
    model = model.merge_and_unload()
model.save_pretrained("out")  # expect: save-after-merge
