import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

notes = ["buy oats", "feed the cat", "call the plumber", "post the letter"]

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), "first-adapter", is_trainable=True)
model = model.merge_and_unload()
for p in model.parameters():
    p.requires_grad = True
model.train()

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
batch = tokenizer(notes, return_tensors="pt", padding=True)
for epoch in range(3):
    loss = model(**batch, labels=batch["input_ids"]).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out/notes")
