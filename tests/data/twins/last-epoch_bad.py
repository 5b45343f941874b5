import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from tqdm import tqdm
from transformers import AutoModelForCausalLM

EPOCHS = 3
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=8, task_type="CAUSAL_LM"))
loader = DataLoader(load_dataset("json", data_files="a.json", split="train").with_format("torch"), batch_size=4)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
for epoch in tqdm(range(EPOCHS)):
    for batch in loader:
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    if epoch < EPOCHS - 1:
        model.save_pretrained(f"out/epoch-{epoch}")
model = model.merge_and_unload()
model.save_pretrained("out/final")  # expect: save-after-merge
