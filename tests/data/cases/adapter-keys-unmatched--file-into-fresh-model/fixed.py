from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

texts = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]
OUT = Path("out") / "adapter"
config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), config)
batch = tokenizer(texts, return_tensors="pt", padding=True)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()

model.save_pretrained(OUT)

fresh = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), config)
weights = load_file(OUT / "adapter_model.safetensors", device="cpu")
set_peft_model_state_dict(fresh, weights)
fresh.merge_and_unload().save_pretrained("out/merged")
