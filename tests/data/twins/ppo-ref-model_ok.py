import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")
policy = PeftModel.from_pretrained(base, "tiny-lora", is_trainable=True)

reference = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), "tiny-lora")
reference.eval()
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW([p for p in policy.parameters() if p.requires_grad], lr=1e-3)
for _ in range(3):
    with torch.no_grad():
        target = reference(**batch).logits.log_softmax(-1)
    loss = torch.nn.functional.kl_div(policy(**batch).logits.log_softmax(-1), target, log_target=True)
    (loss + policy(**batch, labels=batch["input_ids"]).loss).backward()
    optimizer.step()
    optimizer.zero_grad()
policy.save_pretrained("out")
