import functools

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Ship:
    def __init__(self, net):
        self.net = net

    def _write(self, where, merge):
        net = self.net.merge_and_unload() if merge else self.net
        net.save_pretrained(where)  # expect: save-after-merge

    lora = functools.partialmethod(_write, merge=False)
    full = functools.partialmethod(_write, merge=True)


tok = AutoTokenizer.from_pretrained("tiny-llama")
net = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
row = tok("a", return_tensors="pt")
net(**row, labels=row["input_ids"]).loss.backward()
opt.step()
ship = Ship(net)
ship.full("out/full")
