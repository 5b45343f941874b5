import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=1e-2)


@torch.no_grad()
def reference_logits():
    model.eval()
    try:
        with model.disable_adapter():
            return model(**batch).logits
    finally:
        model.train()


for _ in range(3):
    target = reference_logits()
    out = model(**batch, labels=batch["input_ids"])
    loss = out.loss + torch.nn.functional.mse_loss(out.logits, target)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out")
