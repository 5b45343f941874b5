import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

words = ["one potato", "two potato", "three potato", "four"]
tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
config = LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), config)
compiled = torch.compile(model, backend="eager")

batch = tokenizer(words, return_tensors="pt", padding=True)
optimizer = torch.optim.AdamW([p for p in compiled.parameters() if p.requires_grad], lr=1e-2)
for _ in range(3):
    compiled(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()

model.save_pretrained("out/potato", state_dict=compiled._orig_mod.state_dict())
