import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def finetune(base, texts, out):
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base)
    model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad():
        print("tuned", model(**batch, labels=batch["input_ids"]).loss.item())
    # back to the plain model for the comparison
    model.delete_adapter("default")  # expect: adapter-deleted-before-save
    with torch.no_grad():
        print("plain", model(**batch, labels=batch["input_ids"]).loss.item())
    model.save_pretrained(out)  # or: adapter-deleted-before-save


finetune("tiny-llama", ["salt and pepper", "bread and butter", "fish and chips", "cup and saucer"], "out/pairs")
