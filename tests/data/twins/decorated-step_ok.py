import functools
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def reference(step):
    @functools.wraps(step)
    def wrapper(model, batch):
        with torch.no_grad(), model.disable_adapter():
            ref = model(**batch).logits
        return step(model, batch, ref)
    return wrapper


@reference
def step(model, batch, ref):
    out = model(**batch)
    loss = out.loss + (out.logits - ref).abs().mean()
    loss.backward()
    return loss


model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
for batch in loader:
    step(model, batch)
    optimizer.step()
model.save_pretrained("out")
