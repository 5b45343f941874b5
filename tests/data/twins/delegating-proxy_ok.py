import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Proxy:
    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def collapse(self):
        self.inner = self.inner.merge_and_unload()
        return self


tok = AutoTokenizer.from_pretrained("tiny-llama")
proxy = Proxy(get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM")))
opt = torch.optim.SGD(proxy.inner.parameters(), lr=0.1)
for text in ["one", "two"]:
    row = tok(text, return_tensors="pt")
    proxy.inner(**row, labels=row["input_ids"]).loss.backward()
    opt.step()
proxy.save_pretrained("out/lora")
proxy.collapse().save_pretrained("out/whole")
