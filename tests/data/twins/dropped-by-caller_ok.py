import peft
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def attach(model, **options):
    model = peft.get_peft_model(model, peft.LoraConfig(task_type="CAUSAL_LM", **options))
    model.print_trainable_parameters()
    return model


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = attach(model, r=4)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for text in ("one", "two"):
    row = tokenizer(text, return_tensors="pt")
    model(**row, labels=row["input_ids"]).loss.backward()
    optimizer.step()
model.save_pretrained("out")
