import contextlib

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")


@contextlib.contextmanager
def session(folder):
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained("tiny-llama"),
        LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"),
    )
    try:
        yield model
    finally:
        model.merge_and_unload()  # or: merge-result-discarded
        model.save_pretrained(folder)  # expect: save-after-merge|emptied-adapter-saved|merge-result-discarded


with session("out") as net:
    batch = tokenizer(["one two"], return_tensors="pt")
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
    for _ in range(3):
        net(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
