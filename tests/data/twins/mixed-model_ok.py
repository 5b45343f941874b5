import torch
from peft import LoHaConfig, LoraConfig, PeftMixedModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tok = AutoTokenizer.from_pretrained("tiny-llama")
net = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"]), "lora", mixed=True)
net.add_adapter("loha", LoHaConfig(target_modules=["v_proj"]))
net.set_adapter(["lora", "loha"])
opt = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], lr=1e-2)
row = tok("a", return_tensors="pt")
net(**row, labels=row["input_ids"]).loss.backward()
opt.step()
torch.save({k: v for k, v in net.state_dict().items() if "lo" in k}, "out.pt")
