import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model.add_adapter(LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"), adapter_name="shop")

batch = tokenizer(["three red apples", "two green pears", "one ripe plum"], return_tensors="pt", padding=True)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()

model.add_adapter(LoraConfig(r=4, target_modules=["q_proj"], task_type="CAUSAL_LM"), adapter_name="try")
model.delete_adapter("try")
model.set_adapter("shop")
model.save_pretrained("out/shop")
