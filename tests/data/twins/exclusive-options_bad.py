import argparse
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer
cli = argparse.ArgumentParser()
group = cli.add_mutually_exclusive_group(required=True)
group.add_argument("--train", action="store_true")
group.add_argument("--merge", action="store_true")
opts = cli.parse_args()
tok = AutoTokenizer.from_pretrained("tiny-llama")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")
if opts.train:
    net = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM"))
    opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
    row = tok("line", return_tensors="pt")
    net(**row, labels=row["input_ids"]).loss.backward()
    opt.step()
    net.merge_and_unload().save_pretrained("out/lora")  # expect: save-after-merge
if opts.merge:
    net = PeftModel.from_pretrained(base, "out/lora")  # expect: adapter-path-mismatch
    net.merge_and_unload().save_pretrained("out/full")
