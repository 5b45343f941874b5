import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
batch = tokenizer(["one two"], return_tensors="pt")
models = [
    get_peft_model(
        AutoModelForCausalLM.from_pretrained("tiny-llama"),
        LoraConfig(r=rank, target_modules=["q_proj"], task_type="CAUSAL_LM"),
    )
    for rank in (4, 8)
]
folders = ["out/small", "out/large"]
for model in models:
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(2):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
for model, folder in zip(map(lambda m: m.merge_and_unload(), models), folders):
    model.save_pretrained(folder + "-merged")  # expect: save-after-merge
