import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
opt = torch.optim.AdamW(model.parameters(), lr=1e-4)
loader = DataLoader(load_dataset("json", data_files="a.json", split="train").with_format("torch"))
losses = []
for step, batch in enumerate(loader):
    loss = model(**batch).loss
    loss.backward()
    opt.step()
    opt.zero_grad()
    losses.append(loss.item())
    if step % 100 == 0:
        model.save_pretrained(f"out/step-{step}")
torch.save(opt.state_dict(), "optimizer.pt")
torch.save(losses, "losses.pt")
