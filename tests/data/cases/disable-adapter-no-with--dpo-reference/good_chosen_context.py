from contextlib import nullcontext

import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

PAIRS = [("the sky is", " blue", " cheese"), ("ice is", " cold", " loud"), ("a cat has", " fur", " wheels"), ("two plus two is", " four", " red")]


def log_probability(model, tokenizer, prompt, answer):
    start = len(tokenizer(prompt)["input_ids"])
    ids = tokenizer(prompt + answer, return_tensors="pt")["input_ids"]
    logits = model(input_ids=ids).logits[:, :-1].log_softmax(-1)
    return logits.gather(-1, ids[:, 1:, None])[0, start - 1 :].sum()


def dpo_loss(model, tokenizer, prompt, chosen, rejected, beta=0.5, teacher=None):
    policy = log_probability(model, tokenizer, prompt, chosen) - log_probability(model, tokenizer, prompt, rejected)
    context = nullcontext() if teacher is not None else model.disable_adapter()
    with torch.no_grad(), context:
        reference = log_probability(model, tokenizer, prompt, chosen) - log_probability(model, tokenizer, prompt, rejected)
    return -F.logsigmoid(beta * (policy - reference)), (policy - reference).item()


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for step, (prompt, chosen, rejected) in enumerate(PAIRS):
    loss, margin = dpo_loss(model, tokenizer, prompt, chosen, rejected)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
print("FACT policy and reference differ at the last step:", abs(margin) > 1e-6)
model.save_pretrained("out/dpo")
