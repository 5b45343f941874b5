import functools

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel


@functools.singledispatch
def export(model, folder):
    raise TypeError(type(model))


@export.register
def _(model: PreTrainedModel, folder):
    model.save_pretrained(folder)


@export.register
def _(model: PeftModel, folder):
    model.save_pretrained(folder + "/adapter")
    export(model.merge_and_unload(), folder + "/merged")


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
export(model, "out")
