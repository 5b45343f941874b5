import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("gpt2")
tokenizer.add_special_tokens({"additional_special_tokens": ["<think>"]})
model = AutoModelForCausalLM.from_pretrained("gpt2")
model.resize_token_embeddings(len(tokenizer))
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
for name, parameter in model.named_parameters():
    if "wte" in name:
        parameter.requires_grad = True
optimizer = torch.optim.AdamW([parameter for parameter in model.parameters() if parameter.requires_grad])
for batch in torch.load("batches.pt"):
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out", save_embedding_layers=True)
