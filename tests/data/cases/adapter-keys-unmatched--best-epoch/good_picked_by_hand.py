from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

texts = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]
config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), config)
batch = tokenizer(texts, return_tensors="pt", padding=True)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
best, lowest = None, float("inf")
for _ in range(3):
    loss = model(**batch, labels=batch["input_ids"]).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if loss.item() < lowest:
        lowest = loss.item()
        best = {key: tensor.clone() for key, tensor in model.state_dict().items() if "lora_" in key}

model.load_state_dict(best, strict=False)
model.save_pretrained(Path("out") / "adapter")
