import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

notes = ["buy oats", "feed the cat", "call the plumber", "post the letter"]

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), "first-adapter", is_trainable=True)
model = model.merge_and_unload()
model.save_pretrained("out/notes-base")
model = get_peft_model(model, LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
model.train()

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
batch = tokenizer(notes, return_tensors="pt", padding=True)
for epoch in range(3):
    loss = model(**batch, labels=batch["input_ids"]).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out/notes")
