import functools
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def reference(step):
    @functools.wraps(step)
    def wrapper(model, batch):
        with model.disable_adapter():
            return step(model, batch)
    return wrapper


@reference
def step(model, batch):
    loss = model(**batch).loss
    loss.backward()  # expect: train-while-disabled
    return loss


model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
for batch in loader:
    step(model, batch)
    optimizer.step()
model.save_pretrained("out")
