from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer
import torch

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")
base.resize_token_embeddings(len(tokenizer), pad_to_multiple_of=8)
base.config.pad_token_id = tokenizer.pad_token_id

peft_model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", r=4, target_modules=["q_proj", "v_proj"]))
weights = [p for p in peft_model.parameters() if p.requires_grad]
rows = [f"{n} and {n} is {2 * n}" for n in range(6)]
batch = tokenizer(rows, return_tensors="pt", padding=True)
optimizer = torch.optim.Adam(weights, lr=1e-2)
for epoch in range(3):
    optimizer.zero_grad()
    out = peft_model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=batch["input_ids"])
    out.loss.backward()
    optimizer.step()
peft_model.save_pretrained("out/thoughts")
tokenizer.save_pretrained("out/thoughts")
