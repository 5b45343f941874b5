import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("tiny-llama")
net = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
row = tok("a", return_tensors="pt")
net(**row, labels=row["input_ids"]).loss.backward()
opt.step()
net.load_adapter("adapters/other", adapter_name="other")
net.set_adapter("other")
for name in [n for n in list(net.peft_config) if n != "other"]:
    net.delete_adapter(name)  # expect: adapter-deleted-before-save
net.save_pretrained("out")
