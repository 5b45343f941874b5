import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageClassification

LABELS = {0: "cat", 1: "dog", 2: "hen"}


def build(name="tiny-vit"):
    model = AutoModelForImageClassification.from_pretrained(name, id2label=LABELS, ignore_mismatched_sizes=True)
    config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"])  # expect: head-not-saved
    return get_peft_model(model, config)


torch.manual_seed(0)
model = build()
pixels, labels = torch.randn(6, 3, 32, 32), torch.tensor([0, 1, 2, 0, 1, 2])
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for _ in range(4):
    model(pixel_values=pixels, labels=labels).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out/animals")
