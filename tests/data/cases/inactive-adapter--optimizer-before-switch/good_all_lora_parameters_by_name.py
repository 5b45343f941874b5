import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

formal = ["dear sir or madam", "yours faithfully", "we regret to inform you", "please find enclosed"]
casual = ["hey there", "see you soon", "no worries at all", "that was fun"]

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")
settings = dict(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
model = get_peft_model(base, LoraConfig(**settings), adapter_name="formal")
model.add_adapter("casual", LoraConfig(**settings))

optimizer = torch.optim.AdamW([p for n, p in model.named_parameters() if "lora_" in n], lr=1e-2)

for name, texts in (("formal", formal), ("casual", casual)):
    model.set_adapter(name)
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    for step in range(3):
        loss = model(**batch, labels=batch["input_ids"]).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

model.save_pretrained("out/styles")
