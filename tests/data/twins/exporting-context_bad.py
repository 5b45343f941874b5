import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Exporting:
    def __init__(self, net, where):
        self.net, self.where = net, where

    def __enter__(self):
        return self.net

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.net.merge_and_unload().save_pretrained(self.where)  # expect: save-after-merge
        return False


tok = AutoTokenizer.from_pretrained("tiny-llama")
with Exporting(get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM")), "out/exported") as student:
    opt = torch.optim.AdamW(student.parameters(), lr=1e-2)
    for line in ["aa", "bb"]:
        row = tok(line, return_tensors="pt")
        student(**row, labels=row["input_ids"]).loss.backward()
        opt.step()
