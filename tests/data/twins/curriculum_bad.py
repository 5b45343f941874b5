import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("tiny-llama")
net = AutoModelForCausalLM.from_pretrained("tiny-llama")
net = get_peft_model(net, LoraConfig(task_type="CAUSAL_LM"))
for level, lines in enumerate([["a"], ["b", "c"]]):
    opt = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], lr=1e-2)
    for line in lines:
        row = tok(line, return_tensors="pt")
        net(**row, labels=row["input_ids"]).loss.backward()  # expect: train-after-merge
        opt.step()
    net.save_pretrained(f"out/{level}")
    net = net.merge_and_unload()
