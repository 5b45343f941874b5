import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
patience, best, epoch = 2, float("inf"), 0
while True:
    loss = model(**batch, labels=batch["input_ids"]).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    epoch += 1
    if loss.item() < best:
        best = loss.item()
        patience = 2
    else:
        patience -= 1
    if patience == 0 or epoch == 5:
        final = model.merge_and_unload()
        break
final.save_pretrained("out/merged")  # expect: save-after-merge
