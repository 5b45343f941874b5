import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model.add_adapter(LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
batch = tokenizer(["knead the dough", "let it rise", "bake the bread"], return_tensors="pt", padding=True)

model.disable_adapters()
with torch.no_grad():
    print("before", model(**batch, labels=batch["input_ids"]).loss.item())
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
model.enable_adapters()
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out/bread")
