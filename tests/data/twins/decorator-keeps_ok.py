import functools

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")


def keeps(folder):
    def decorate(function):
        @functools.wraps(function)
        def inner(model, *args, **kwargs):
            model.save_pretrained(folder)
            return function(model, *args, **kwargs)

        return inner

    return decorate


@keeps("out/adapter")
def export(model, folder):
    model.merge_and_unload().save_pretrained(folder)


model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"),
    LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"),
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
export(model, "out/full")
