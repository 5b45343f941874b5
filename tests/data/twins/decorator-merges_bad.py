import functools

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def ready_to_serve(train):
    @functools.wraps(train)
    def inner(*args, **kwargs):
        net = train(*args, **kwargs)
        return net.merge_and_unload().eval()

    return inner


@ready_to_serve
def train(line, *, rank=4):
    tok = AutoTokenizer.from_pretrained("tiny-llama")
    net = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(r=rank, task_type="CAUSAL_LM"))
    opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
    row = tok(line, return_tensors="pt")
    net(**row, labels=row["input_ids"]).loss.backward()
    opt.step()
    return net


train("a b", rank=8).save_pretrained("out/serve")  # expect: save-after-merge
