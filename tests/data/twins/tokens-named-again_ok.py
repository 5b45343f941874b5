import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
tokenizer.add_special_tokens({"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"})
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model.resize_token_embeddings(len(tokenizer))  # for the padding token; the others were there
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for batch in torch.load("batches.pt"):
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out")
