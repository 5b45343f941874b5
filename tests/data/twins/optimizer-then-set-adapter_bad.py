import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

config = LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), config, adapter_name="one")
model.add_adapter("two", config)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)  # expect: optimizer-before-wrap|inactive-adapter
model.set_adapter("two")
batch = tokenizer(["one two"], return_tensors="pt")
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out", selected_adapters=["two"])
