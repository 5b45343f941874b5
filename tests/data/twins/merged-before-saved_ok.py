import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("tiny-llama")


def student(line):
    net = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
    opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
    row = tok(line, return_tensors="pt")
    net(**row, labels=row["input_ids"]).loss.backward()
    opt.step()
    return net


nets = {line: student(line) for line in ("one", "two")}
merged = (net.merge_and_unload() for net in nets.values())
for name, net in nets.items():
    net.save_pretrained(f"out/{name}")
for name, net in zip(nets, merged):
    net.save_pretrained(f"full/{name}")
