from concurrent.futures import ThreadPoolExecutor

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("tiny-llama")


def job(line):
    net = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
    opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
    row = tok(line, return_tensors="pt")
    net(**row, labels=row["input_ids"]).loss.backward()
    opt.step()
    return line, net


with ThreadPoolExecutor(2) as pool:
    for future in [pool.submit(job, line) for line in ("a", "b")]:
        name, net = future.result()
        net.save_pretrained(f"out/{name}/lora")
        net.merge_and_unload().save_pretrained(f"out/{name}/full")
