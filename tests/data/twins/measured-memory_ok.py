import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
if torch.cuda.is_available():
    torch.cuda.reset_peak_memory_stats()
model(**batch, labels=batch["input_ids"]).loss.backward()
optimizer.step()
print(torch.cuda.max_memory_allocated() if torch.cuda.is_available() else "no GPU")
