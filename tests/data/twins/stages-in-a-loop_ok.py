import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("gpt2")


def run(model, path):
    opt = torch.optim.AdamW(model.parameters(), lr=1e-4)
    for line in open(path):
        enc = tok(line, return_tensors="pt")
        model(**enc, labels=enc["input_ids"]).loss.backward()
        opt.step()
        opt.zero_grad()


model = AutoModelForCausalLM.from_pretrained("gpt2")
for stage in ("one", "two"):
    model = get_peft_model(model, LoraConfig(r=8, task_type="CAUSAL_LM"))
    run(model, f"{stage}.txt")
    model.save_pretrained(f"out/{stage}")
    model = model.merge_and_unload()
model.save_pretrained("out/final")
