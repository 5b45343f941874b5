import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

FINISHERS = {}


def finisher(name):
    def register(function):
        FINISHERS[name] = function
        return function

    return register


@finisher("adapter")
def save_adapter(model, folder):
    model.save_pretrained(folder)


@finisher("merged")
def save_merged(model, folder):
    model = model.merge_and_unload()
    model.save_pretrained(folder)  # expect: save-after-merge


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
wanted = ["merged"]
for name in wanted:
    FINISHERS[name](model, f"out/{name}")
