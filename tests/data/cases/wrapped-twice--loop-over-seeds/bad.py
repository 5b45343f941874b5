import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

texts = ["one for sorrow", "two for joy", "three for a girl", "four for a boy"]
tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
batch = tokenizer(texts, return_tensors="pt", padding=True)

for rank, targets in ((8, ["q_proj", "v_proj"]), (4, ["q_proj"])):
    torch.manual_seed(rank)
    model = get_peft_model(model, LoraConfig(r=rank, target_modules=targets, task_type="CAUSAL_LM"))  # expect: wrapped-twice
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(f"out/rank{rank}")
