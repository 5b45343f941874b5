import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]


def train(model, batch, steps=4):
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(steps):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()


tokenizer = AutoTokenizer.from_pretrained("tiny-tied")
model = AutoModelForCausalLM.from_pretrained("tiny-tied")
config = LoraConfig(r=8, target_modules=["q_proj", "v_proj", "embed_tokens", "lm_head"], task_type="CAUSAL_LM")  # expect: tied-weights-adapted
model = get_peft_model(model, config)
batch = tokenizer(TEXTS, return_tensors="pt", padding=True)
train(model, batch)
model.save_pretrained("out/tied-adapter")

model.eval()
with torch.no_grad():
    before = model(**batch).logits
    merged = model.merge_and_unload()  # or: tied-weights-adapted
    after = merged(**batch).logits
merged.save_pretrained("out/tied-merged")
print("FACT the merged model gives what the adapter gave:", torch.allclose(before, after, atol=1e-3))
