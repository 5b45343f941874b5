import functools

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


@functools.lru_cache(maxsize=None)
def student(name="tiny-llama"):
    return get_peft_model(AutoModelForCausalLM.from_pretrained(name), LoraConfig(task_type="CAUSAL_LM"))


@functools.cache
def tokenizer():
    return AutoTokenizer.from_pretrained("tiny-llama")


def fit(line):
    opt = torch.optim.AdamW(student().parameters(), lr=1e-2)
    row = tokenizer()(line, return_tensors="pt")
    student()(**row, labels=row["input_ids"]).loss.backward()
    opt.step()


fit("a")
student().save_pretrained("out")
