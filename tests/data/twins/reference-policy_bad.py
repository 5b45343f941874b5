import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Policy:
    def __init__(self, name):
        self.tokenizer = AutoTokenizer.from_pretrained(name)
        base = AutoModelForCausalLM.from_pretrained(name)
        self.model = get_peft_model(base, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))

    def logits(self, batch, reference=False):
        if reference:
            with torch.no_grad(), self.model.disable_adapter():
                return self.model(**batch).logits
        return self.model(**batch).logits


policy = Policy("tiny-llama")
batch = policy.tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(policy.model.parameters(), lr=1e-2)
for _ in range(3):
    old = policy.logits(batch, reference=True)
    new = policy.logits(batch)
    loss = torch.nn.functional.kl_div(new.log_softmax(-1), old.softmax(-1), reduction="batchmean")
    with policy.model.disable_adapter():
        loss.backward()  # expect: train-while-disabled
    optimizer.step()
    optimizer.zero_grad()
policy.model.save_pretrained("out")
