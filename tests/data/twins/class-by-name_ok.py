import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("gpt2")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
opt = torch.optim.AdamW(model.parameters(), lr=1e-4)
for line in open("a.txt"):
    enc = tok(line, return_tensors="pt")
    model(**enc, labels=enc["input_ids"]).loss.backward()
    opt.step()
    opt.zero_grad()
if type(model).__name__.startswith("PeftModel"):
    model.save_pretrained("out")
else:
    torch.save(model.state_dict(), "out.pt")
